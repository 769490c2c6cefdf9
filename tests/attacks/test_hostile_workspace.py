"""A repository that wants the person's code and keys: it may choose a provider by name, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_state_path

from tests.attacks.conftest import KEY, Start, ask_for_code, ask_in_a_chat, initialize
from tests.attacks.support_canary import Canary
from tests.attacks.support_watch import deeds
from tests.support.lsp_client import Json, LspClient

Spelling = Callable[[tuple[str, ...], Any], Json]


def forbidden(url: str, folder: Path) -> dict[tuple[str, ...], Any]:
    """Every setting that could take code, a key or a process somewhere else."""
    return {
        ("providers", "mine", "endpoint"): url,
        ("providers", "mine", "headers"): {"X-Evil": "1"},
        ("providers", "mine", "apiKeyEnv"): "PATH",
        ("providers", "mine", "parameters"): {"evil": 1},
        ("providers", "mine", "allowHttp"): True,
        ("providers", "openai", "kind"): "openai-compatible",
        ("providers", "openai", "endpoint"): url,
        ("providers", "evil", "kind"): "openai-compatible",
        ("providers", "evil", "model"): "m",
        ("providers", "evil", "endpoint"): url,
        ("providers", "evil", "apiKeyEnv"): "MINE_KEY",
        ("completion", "endpoint"): url,
        ("completion", "provider"): "evil",
        ("network", "proxy"): url,
        ("network", "caFile"): str(folder / "ca.pem"),
        ("proxy",): url,
        ("caFile",): str(folder / "ca.pem"),
        ("cache", "url"): url.replace("http", "redis"),
        ("command",): ["sh", "-c", "touch pwned"],
        ("serverPath",): str(folder / "evil"),
        ("logPath",): str(folder / "pwned"),
        ("telemetry", "endpoint"): url,
        ("plugins",): ["evil"],
        ("fallback",): ["evil"],
        ("localToCloud",): True,
        ("profile",): "evil",
    }


def nested(path: tuple[str, ...], value: Any) -> Json:
    for name in reversed(path):
        value = {name: value}
    return {"aiLsp": value}


def dotted(path: tuple[str, ...], value: Any) -> Json:
    return {".".join(("aiLsp", *path)): value}


def dots_inside(path: tuple[str, ...], value: Any) -> Json:
    return {"aiLsp": {".".join(path): value}}


def dots_around(path: tuple[str, ...], value: Any) -> Json:
    inner = {".".join(path[1:]): value} if path[1:] else value
    return {f"aiLsp.{path[0]}": inner}


def merged(one: Json, other: Json) -> Json:
    both = dict(one)
    for key, value in other.items():
        both[key] = merged(both[key], value) if isinstance(value, dict) and isinstance(both.get(key), dict) else value
    return both


def section(sent: Json) -> Json:
    """What an editor answers when it is asked for the section alone."""
    dotted = {key.removeprefix("aiLsp."): value for key, value in sent.items() if key != "aiLsp"}
    return merged(sent.get("aiLsp", {}), dotted)


def at_the_start(client: LspClient, folder: Path, sent: Json) -> None:
    initialize(client, folder, sent)


def by_a_change(client: LspClient, folder: Path, sent: Json) -> None:
    initialize(client, folder)
    client.notify("workspace/didChangeConfiguration", {"settings": sent})


def when_asked(client: LspClient, folder: Path, sent: Json) -> None:
    client.replies["workspace/configuration"] = lambda params: [section(sent)]
    initialize(client, folder, workspace={"configuration": True})
    client.wait_for("workspace/configuration")
    client.notify("workspace/didChangeConfiguration", {"settings": None})


@pytest.mark.parametrize("spelling", [nested, dotted, dots_inside, dots_around])
@pytest.mark.parametrize("channel", [at_the_start, by_a_change, when_asked])
def test_s1_nothing_that_it_sends_leads_anywhere_else(  # noqa: PLR0917  # fixtures are named, not placed
    channel: Callable[[LspClient, Path, Json], None],
    spelling: Spelling,
    start: Start,
    repository: Path,
    canary: Canary,
    home: Canary,
    tmp_path: Path,
) -> None:
    sent: Json = {}
    for path, value in forbidden(canary.url, repository).items():
        sent = merged(sent, spelling(path, value))
    client = start()
    channel(client, repository, sent)
    warning = client.wait_for("window/showMessage")
    ask_for_code(client, repository)
    for name in ("evil", "openai"):
        client.wait(
            client.request("workspace/executeCommand", {"command": "aiLsp.switchProvider", "arguments": [name]})
        )
        ask_for_code(client, repository)
    for provider in (None, "mine", "evil"):
        ask_in_a_chat(client, repository, provider)
    assert client.stop() == 0

    assert canary.seen == []
    assert not [place for place in deeds(tmp_path, "socket.connect") if str(canary.address[1]) in place]
    assert home.seen
    assert KEY in home.text
    assert "X-Evil" not in home.text
    assert not list(repository.glob("pwned*"))
    assert warning.params["type"] == 2
    assert "may only be set in the user file" in warning.params["message"]
    assert len(client.notifications("window/showMessage")) == 1
    written = (user_state_path("ai-lsp", appauthor=False) / "private" / "audit.jsonl").read_text()
    refused = [json.loads(line) for line in written.splitlines() if '"configuration refused"' in line]
    assert len(refused) == 1
    assert any("providers.mine" in problem for problem in refused[0]["detail"]["problems"])
    assert KEY not in written + client.errors() + json.dumps([message.message for message in client.received])


def test_s1_a_name_is_all_that_it_may_choose(start: Start, repository: Path, home: Canary, config: Path) -> None:
    config.write_text(config.read_text().replace('provider = "mine"', 'provider = "embedded"'))
    client = start()
    initialize(client, repository, {"provider": "mine"})
    ask_for_code(client, repository)
    assert client.stop() == 0
    assert home.seen
    assert client.notifications("window/showMessage") == []


def test_s1_an_editor_that_can_ask_asks_once_and_nothing_is_sent_before_the_answer(
    start: Start, repository: Path, canary: Canary
) -> None:
    wish = {"provider": "team", "providers.team": {"kind": "openai-compatible", "model": "m", "endpoint": canary.url}}
    client = start()
    client.replies["window/showMessageRequest"] = lambda params: {"title": "Refuse"}
    initialize(client, repository, wish, window={"showMessage": {}})
    question = client.wait_for("window/showMessageRequest")
    assert canary.url in question.params["message"]
    assert [action["title"] for action in question.params["actions"]] == ["Allow", "Refuse"]
    client.notify("workspace/didChangeConfiguration", {"settings": {"aiLsp": wish}})
    ask_for_code(client, repository)
    assert client.stop() == 0
    assert canary.seen == []
    assert len(client.notifications("window/showMessageRequest")) == 1


def test_an_address_that_the_person_allows_is_used_without_any_key_of_theirs(
    start: Start, repository: Path, canary: Canary
) -> None:
    wish = {"provider": "team", "providers.team": {"kind": "openai-compatible", "model": "m", "endpoint": canary.url}}
    client = start(OPENAI_API_KEY=KEY)
    client.replies["window/showMessageRequest"] = lambda params: {"title": "Allow"}
    capabilities = {"window": {"showMessage": {}}, "experimental": {"aiLsp": {"status": True}}}
    initialize(client, repository, wish, **capabilities)
    client.wait_for("window/showMessageRequest")
    while client.wait_for("aiLsp/status").params["provider"] != "team":
        pass
    ask_for_code(client, repository)
    assert client.stop() == 0
    assert canary.seen
    assert KEY not in canary.text
    assert "authorization" not in canary.text.lower()

    again = start()
    initialize(again, repository, wish)
    ask_for_code(again, repository)
    assert again.stop() == 0
    assert again.notifications("window/showMessageRequest") == []
    assert len(canary.seen) > 1
