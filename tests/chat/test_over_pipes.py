"""Chats as an editor has them: a real process, real pipes, a service on this machine."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.chat.support_pipes import (
    END,
    answer,
    answered,
    ask,
    chatting,
    contents,
    deltas,
    piece,
    question,
    said,
    until,
)
from tests.support.lsp_client import LspError
from tests.wire.serving import CUT, SILENCE, Answer, Received

SECONDS_TO_STOP = 0.25
URI = "file:///work/a.py"


async def test_pieces_come_while_the_model_still_speaks(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with chatting(tmp_path, answer(piece("one "), go_on.wait, piece("two"), END)) as (client, _):
        msg_id = client.request("aiLsp/chat", question("hi", partialResultToken="t"))
        await until(lambda: said(client) == "one ")
        go_on.set()
        result = (await answered(client, msg_id)).result
        assert (said(client), result["content"], result["provider"]) == ("one two", "one two", "mine")
        assert (result["finishReason"], result["usage"]["outputTokens"]) == ("stop", 2)


async def test_a_reply_of_10_mb_to_an_editor_that_does_not_read_holds_nothing_up(tmp_path: Path) -> None:
    text = "".join(f"{number:09} " for number in range(1_000_000))
    pieces = [piece(text[start : start + 2000]) for start in range(0, len(text), 2000)]
    body = iter([[piece("ok"), END], [*pieces, END]])
    async with chatting(tmp_path, lambda _: Answer(body=next(body))) as (client, service):
        await ask(client, "warm up")
        at_first, before = memory(client.process.pid), len(client.received)
        chat = client.request("aiLsp/chat", question("hi", partialResultToken="t"))
        await until(lambda: any(place >= before for place, _ in deltas(client)))
        client.pause()
        await service.last.blocked.wait()  # the model has to wait, too
        asked = [client.request("aiLsp/status") for _ in range(3)]
        assert memory(client.process.pid) - at_first < 30_000_000
        client.resume()
        for msg_id in asked:
            assert (await answered(client, msg_id)).result["provider"] == "mine"
        [came_before] = [place for place, found in enumerate(client.received) if found.message.get("id") == asked[-1]]
        assert sum(len(text) for place, text in deltas(client) if before <= place < came_before) < 3_000_000
        result = (await answered(client, chat, 15)).result
        assert (result["streamed"], result["content"]) == (True, "")
        assert "".join(text for place, text in deltas(client) if place >= before) == text


def memory(pid: int) -> int:
    """Bytes."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        assert sys.platform != "linux"
        pytest.skip("this system has no /proc to read a process's memory from")
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("how", ["$/cancelRequest", "window/workDoneProgress/cancel", "exit"])
async def test_what_is_cancelled_stops_the_model_within_a_quarter_of_a_second(tmp_path: Path, how: str) -> None:
    async with chatting(tmp_path, answer(piece("one "), SILENCE)) as (client, service):
        msg_id = client.request("aiLsp/chat", question("hi", partialResultToken="t", workDoneToken="w"))
        await until(lambda: said(client))
        cancelled_at = asyncio.get_running_loop().time()
        params = {"$/cancelRequest": {"id": msg_id}, "window/workDoneProgress/cancel": {"token": "w"}}
        client.notify(how, params.get(how))
        async with asyncio.timeout(5):
            await service.last.closed.wait()
        closed_at = service.last.closed_at
        assert closed_at is not None
        assert closed_at - cancelled_at < SECONDS_TO_STOP
        error = (await answered(client, msg_id)).error
        assert error is not None
        assert error["code"] == -32800


async def test_a_chat_that_nobody_reads_can_be_cancelled_as_well(tmp_path: Path) -> None:
    async with chatting(tmp_path, answer(*[piece("x" * 2000)] * 3000, END)) as (client, service):
        msg_id = client.request("aiLsp/chat", question("hi", partialResultToken="t"))
        await until(lambda: said(client))
        client.pause()
        await service.last.blocked.wait()
        cancelled_at = asyncio.get_running_loop().time()
        client.notify("$/cancelRequest", {"id": msg_id})
        async with asyncio.timeout(5):
            await service.last.closed.wait()
        closed_at = service.last.closed_at
        assert closed_at is not None
        assert closed_at - cancelled_at < SECONDS_TO_STOP
        client.resume()
        error = (await answered(client, msg_id)).error
        assert error is not None
        assert error["code"] == -32800


async def test_a_question_that_the_model_still_thinks_about_can_be_cancelled(tmp_path: Path) -> None:
    async with chatting(tmp_path, answer(SILENCE)) as (client, service):
        msg_id = client.request("aiLsp/chat", question("hi"))
        await service.arrived.wait()
        client.notify("$/cancelRequest", {"id": msg_id})
        async with asyncio.timeout(5):
            await service.last.closed.wait()
        assert (await answered(client, msg_id)).error is not None


async def test_what_came_before_a_break_is_kept_marked_and_gone_on_from(tmp_path: Path) -> None:
    async with chatting(tmp_path, answer(piece("Like so:\n```py\na = "), CUT)) as (client, service):
        result = await ask(client, "hi", partialResultToken="t")
        assert (result["finishReason"], result["content"]) == ("interrupted", said(client))
        kept, marked = result["content"].split("\n\n\n")
        assert kept == "Like so:\n```py\na = \n```"
        assert marked.replace("`", "") == f"> **ai-lsp:** {result['error']}\n"
        assert result["error"].startswith("mine")
        await ask(client, "go on", conversationId=result["conversationId"])
        assert contents(service)[1:] == ["hi", "Like so:\n```py\na = ", "go on"]


async def test_the_open_file_goes_along_as_it_is_now(tmp_path: Path) -> None:
    async with chatting(tmp_path, answer(piece("ok"), END)) as (client, service):
        client.open(URI, "x = 1\ny = '```'\n")
        place = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 1}}
        about = {"textDocument": {"uri": URI}, "range": place}
        diagnostics = [{"range": place, "message": "y is unused", "severity": 2}]
        conversation = (await ask(client, "why?", **about, diagnostics=diagnostics))["conversationId"]
        assert contents(service)[1] == (
            "The file work/a.py:\n````python\nx = 1\ny = '```'\n````\n\n"
            "The selection, line 2 of work/a.py:\n```python\ny\n```\n\n"
            "Diagnostics of work/a.py:\n```text\nline 2: warning: y is unused\n```\n\nwhy?"
        )
        client.change(URI, 2, "z = 2\n")
        await ask(client, "and now?", textDocument={"uri": URI}, conversationId=conversation)
        assert "x = 1" not in str(contents(service))
        assert contents(service)[-1] == "The file work/a.py:\n```python\nz = 2\n```\n\nand now?"


async def test_what_has_no_room_in_the_window_is_left_out_and_told(tmp_path: Path) -> None:
    async with chatting(tmp_path, answer(piece("ok"), END), "context_window = 2000") as (client, service):
        conversation = (await ask(client, "first " * 200))["conversationId"]
        for number in range(4):
            result = await ask(client, f"{number} " * 500, conversationId=conversation)
        assert result["dropped"] == 4
        assert result["content"].startswith("> **ai-lsp:** the 4 oldest messages of this conversation did not fit")
        assert contents(service)[1:] == ["1 " * 500, "ok", "2 " * 500, "ok", "3 " * 500]


async def test_what_only_the_service_knows_to_be_too_long_is_told_too(tmp_path: Path) -> None:
    def without_room(received: Received) -> Answer:
        if len(received.body) < 2000:
            return Answer(body=[piece("ok"), END])
        told = "This model's maximum context length is 600 tokens. However, your messages resulted in 1200 tokens."
        body = json.dumps({"error": {"message": told, "code": "context_length_exceeded"}}).encode()
        return Answer(400, [body], "application/json")

    async with chatting(tmp_path, without_room) as (client, service):
        conversation = (await ask(client, "first " * 150))["conversationId"]
        result = await ask(client, "second " * 150, conversationId=conversation)
        assert [content[:7] for content in contents(service)[1:]] == ["second "]
        assert result["dropped"] == 2
        assert "the 2 oldest messages and a part of the newest one had to be left out" in result["content"]


async def test_what_is_wrong_is_one_line_and_the_server_lives(tmp_path: Path) -> None:
    async with chatting(tmp_path, answer(piece("ok"), END)) as (client, service):
        for wrong, sentence in (
            (question("hi", provider="opnai"), "did you mean 'openai'?"),
            (question("hi", conversationId="c1"), "this conversation is not known"),
            (question("x" * 50_000_000), "messages has 50,000,000 characters; at most 1,000,000 are taken"),
            ({"messages": []}, "messages is a list with at least one message"),
        ):
            with pytest.raises(LspError, match=r"^-32[0-9]{3}: [^\n]{1,300}$") as caught:
                await asyncio.to_thread(client.call, "aiLsp/chat", wrong)
            assert sentence in caught.value.message
        assert service.received == []
        assert (await ask(client, "hi"))["content"] == "ok"
