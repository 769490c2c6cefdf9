from __future__ import annotations

import json
from pathlib import Path

import pytest

from ai_lsp.cli.main import main
from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.errors import BrokenStreamError, UnsupportedError
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.core.usage import Usage
from tests.cli.support_doors import FakeDoors, FakeHouse

END = Finished("work", "m1", "stop", Usage(7, 2))


def ask(*said: StreamEvent | BaseException, arguments: tuple[str, ...] = ()) -> tuple[int, FakeHouse]:
    house = FakeHouse(said=said)
    return main(["chat", "why?", *arguments], FakeDoors(house)), house


def test_the_answer_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    code, house = ask(TextDelta("be"), TextDelta("cause"), END)
    assert (code, *capsys.readouterr()) == (0, "because\n", "")
    assert house.chats == [(ChatRequest((ChatMessage("user", "why?"),)), None)]
    assert house.closed


def test_a_line_feed_at_the_end_is_not_doubled(capsys: pytest.CaptureFixture[str]) -> None:
    ask(TextDelta("because\n"), END)
    assert capsys.readouterr().out == "because\n"


def test_the_person_chooses_whom_to_ask(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x\n")
    file = str(tmp_path / "a.py")
    _, house = ask(TextDelta("x"), END, arguments=("--provider", "work", "--model", "big", "--file", file))
    [(request, provider)] = house.chats
    assert (provider, request.model) == ("work", "big")
    assert request.messages[0].content == f"{file}\n```python\nx\n```\n\nwhy?"


def test_what_a_model_says_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    ask(TextDelta("a\x1b["), TextDelta("2Jb\x07"), END)
    assert capsys.readouterr().out == "ab\n"


def test_an_object_for_a_script_has_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = ask(TextDelta("a\x9b2Jé"), END, arguments=("--json",))
    out = capsys.readouterr().out
    assert out.isascii()
    answer = json.loads(out)
    assert (code, answer["content"], answer["finish_reason"]) == (0, "a\x9b2Jé", "stop")
    assert (answer["provider"], answer["model"], answer["usage"]["input_tokens"]) == ("work", "m1", 7)


def test_a_failure_is_one_line_and_what_came_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = ask(TextDelta("half"), BrokenStreamError("work broke off\n\x1b[2J; try again"))
    assert (code, *capsys.readouterr()) == (1, "half\n", "ai-lsp: work broke off ; try again\n")


def test_a_failure_is_told_to_a_script_too(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = ask(TextDelta("half"), BrokenStreamError("work broke off"), arguments=("--json",))
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert (code, answer["content"], answer["error"], answer["finish_reason"]) == (1, "half", "work broke off", None)
    assert said.err == "ai-lsp: work broke off\n"


def test_nobody_who_can_chat_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = ask(UnsupportedError("embedded cannot chat; set a key"))
    assert (code, *capsys.readouterr()) == (1, "", "ai-lsp: embedded cannot chat; set a key\n")


def test_an_empty_answer_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = ask(Finished("work", "m1", "content_filter"))
    assert (code, capsys.readouterr().err) == (1, "ai-lsp: the answer is empty (content_filter); ask in other words\n")


def test_who_answered_instead_and_what_is_missing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = ask(TextDelta("x"), Finished("work", "m1", "length", passed_over=("cloud: it is down",)))
    assert (code, capsys.readouterr().err.splitlines()) == (
        0,
        [
            "ai-lsp: cloud: it is down; work answered instead",
            "ai-lsp: the answer was cut off at its longest allowed length; `max_tokens` of the provider sets it",
        ],
    )


def test_a_wrong_file_asks_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doors = FakeDoors()
    assert main(["chat", "why?", "--file", str(tmp_path)], doors) == 1
    assert capsys.readouterr().err == f"ai-lsp: {tmp_path} is a folder; name a file in it\n"
    assert doors.opened == []


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_a_conversation_needs_a_terminal_on_both_sides(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["chat", *arguments], FakeDoors()) == 2
    line = "there is no prompt; write it as an argument, or - to read it from standard input"
    assert capsys.readouterr() == ("", f"ai-lsp: {line}\n")
