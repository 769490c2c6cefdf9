from __future__ import annotations

import io
from pathlib import Path

import pytest

from ai_lsp.chat.question import MAX_CHARACTERS
from ai_lsp.cli.failure import CommandError, UsageError
from ai_lsp.cli.question import attached, attached_files, prompt_of, whole_question


def standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes, *, terminal: bool = False) -> None:
    stream = io.TextIOWrapper(io.BytesIO(content))
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr("sys.stdin", stream)


def test_an_argument_is_the_prompt() -> None:
    assert prompt_of("why?") == "why?"


@pytest.mark.parametrize("argument", ["-", None])
def test_standard_input_is_the_prompt(argument: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, "\ufeffwarum é?\n".encode())
    assert prompt_of(argument) == "warum é?\n"


def test_at_a_terminal_the_person_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"", terminal=True)
    assert prompt_of(None) is None


@pytest.mark.parametrize("argument", ["", " \n", "-"])
def test_an_empty_prompt_is_wrong_usage(argument: str, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"  \n")
    with pytest.raises(UsageError, match="the prompt is empty; write it as an argument"):
        prompt_of(argument)


def test_a_closed_standard_input_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UsageError, match="the prompt is empty"):
        prompt_of(None)


def test_bytes_that_are_no_text_are_told_with_their_line(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"one\ntwo \xff\n")
    with pytest.raises(CommandError, match=r"standard input is not UTF-8 \(in line 2\)"):
        prompt_of("-")


def test_standard_input_without_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"x" * (4 * MAX_CHARACTERS + 2))
    with pytest.raises(CommandError, match="more than 1,000,000 characters; send less"):
        prompt_of("-")


def test_a_file_is_a_block_under_its_name() -> None:
    assert attached(Path("src/a.py"), "x = 1\n") == "src/a.py\n```python\nx = 1\n```"
    assert attached(Path("a.md"), "````\ncode\n````\n") == "a.md\n`````markdown\n````\ncode\n````\n`````"


def test_files_come_before_the_question(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    files = attached_files([tmp_path / "a.py"])
    assert whole_question(files, "why?") == f"{tmp_path}/a.py\n```python\nx = 1\n```\n\nwhy?"


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no such file"):
        attached_files([tmp_path / "none.py"])
    (tmp_path / "a.bin").write_bytes(b"\0\1")
    with pytest.raises(CommandError, match="is a binary file"):
        attached_files([tmp_path / "a.bin"])


def test_a_question_has_an_end() -> None:
    with pytest.raises(CommandError, match="1,000,001 characters are more than one question may have"):
        whole_question("x" * MAX_CHARACTERS, "?")
