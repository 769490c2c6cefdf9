from __future__ import annotations

import pytest

from ai_lsp.chat.commands import COMMANDS, DOCUMENT, EXPLAIN, FIX, REFACTOR, Command, command_named
from ai_lsp.chat.task import Diagnostic, lines_of, overlapping
from ai_lsp.core.context import Scope
from ai_lsp.core.errors import BadRequestError
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.documents.lines import split_lines

CODE = "import os\n\nclass Box:\n    def area(self):\n        w = 1\n\n        return w\n\n\nprint(1)\n"
DOCUMENT_ = DocumentSnapshot("file:///work/a.py", "python", 1, tuple(split_lines(CODE)))
SCOPES = (Scope("class", "Box", "class Box:", 2, 6), Scope("method", "area", "def area(self):", 3, 6))


def at(line: int, column: int, last: int | None = None, last_column: int | None = None) -> Range:
    start = Position(line, column)
    return Range(start, start if last is None else Position(last, last_column or 0))


def lines(
    command: Command, where: Range, *diagnostics: Diagnostic, scopes: tuple[Scope, ...] = SCOPES
) -> tuple[int, int]:
    found = lines_of(command, DOCUMENT_, where, scopes, diagnostics)
    assert found.start.column == 0
    assert found.end.column == len(DOCUMENT_.line(found.end.line))
    return found.start.line, found.end.line


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (at(4, 8, 6, 16), (4, 6)),
        (at(4, 10, 4, 11), (4, 4)),
        (at(4, 0, 5, 0), (4, 4)),
        (at(1, 0, 9, 0), (2, 6)),
        (at(6, 5, 4, 2), (4, 6)),
        (at(9, 0, 99, 99), (9, 9)),
        (at(4, 8), (3, 6)),
    ],
)
def test_whole_lines_are_meant(where: Range, expected: tuple[int, int]) -> None:
    assert lines(REFACTOR, where) == expected


def test_a_fix_is_about_the_function_around_its_diagnostics() -> None:
    wrong = Diagnostic(at(4, 8, 4, 9), "unused")
    assert lines(FIX, at(4, 8, 4, 9), wrong) == (3, 6)
    assert lines(FIX, at(4, 8), wrong) == (3, 6)
    assert lines(FIX, at(0, 0), Diagnostic(at(0, 7, 0, 9), "unused"), scopes=()) == (0, 0)
    assert lines(FIX, at(4, 8, 6, 3), wrong) == (4, 6)


def test_a_long_function_is_not_fixed_as_a_whole() -> None:
    long = DocumentSnapshot("file:///work/a.py", "python", 1, tuple(split_lines("def f():\n" + "    pass\n" * 200)))
    wrong = Diagnostic(at(50, 4, 50, 8), "odd")
    found = lines_of(FIX, long, at(50, 4), (Scope("function", "f", "def f():", 0, 200),), [wrong])
    assert (found.start.line, found.end.line) == (50, 50)


def test_a_diagnostic_past_the_end_does_no_harm() -> None:
    assert lines(FIX, at(9, 0), Diagnostic(at(9, 0, 400, 2), "odd"), scopes=()) == (9, 9)


def test_without_selection_and_function_a_line_can_be_explained() -> None:
    assert lines(EXPLAIN, at(9, 2), scopes=()) == (9, 9)


@pytest.mark.parametrize(
    ("command", "where"), [(DOCUMENT, at(9, 2)), (REFACTOR, at(9, 2)), (EXPLAIN, at(8, 0)), (FIX, at(1, 0))]
)
def test_what_means_nothing_is_told(command: Command, where: Range) -> None:
    with pytest.raises(BadRequestError, match="nothing is selected here"):
        lines(command, where, scopes=())


def test_blank_lines_alone_are_no_selection() -> None:
    with pytest.raises(BadRequestError, match="the selection is empty"):
        lines(EXPLAIN, at(7, 0, 9, 0))


def test_diagnostics_of_other_lines_are_left_out() -> None:
    here, there = Diagnostic(at(4, 0, 6, 0), "here"), Diagnostic(at(9, 0, 9, 1), "there")
    assert overlapping([here, there], at(5, 0, 5, 1)) == (here,)


def test_commands_have_names() -> None:
    assert [command.name for command in COMMANDS] == ["explain", "fix", "tests", "document", "refactor"]
    assert all(command_named(command.name) is command for command in COMMANDS)
    assert command_named("format") is None
