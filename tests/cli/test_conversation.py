from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from ai_lsp.cli.conversation import Conversation
from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.errors import ConnectionFailedError
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Events
from tests.cli.support_doors import FakeHouse

END = Finished("work", "m1", "stop")


class Talker(FakeHouse):
    """Answers each question with the next of its answers."""

    def __init__(self, *answers: tuple[object, ...]) -> None:
        super().__init__()
        self.answers = iter(answers)

    async def _events(self) -> Events:
        for event in next(self.answers):
            if event is signal.SIGINT:
                signal.raise_signal(signal.SIGINT)
                await asyncio.Event().wait()
            elif isinstance(event, BaseException):
                raise event
            else:
                assert isinstance(event, TextDelta | Finished)
                yield event


def hold(monkeypatch: pytest.MonkeyPatch, house: Talker, *lines: str | BaseException, files: str = "") -> Conversation:
    """A conversation in which the person types these lines, then Ctrl-D."""
    typed: Iterator[str | BaseException] = iter([*lines, EOFError()])

    def read(prompt: str) -> str:
        line = next(typed)
        if isinstance(line, BaseException):
            raise line
        return line

    monkeypatch.setattr("builtins.input", read)
    talk = Conversation("work", "m1", files)
    talk.hold(lambda: house)
    assert house.closed
    return talk


def contents(request: ChatRequest) -> list[str]:
    return [message.content for message in request.messages]


def test_what_was_said_is_part_of_the_next_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Talker((TextDelta("one"), END), (TextDelta("two"), END))
    hold(monkeypatch, house, "first", "  ", "second", files="a.py\n\n")
    assert [contents(request) for request, _ in house.chats] == [
        ["a.py\n\nfirst"],
        ["a.py\n\nfirst", "one", "second"],
    ]
    assert {(request.model, provider) for request, provider in house.chats} == {("m1", "work")}
    shown = "Ctrl-D ends, Ctrl-C stops an answer\none\n(work m1)\ntwo\n(work m1)\n\n"
    assert capsys.readouterr() == (shown, "")


def test_a_question_that_failed_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Talker((ConnectionFailedError("work is away"),), (TextDelta("two"), END))
    hold(monkeypatch, house, "first", "second")
    assert contents(house.chats[1][0]) == ["second"]
    assert capsys.readouterr().err == "ai-lsp: work is away\n"


def test_ctrl_c_stops_the_answer_and_keeps_what_came(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Talker((TextDelta("half"), signal.SIGINT), (TextDelta("two"), END))
    talk = hold(monkeypatch, house, "first", "second")
    assert contents(house.chats[1][0]) == ["first", "half", "second"]
    assert talk.said[-1] == ChatMessage("assistant", "two")
    assert "half\ntwo\n" in capsys.readouterr().out


def test_ctrl_c_at_the_prompt_throws_the_line_away(monkeypatch: pytest.MonkeyPatch) -> None:
    house = Talker((TextDelta("one"), END))
    hold(monkeypatch, house, KeyboardInterrupt(), "first")
    assert [contents(request) for request, _ in house.chats] == [["first"]]


def test_a_line_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    hold(monkeypatch, Talker(), "x" * 1_000_001)
    assert "characters are more than one question may have" in capsys.readouterr().out


def test_what_the_model_has_no_room_for_is_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Talker((TextDelta("one"), END), (TextDelta("two"), END))
    house.window = 600
    hold(monkeypatch, house, "first " * 100, "second " * 100)
    assert contents(house.chats[1][0]) == ["second " * 100]
    assert "the 2 oldest messages of this conversation did not fit into the model's window" in capsys.readouterr().out


def test_a_question_without_room_is_told_and_asks_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Talker()
    house.window = 600
    hold(monkeypatch, house, "first " * 1000)
    assert house.chats == []
    assert "shorten it, or choose a model with a larger window" in capsys.readouterr().err


def test_it_begins_with_what_the_person_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    house = Talker((TextDelta("one"), END))
    house.instructions = "speak Latin"
    talk = hold(monkeypatch, house, "first")
    assert contents(house.chats[0][0]) == ["speak Latin", "first"]
    assert [message.content for message in talk.said] == ["first", "one"]
