import asyncio
import os
import sys
from pathlib import Path

import pytest

from ai_lsp.cli.demo import client as door
from ai_lsp.cli.demo.client import running
from ai_lsp.cli.failure import CommandError

SERVER = Path(__file__).with_name("server_that_repeats.py")


def _command(fault: str = "") -> list[str]:
    return [sys.executable, str(SERVER), fault]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_answers_find_their_questions() -> None:
    async with running(_command(), {}) as client:
        status, nothing = await asyncio.gather(client.request("aiLsp/status"), client.request("initialize", {}))
    assert (status, nothing) == ({"kind": "normal"}, None)
    assert not _is_running(client.pid)


async def test_what_the_server_asks_is_answered() -> None:
    async with running(_command(), {}) as client:
        client.notify("initialized", {})
        assert await client.request("aiLsp/status") == {"kind": "normal"}


async def test_a_server_that_dies() -> None:
    with pytest.raises(CommandError) as failed:
        async with running(_command("dies"), {}) as client:
            await client.request("textDocument/inlineCompletion", {})
    assert str(failed.value) == "the server ended before it was asked to; `ai-lsp doctor` shows what works"
    assert not _is_running(client.pid)


async def test_what_a_dying_server_says_last_is_told() -> None:
    with pytest.raises(CommandError) as failed:
        async with running([sys.executable, "-c", "raise SystemExit('no room\\n\\n')"], {}) as client:
            await client.request("initialize")
    assert str(failed.value) == "the server ended before it was asked to (no room); `ai-lsp doctor` shows what works"


async def test_a_server_that_is_gone_is_not_waited_for() -> None:
    with pytest.raises(CommandError, match="ended before"):  # leaving it is one more request
        async with running([sys.executable, "-c", ""], {}) as client:
            await asyncio.gather(client.request("initialize"), return_exceptions=True)


async def test_a_server_that_refuses() -> None:
    with pytest.raises(CommandError) as failed:
        async with running(_command("refuses"), {}) as client:
            await client.request("textDocument/inlineCompletion", {})
    assert str(failed.value) == "the server refused: no; `ai-lsp doctor` shows what works"


async def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ANSWER_TIME", 0.01)
    with pytest.raises(CommandError) as failed:
        async with running([sys.executable, "-c", "import time; time.sleep(60)"], {}) as client:
            await client.request("initialize")
    assert str(failed.value) == "the server does not answer initialize; `ai-lsp doctor` shows what works"
    assert not _is_running(client.pid)


async def test_a_server_that_stays_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LEAVING_TIME", 0.01)
    async with running(_command("stays"), {}) as client:
        pass
    assert not _is_running(client.pid)


async def test_an_interrupted_demo_leaves_no_server() -> None:
    with pytest.raises(KeyboardInterrupt):
        async with running(_command(), {}) as client:
            raise KeyboardInterrupt
    assert not _is_running(client.pid)
