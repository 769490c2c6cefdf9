"""What the process does around the conversation: its pipes, its imports, its threads and its end."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ai_lsp.server.serve import SECONDS_TO_END
from tests.server.conftest import CHECKOUT
from tests.support.lsp_client import LspClient

URI = "file:///work/a.py"
HEAVY = ("pydantic", "httpx2", "httpx", "tree_sitter", "keyring", "cryptography", "tenacity")


def start(house: str) -> LspClient:
    return LspClient.start([sys.executable, "-m", f"tests.server.{house}"], cwd=CHECKOUT)


@pytest.fixture
def hanging() -> Iterator[LspClient]:
    with start("hanging_house") as client:
        client.initialize()
        client.open(URI, "say x\nsay y\n")
        yield client
        client.process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="C's standard output is called otherwise there")
def test_what_is_written_to_standard_output_does_not_reach_the_editor() -> None:
    """R17: `print`, a raw write, C's `puts` and a child process."""
    with start("noisy_house") as client:
        client.initialize()
        client.open(URI, "say x\n")
        assert client.wait(client.inline(URI, 0, 3)).result["items"]
        assert client.stop() == 0
        assert client.broken == []
        for stray in ("stray print", "stray write", "stray puts", "stray child"):
            assert stray in client.errors()


def test_fact_10_blocked_threads_do_not_keep_messages_waiting(hanging: LspClient) -> None:
    for _ in range(3):
        assert hanging.wait(hanging.inline(URI, 0, 3)).result["items"]
    assert hanging.call("aiLsp/status")["message"] == "ready"


def test_fact_20_nothing_that_hangs_holds_up_the_end(hanging: LspClient) -> None:
    hanging.wait(hanging.inline(URI, 0, 3))
    hanging.shutdown()
    assert hanging.exit_code(SECONDS_TO_END + 0.5) == 0


@pytest.mark.parametrize("how", ["end of input", "SIGTERM"])
def test_a_loop_that_hangs_does_not_hold_up_the_end(hanging: LspClient, how: str) -> None:
    hanging.call("aiLsp/status")
    hanging.inline(URI, 1, 3)
    if how == "SIGTERM":
        hanging.process.send_signal(signal.SIGTERM)
    else:
        hanging.close_input()
    hanging.exit_code(SECONDS_TO_END + 0.5)


def test_nothing_heavy_is_imported_before_initialize_is_answered() -> None:
    """The house of the test says what is loaded when it is opened, which is after the answer."""
    program = (
        "import sys\n"
        "from ai_lsp.server.serve import serve\n"
        "from tests.server.fake_house import FakeHouse\n"
        "def open_house():\n"
        "    print(*sys.modules, file=sys.stderr)\n"
        "    return FakeHouse()\n"
        "serve(open_house)\n"
    )
    with LspClient.start([sys.executable, "-c", program], cwd=CHECKOUT) as client:
        client.call("initialize", {"capabilities": {}})
        assert client.errors() == ""
        client.notify("initialized", {})
        client.call("aiLsp/status")
        loaded = {name.partition(".")[0] for name in client.errors().split()}
    assert "pygls" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_facts_12_and_13_there_is_no_socket_to_connect_to_and_no_file_is_read_for_an_editor() -> None:
    """S17, S22, fact 6.3 of a stock server: what happens from `initialize` on is watched by an audit hook."""
    program = (
        "import sys\n"
        "from ai_lsp.server.serve import serve\n"
        "from tests.server.fake_house import FakeHouse\n"
        "def watch(event, args):\n"
        "    if event.startswith('socket.') and event not in {'socket.__new__'} or event == 'subprocess.Popen':\n"
        "        print('EVENT', event, file=sys.stderr)\n"
        "    if event == 'open' and 'planted' in str(args[0]):\n"
        "        print('EVENT', args[0], file=sys.stderr)\n"
        "sys.addaudithook(watch)\n"
        "serve(FakeHouse)\n"
    )
    uris = ["file:///planted", "file:///%70lanted", "file:///work/../planted", "FILE://localhost/planted", "//planted"]
    with LspClient.start([sys.executable, "-c", program], cwd=CHECKOUT) as client:
        client.initialize(params={"rootUri": "file:///planted"})
        for uri in uris:
            assert client.wait(client.inline(uri, 0, 0)).result is None
            client.change(uri, 2, ((0, 0), (0, 0), "x"))
            client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        client.call("aiLsp/status")
        assert "EVENT" not in client.errors()


def test_only_allowed_messages_go_to_the_editor() -> None:
    """S19: no edit, no document to show, no command."""
    with start("fake_house") as client:
        client.initialize(workspace={"configuration": True}, experimental={"aiLsp": {"status": True}})
        client.open(URI, "say x\nfail\nrefuse\n")
        for line in range(4):
            client.wait(client.inline(URI, line, 3))
        client.call("workspace/executeCommand", {"command": "aiLsp.showStatus"})
        methods = {found.message["method"] for found in client.received if "method" in found.message}
    assert methods == {"workspace/configuration", "aiLsp/status", "window/logMessage", "window/showMessage"}


def test_s10_no_log_level_brings_source_text_or_params_into_the_log() -> None:
    """S9, S10 and fact 15, with the root logger at DEBUG."""
    program = (
        "import logging\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "from ai_lsp.server.serve import serve\n"
        "from tests.server.fake_house import FakeHouse\n"
        "serve(FakeHouse)\n"
    )
    canary = "canary-5f2e"
    with LspClient.start([sys.executable, "-c", program], cwd=CHECKOUT) as client:
        client.initialize(params={"initializationOptions": {"api_key": canary}})
        client.open(URI, f"say {canary}\nfail {canary}\nrefuse {canary}\n")
        for line in range(3):
            client.wait(client.inline(URI, line, 3))
        client.change(URI, 1, ((0, 0), (0, 0), canary))
        for params in ({canary: canary}, {"textDocument": {"uri": canary}, "position": canary}):
            client.wait(client.request("textDocument/inlineCompletion", params))
            client.notify("textDocument/didChange", params)
        client.send_bytes(b"Content-Length: 12\r\n\r\n" + canary.encode() + b"{")
        client.wait(client.request("workspace/executeCommand", {"command": "x", "arguments": [canary]}))
        client.call("aiLsp/status")
        assert client.errors() != ""
        assert canary not in client.errors()


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are closed otherwise there")
def test_a_process_without_standard_descriptors_ends_in_order(closed: tuple[int, ...]) -> None:
    redirections = " ".join(f"{number}>&-" for number in closed)
    command = f"exec {sys.executable} -m tests.server.fake_house {redirections}"
    run = subprocess.run(["sh", "-c", command], cwd=CHECKOUT, input=b"", capture_output=True, timeout=10, check=False)
    assert run.returncode == 1
    assert b"Traceback" not in run.stderr


def test_each_fact_has_its_test() -> None:
    """The known pitfalls of the library below us, by number; a test that meets one is called after it."""
    tests = "".join(file.read_text("utf-8") for file in Path(__file__).parent.rglob("test_*.py"))
    missing = [number for number in range(1, 25) if f"{number:02}" not in facts_in(tests)]
    assert missing == []


def facts_in(source: str) -> set[str]:
    names = re.findall(r"def (test_facts?_\w+)", source)
    return {number for name in names for number in re.findall(r"_(\d\d)(?=_)", name)}
