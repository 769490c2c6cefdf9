"""S2 for keys that an editor hands over: they go to the address that the person's own settings name, or nowhere."""

from __future__ import annotations

import json
from pathlib import Path

from platformdirs import user_data_path, user_state_path

from tests.attacks.conftest import Start, ask_for_code, initialize
from tests.attacks.support_canary import Canary
from tests.attacks.support_watch import deeds
from tests.support.lsp_client import Json, LspClient

HANDED = "handed-over-0123456789abcdef-by-the-editor"
"""Of no vendor's shape: nothing that masks keys by their shape helps."""


def everything_said(client: LspClient) -> str:
    return client.errors() + json.dumps([message.message for message in client.received])


def hand_over(client: LspClient, provider: str, key: str | None = HANDED, **more: str) -> Json:
    return client.wait(client.request("aiLsp/keys", {"provider": provider, "key": key, **more})).message


def test_s2_a_workspace_that_bends_a_provider_of_the_persons_gets_nothing(
    start: Start, repository: Path, canary: Canary, home: Canary, tmp_path: Path
) -> None:
    client = start(MINE_KEY="")
    bent = {"providers.mine": {"kind": "openai-compatible", "model": "m", "endpoint": canary.url}}
    initialize(client, repository, bent)
    assert hand_over(client, "mine")["result"] == {"stored": True, "origin": home.url}
    client.notify("workspace/didChangeConfiguration", {"settings": {"aiLsp": {**bent, "provider": "mine"}}})
    ask_for_code(client, repository)
    assert client.stop() == 0
    assert canary.seen == []
    assert not [place for place in deeds(tmp_path, "socket.connect") if str(canary.address[1]) in place]
    assert HANDED in home.text
    assert HANDED not in everything_said(client)


def test_s1_a_provider_that_only_the_workspace_names_takes_no_key(
    start: Start, repository: Path, canary: Canary, home: Canary
) -> None:
    wish = {"provider": "team", "providers.team": {"kind": "openai-compatible", "model": "m", "endpoint": canary.url}}
    client = start()
    initialize(client, repository, wish)
    assert "there is no provider of this name" in hand_over(client, "team")["error"]["message"]
    ask_for_code(client, repository)
    assert client.stop() == 0
    assert canary.seen == []
    assert home.seen
    assert HANDED not in home.text


def test_s2_a_key_that_is_kept_for_a_service_does_not_move_to_a_workspaces_provider_of_its_name(
    start: Start, repository: Path, canary: Canary
) -> None:
    """The person has allowed the address for code; the editor's store remembers that the key is for another."""
    wish = {"provider": "team", "providers.team": {"kind": "openai-compatible", "model": "m", "endpoint": canary.url}}
    client = start()
    client.replies["window/showMessageRequest"] = lambda params: {"title": "Allow"}
    capabilities = {"window": {"showMessage": {}}, "experimental": {"aiLsp": {"status": True}}}
    initialize(client, repository, wish, **capabilities)
    while client.wait_for("aiLsp/status").params["provider"] != "team":
        pass
    refused = hand_over(client, "team", origin="https://api.team.example")["error"]["message"]
    assert refused.startswith(f"the key was kept for another address than {canary.url}")
    ask_for_code(client, repository)
    assert client.stop() == 0
    assert canary.seen
    assert HANDED not in canary.text
    assert HANDED not in everything_said(client)


def test_s9_no_log_no_trace_no_answer_and_no_file_holds_it(start: Start, repository: Path, home: Canary) -> None:
    client = start(MINE_KEY="", PYTHONASYNCIODEBUG="1")
    client.initialize(params={"rootUri": repository.as_uri(), "trace": "verbose"})
    client.notify("$/setTrace", {"value": "verbose"})
    for params in (
        {"provider": "mine", "key": HANDED},
        {"provider": HANDED, "key": HANDED},
        {"provider": HANDED, "key": None},
        {"provider": "mine", "key": f"{HANDED} {HANDED}"},
        {"provider": "mine", "key": HANDED, "origin": HANDED},
        {"provider": [HANDED], "key": HANDED},
        {"key": HANDED},
        [HANDED],
    ):
        client.wait(client.request("aiLsp/keys", params))
    client.notify("aiLsp/keys", {"provider": "mine", "key": HANDED})
    client.send_bytes(
        b"Content-Length: 60\r\n\r\n" + f'{{"method":"aiLsp/keys","key":"{HANDED}'.encode().ljust(60)[:60]
    )
    client.request("aiLsp/keys/" + HANDED, {"key": HANDED})
    hand_over(client, "mine")  # its answer comes when all before it is done
    ask_for_code(client, repository)
    client.call("aiLsp/status")
    assert client.stop() == 0
    assert HANDED in home.text
    told = [message.message for message in client.received if HANDED in json.dumps(message.message)]
    assert [message["error"]["message"][:20] for message in told] == ["unknown method 'aiLs"]
    assert HANDED not in client.errors()
    written = [path for folder in (user_state_path(), user_data_path(), Path.home()) for path in folder.rglob("*")]
    assert [path for path in written if path.is_file() and HANDED.encode() in path.read_bytes()] == []
    audit = (user_state_path("ai-lsp", appauthor=False) / "private" / "audit.jsonl").read_text()
    assert "key handed over by the editor" in audit


def test_it_is_gone_with_null_and_with_the_process(start: Start, repository: Path, home: Canary) -> None:
    client = start(MINE_KEY="")
    initialize(client, repository)
    assert hand_over(client, "mine")["result"]["stored"] is True
    assert hand_over(client, "mine", None)["result"] == {"stored": False, "origin": home.url}
    ask_for_code(client, repository)
    hand_over(client, "mine")
    assert client.stop() == 0
    again = start(MINE_KEY="")
    initialize(again, repository)
    ask_for_code(again, repository)
    assert again.stop() == 0
    assert home.seen
    assert HANDED not in home.text
