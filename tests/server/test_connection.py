"""Whole conversations with a real server process, in raw bytes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from ai_lsp.server.framing import frame
from tests.server.conftest import CHECKOUT
from tests.support.lsp_client import LspClient

URI = "file:///work/a.py"
SECONDS_TO_BE_GONE = 2.0
INLINE = "textDocument/inlineCompletion"


def test_a_conversation_from_beginning_to_end(client: LspClient) -> None:
    client.initialize(positionEncodings=["utf-8", "utf-16"])
    client.open(URI, "say äh\n")
    client.change(URI, 2, ((0, 7), (0, 7), "!"))
    answer = client.wait(client.inline(URI, 0, 8))
    assert answer.result["items"][0]["insertText"] == "äh!"
    assert client.stop() == 0
    assert client.broken == []
    assert client.errors() == ""


# R17: the end


@pytest.mark.parametrize("messages", [[], ["initialize"], ["initialize", "initialized"]])
def test_exit_without_shutdown_is_exit_code_1(client: LspClient, messages: list[str]) -> None:
    for method in messages:
        if method == "initialize":
            client.call(method, {})
        else:
            client.notify(method, {})
    client.notify("exit")
    assert client.exit_code(SECONDS_TO_BE_GONE) == 1


@pytest.mark.parametrize("open_requests", [0, 1])
def test_the_end_of_the_input_is_the_end(client: LspClient, open_requests: int) -> None:
    client.initialize()
    client.open(URI, "wait\n")
    for _ in range(open_requests):
        client.inline(URI, 0, 4)
    client.call("aiLsp/status")
    client.close_input()
    assert client.exit_code(SECONDS_TO_BE_GONE) == 1


def test_the_end_of_the_input_after_shutdown_is_exit_code_0(client: LspClient) -> None:
    client.initialize()
    client.call("shutdown")
    client.close_input()
    assert client.exit_code(SECONDS_TO_BE_GONE) == 0


def test_everything_that_was_sent_before_the_end_is_handled(client: LspClient) -> None:
    shutdown = {"jsonrpc": "2.0", "id": 2, "method": "shutdown"}
    messages = [{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}, shutdown]
    messages.append({"jsonrpc": "2.0", "method": "exit"})
    client.send_bytes(b"".join(frame(json.dumps(message).encode()) for message in messages))
    client.close_input()
    assert client.exit_code(SECONDS_TO_BE_GONE) == 0
    assert [client.wait(msg_id).error for msg_id in (1, 2)] == [None, None]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a matter of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_is_the_end_and_open_requests_are_answered(client: LspClient, number: int, code: int) -> None:
    client.initialize()
    client.open(URI, "wait\n")
    msg_id = client.inline(URI, 0, 4)
    client.call("aiLsp/status")
    client.process.send_signal(number)
    assert client.exit_code(SECONDS_TO_BE_GONE) == code
    error = client.wait(msg_id).error
    assert error is not None
    assert error["code"] == -32800


def test_the_death_of_the_editor_is_the_end(client: LspClient) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client.initialize(params={"processId": editor.pid})
    client.call("aiLsp/status")
    editor.communicate()
    assert client.exit_code(SECONDS_TO_BE_GONE) == 1


def test_an_editor_that_closes_its_ear_is_noticed() -> None:
    command = [sys.executable, "-m", "tests.server.fake_house"]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.close()
    process.stdin.write(frame(b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}'))
    process.stdin.flush()
    assert process.wait(5) == 1
    process.stdin.close()


# R12 and fact 11


def test_fact_11_an_editor_that_hangs_does_not_hang_the_server(client: LspClient) -> None:
    """It does not read while far more than a pipe holds is on its way: the server goes on, and every answer comes."""
    client.initialize()
    client.open(URI, "say " + "x" * 20_000 + "\n")
    client.call("aiLsp/status")
    client.pause()
    sent = [client.request("textDocument/completion", client.at(URI, 0, 4)) for _ in range(40)]
    sent += [client.request(INLINE, {}) for _ in range(2000)]
    client.change("file:///unknown", 2, "x")
    wait_until(lambda: "the document is not open" in client.errors())
    client.resume()
    for msg_id in sent:
        client.wait(msg_id)
    assert [len(client.answers(msg_id)) for msg_id in sent] == [1] * len(sent)


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """For what a process tells only by its traces."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


# R1


def test_a_thousand_interleaved_messages_get_one_answer_each(client: LspClient) -> None:
    dice = random.Random(1)
    client.initialize()
    client.open(URI, "say x\nwait\nfail\nrefuse\n")
    sent: list[int] = []
    version = 1
    for _ in range(1000):
        act = dice.random()
        if act < 0.5:
            sent.append(client.inline(URI, dice.randrange(5), 4, dice.randrange(3)))
        elif act < 0.7:
            sent.append(client.request(dice.choice(["aiLsp/status", "no/such", INLINE]), {}))
        elif act < 0.9 and sent:
            client.notify("$/cancelRequest", {"id": dice.choice(sent[-5:])})
        else:
            version += 1
            client.change(URI, version, ((3, 6), (3, 6), "x"))
    client.wait(client.inline(URI, 4, 0))
    client.call("shutdown")
    assert [len(client.answers(msg_id)) for msg_id in sent] == [1] * len(sent)
    client.notify("exit")
    assert client.exit_code() == 0


# R18


def resident_kilobytes(process_id: int) -> int:
    with open(f"/proc/{process_id}/status", encoding="ascii") as status:  # noqa: PTH123  # a file of the kernel
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def random_value(dice: random.Random, depth: int = 0) -> Any:
    scalars: list[Any] = [None, True, 0, -1, 2**70, 1.5, "", "x" * 50, "\ud800", URI, "2.0"]
    kind = dice.random()
    if depth > 3 or kind < 0.6:
        return dice.choice(scalars)
    if kind < 0.75:
        return [random_value(dice, depth + 1) for _ in range(dice.randrange(4))]
    keys = ["textDocument", "position", "uri", "line", "character", "context", "triggerKind", "contentChanges", "text"]
    return {
        dice.choice([*keys, "id", "token", "range"]): random_value(dice, depth + 1) for _ in range(dice.randrange(5))
    }


def fuzzed(dice: random.Random) -> bytes:
    methods = [INLINE, "textDocument/didChange", "textDocument/didOpen", "textDocument/completion", "$/cancelRequest"]
    methods += ["initialize", "initialized", "workspace/executeCommand", "workspace/didChangeConfiguration", "x", "$/y"]
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": dice.choice(methods), "params": random_value(dice)}
    if dice.random() < 0.6:
        message["id"] = dice.choice([dice.randrange(10**9), random_value(dice)])
    if dice.random() < 0.1:
        message[dice.choice(["jsonrpc", "method", "result", "error"])] = random_value(dice)
    body = json.dumps(message).encode()
    act = dice.random()
    if act < 0.1:
        body = body[: dice.randrange(len(body))]
    elif act < 0.2:
        body = bytes(dice.randrange(256) if dice.random() < 0.1 else byte for byte in body)
    length = len(body) + (dice.choice([-3, 7]) if act > 0.98 else 0)
    return b"Content-Length: %d\r\n\r\n%b" % (length, body)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads the memory from /proc")  # noqa: PTH110  # a file of the kernel
def test_ten_thousand_broken_messages_leave_the_server_alive_and_its_memory_flat(client: LspClient) -> None:
    client.initialize()
    dice = random.Random(3)
    for _ in range(1000):
        client.send_bytes(fuzzed(dice))
    before = settled_memory(client)
    for _ in range(9000):
        client.send_bytes(fuzzed(dice))
    client.send_bytes(b"Content-Length: 10000000000\r\n\r\n" + b"x" * 1_000_000)
    after = settled_memory(client)
    assert after - before < 6_000
    client.open(URI, "say x\n")
    assert client.wait(client.inline(URI, 0, 4)).result["items"]
    assert "Traceback" not in client.errors()


def settled_memory(client: LspClient) -> int:
    client.notify("x")
    client.send_bytes(b"\r\n\r\n")
    client.call("aiLsp/status")
    return resident_kilobytes(client.process.pid)


# R20


@pytest.mark.parametrize("order", ["fail", "refuse"])
def test_a_failure_is_contained(client: LspClient, order: str) -> None:
    client.initialize()
    client.open(URI, f"{order}\nsay x\n")
    assert client.wait(client.inline(URI, 0, 4)).error is not None
    assert client.wait(client.inline(URI, 1, 4)).result["items"]
    assert "sk-secret" not in client.errors() + json.dumps([found.message for found in client.received])


def test_a_request_and_the_change_after_it_are_told_apart(client: LspClient) -> None:
    """R19: both come in one piece; the suggestion was for the text before."""
    client.initialize()
    client.open(URI, "say x\n")
    change = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "nothing\n"}]}
    ask = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 3}, "context": {"triggerKind": 2}}
    messages = [
        {"jsonrpc": "2.0", "id": 77, "method": INLINE, "params": ask},
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change},
    ]
    client.send_bytes(b"".join(frame(json.dumps(message).encode()) for message in messages))
    assert client.wait(77).error is None
    assert client.wait(client.inline(URI, 0, 3)).result == {"items": []}


def test_a_client_in_another_folder_finds_the_same_server() -> None:
    command = [sys.executable, "-m", "tests.server.fake_house"]
    with LspClient.start(command, cwd="/", env={"PYTHONPATH": str(CHECKOUT)}) as client:
        assert client.initialize()["serverInfo"]["name"] == "ai-lsp"
