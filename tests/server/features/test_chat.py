from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ai_lsp.chat.question import MAX_CHARACTERS, DiagnosticLine, Question, Scope
from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.text import Position, Range
from ai_lsp.server.features import chat
from tests.server.desk import URI, Desk
from tests.server.fake_house import SECRET
from tests.support.clock import settle
from tests.support.lsp_client import Json

METHOD = "aiLsp/chat"


def saying(content: str, **more: Any) -> Json:
    return {"messages": [{"role": "user", "content": content}], **more}


def asked(desk: Desk) -> Question:
    question = desk.house.calls[-1][1]
    assert isinstance(question, Question)
    return question


def deltas(desk: Desk, token: object = "t") -> list[str]:
    told = [params for params in desk.notifications("$/progress") if params["token"] == token]
    return [params["value"]["content"] for params in told if params["value"]["kind"] == "delta"]


def selecting(start: tuple[int, int], end: tuple[int, int]) -> Json:
    return {name: {"line": place[0], "character": place[1]} for name, place in (("start", start), ("end", end))}


async def test_an_answer_and_how_it_ended(desk: Desk) -> None:
    assert (await desk.call(METHOD, saying("a b c")))["result"] == {
        "content": "abc",
        "finishReason": "stop",
        "usage": {
            "inputTokens": 7,
            "outputTokens": 2,
            "cachedInputTokens": 0,
            "thinkingTokens": 0,
            "cost": None,
            "estimated": False,
        },
        "provider": "fake",
        "model": "echo",
        "conversationId": "c1",
        "dropped": 0,
        "refused": [],
        "error": None,
        "streamed": False,
    }
    assert desk.notifications("$/progress") == []


async def test_with_a_token_the_first_piece_comes_at_once_and_the_rest_joined(desk: Desk) -> None:
    msg_id = await desk.request(METHOD, saying("a b c", partialResultToken="t"))
    await settle()
    assert (deltas(desk), desk.answers(msg_id)) == (["a"], [])
    await desk.clock.advance(0.05)
    (answer,) = desk.answers(msg_id)
    assert (deltas(desk), answer["result"]["content"]) == (["a", "bc"], "abc")


async def test_work_done_is_told_from_begin_to_end_under_its_own_token(desk: Desk) -> None:
    await desk.call(METHOD, saying("a", workDoneToken=7))
    begin = {"kind": "begin", "title": "ai-lsp", "message": "asking", "cancellable": True}
    assert [params["value"] for params in desk.notifications("$/progress")] == [begin, {"kind": "end"}]


@pytest.mark.parametrize(
    ("method", "params"),
    [("$/cancelRequest", {"id": 50}), ("window/workDoneProgress/cancel", {"token": "w"})],
)
async def test_a_cancelled_chat_stops_and_says_no_more(desk: Desk, method: str, params: Json) -> None:
    await desk.request(METHOD, saying("a b wait", partialResultToken="t", workDoneToken="w"), 50)
    await settle()
    assert desk.house.working == 1
    await desk.notify(method, params)
    await settle()
    assert desk.house.working == 0
    await desk.clock.advance(1)
    (answer,) = desk.answers(50)
    assert (answer["error"]["code"], deltas(desk)) == (-32800, ["a"])
    assert desk.notifications("$/progress")[-1] == {"token": "w", "value": {"kind": "end"}}


async def test_a_chat_that_waits_holds_nothing_up(desk: Desk) -> None:
    waiting = [await desk.request(METHOD, saying("wait", partialResultToken=n)) for n in range(20)]
    assert (await desk.call("aiLsp/status"))["result"]["provider"] == "fake"
    assert (await desk.call(METHOD, saying("a")))["result"]["content"] == "a"
    assert [desk.answers(msg_id) for msg_id in waiting] == [[]] * 20


async def test_failures_are_one_sentence_and_no_secret(desk: Desk) -> None:
    refused = (await desk.call(METHOD, saying("refuse", workDoneToken="w")))["error"]
    assert refused == {"code": -32803, "message": "the quota of today is used up; raise it in the settings"}
    failed = (await desk.call(METHOD, saying("fail")))["error"]
    assert failed["code"] == -32603
    assert SECRET not in str(desk.sent)
    assert (await desk.call(METHOD, saying("a")))["result"]["content"] == "a"


async def test_what_goes_along_is_told_in_the_houses_terms(desk: Desk) -> None:
    await desk.open("x = '😀'\nfoo(x)\n")
    found = {"range": selecting((1, 0), (1, 3)), "message": "no\n such name", "severity": 2, "source": "ruff"}
    more = {
        "textDocument": {"uri": URI},
        "range": selecting((0, 7), (1, 3)),
        "context": "selection",
        "diagnostics": [found, {"message": 1}, None],
        "files": ["file:///work/b.py"],
        "command": "explain",
        "provider": "work",
        "model": "large",
        "conversationId": "c9",
    }
    before = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": "a"},
    ]
    await desk.call(METHOD, {"messages": [*before, {"role": "user", "content": "why?"}], **more})
    question = asked(desk)
    assert [message.role for message in question.messages] == ["system", "user", "assistant", "user"]
    assert question.messages[-1] == ChatMessage("user", "why?")
    assert (question.uri, question.scope) == (URI, Scope.SELECTION)
    assert question.selection == Range(Position(0, 6), Position(1, 3))
    assert question.diagnostics == (DiagnosticLine(1, "warning", "ruff: no such name"),)
    assert question.files == ("file:///work/b.py",)
    assert question.command is not None
    assert (question.command.name, question.provider, question.model) == ("explain", "work", "large")
    assert question.conversation == "c9"


async def test_a_range_that_ends_behind_the_document_ends_with_it(desk: Desk) -> None:
    await desk.open("a\nb")
    await desk.call(METHOD, saying("?", textDocument={"uri": URI}, range=selecting((0, 0), (9, 9))))
    assert asked(desk).selection == Range(Position(0, 0), Position(1, 1))


async def test_the_command_takes_the_same_params(desk: Desk) -> None:
    execute = "workspace/executeCommand"
    answer = await desk.call(execute, {"command": "aiLsp.chat", "arguments": [saying("a b")]})
    assert answer["result"]["content"] == "ab"
    wrong = await desk.call(execute, {"command": "aiLsp.chat", "arguments": []})
    assert wrong["error"]["message"] == "the argument is one object, the params of aiLsp/chat"
    assert (await desk.call(execute, {"command": "aiLsp.clearCache"}))["result"] is None
    assert desk.house.calls[-1] == ("cache cleared",)


async def test_a_long_answer_that_was_streamed_does_not_come_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "LONGEST_TWICE", 3)
    msg_id = await desk.request(METHOD, saying("abcd", partialResultToken="t"))
    await desk.clock.advance(1)
    (answer,) = desk.answers(msg_id)
    assert (answer["result"]["content"], answer["result"]["streamed"], deltas(desk)) == ("", True, ["abcd"])
    whole = (await desk.call(METHOD, saying("abcd")))["result"]
    assert (whole["content"], whole["streamed"]) == ("abcd", False)


WRONG: list[tuple[Any, str]] = [
    (None, "params of aiLsp/chat are an object"),
    ([], "params of aiLsp/chat are an object"),
    ({}, "messages is a list with at least one message"),
    ({"messages": []}, "messages is a list with at least one message"),
    ({"messages": "hi"}, "messages is a list with at least one message"),
    ({"messages": ["hi"]}, "messages[0] is not an object with role and content"),
    ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role is none of system, user, assistant"),
    ({"messages": [{"role": ["user"], "content": "x"}]}, "messages[0].role is none of system, user, assistant"),
    ({"messages": [{"role": "user", "content": None}]}, "messages[0].content is not a string"),
    ({"messages": [{"role": "assistant", "content": "x"}]}, "it has to be the person's, user"),
    (saying(" \n"), "the last message is empty; write a question"),
    (saying("x" * (MAX_CHARACTERS + 1)), "messages has 1,000,001 characters; at most 1,000,000 are taken"),
    ({"messages": [{"role": "user", "content": ""}] * 10_001}, "messages has 10,001 messages"),
    (saying("x", textDocument="a.py"), "textDocument is an object with a uri"),
    (saying("x", textDocument={"uri": 1}), "textDocument is an object with a uri"),
    (saying("x", range=selecting((0, 0), (0, 1))), "a range needs a textDocument"),
    (saying("x", textDocument={"uri": URI}, range={"start": {}}), "range.start has a line and a character"),
    (saying("x", textDocument={"uri": URI}, range=selecting((0, 0), (-1, 0))), "range.end has a line and a character"),
    (saying("x", textDocument={"uri": URI}, range=selecting((1, 0), (0, 0))), "the range ends before it begins"),
    (saying("x", textDocument={"uri": URI}, range=selecting((7, 0), (8, 0))), "the last line of the document is 1"),
    (saying("x", context="all"), "context is none of file, selection"),
    (saying("x", context={}), "context is none of file, selection"),
    (saying("x", diagnostics={}), "diagnostics is a list"),
    (saying("x", files="a.py"), "files is a list of URIs"),
    (saying("x", files=[1]), "files is a list of URIs"),
    (saying("x", command="format"), "command is none of explain, fix, tests, document, refactor"),
    (saying("x", command=1), "command is none of"),
    (saying("x", provider=""), "provider is a string that is not empty"),
    (saying("x", model=1), "model is a string that is not empty"),
    (saying("x", conversationId=[]), "conversationId is a string that is not empty"),
    (saying("x", partialResultToken=1.5), "partialResultToken is a string or an integer"),
    (saying("x", workDoneToken=True), "workDoneToken is a string or an integer"),
]


@pytest.mark.parametrize(("params", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
async def test_wrong_params_are_one_clear_line(desk: Desk, params: Any, sentence: str) -> None:
    await desk.open("a\nb")
    error = (await desk.call(METHOD, params))["error"]
    assert error["code"] == -32602
    assert sentence in error["message"]
    assert len(error["message"]) < 200
    assert "\n" not in error["message"]
    assert not [call for call in desk.house.calls if call[0] == "ask"]


async def test_an_editor_that_ends_while_a_chat_streams(desk: Desk) -> None:
    await desk.request(METHOD, saying("a wait", partialResultToken="t"))
    await settle()
    assert (await desk.call("shutdown"))["result"] is None
    await asyncio.sleep(0)
    assert desk.house.working == 0
