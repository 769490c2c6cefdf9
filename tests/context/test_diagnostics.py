"""What is wrong near a place: which of it counts, where it has moved to, and how it is shown."""

from __future__ import annotations

import pytest

from ai_lsp.context.diagnostics import REST, Diagnostic, DiagnosticLog, Severity
from ai_lsp.core.context import SnippetKind
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from tests.support.clock import FakeClock

URI = "file:///work/a.py"
TEXT = "".join(f"    value_{number} = {number}\n" for number in range(40))


def wrong(line: int, message: str = "wrong", severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(line, severity, message)


class Desk:
    def __init__(self, language: str = "python") -> None:
        self.clock = FakeClock()
        self.log = DiagnosticLog(self.clock)
        self.documents = Documents([self.log])
        self.documents.open(URI, language, 1, TEXT)

    def type(self, line: int, text: str, column: int = 0) -> None:
        place = Position(line, column)
        self.documents.change(URI, 2, [Change(Range(place, place), text)])

    def near(self, line: int) -> str:
        document = self.documents.snapshot(URI)
        assert document is not None
        found = self.log.near(document, line, "a.py")
        return found.text if found is not None else ""


def test_the_line_with_what_is_wrong_as_a_comment() -> None:
    desk = Desk()
    desk.log.tell(URI, [wrong(5, "no such\n  name")])
    document = desk.documents.snapshot(URI)
    assert document is not None
    found = desk.log.near(document, 7, "shop/a.py")
    assert found is not None
    assert (found.path, found.kind, found.first_line) == ("shop/a.py", SnippetKind.DIAGNOSTIC, 5)
    assert found.text == "    value_5 = 5\n    # error: no such name"


@pytest.mark.parametrize(("language", "mark"), [("ruby", "#"), ("typescript", "//"), ("lua", "--"), ("whatever", "//")])
def test_comments_are_those_of_the_language(language: str, mark: str) -> None:
    desk = Desk(language)
    desk.log.tell(URI, [wrong(5, severity=Severity.WARNING)])
    assert desk.near(5).endswith(f"    {mark} warning: wrong")


def test_errors_first_then_the_nearest_and_three_at_most() -> None:
    desk = Desk()
    found = [wrong(line, f"at {line}") for line in (1, 9, 12, 14, 30)]
    desk.log.tell(URI, [*found, wrong(10, "at 10", Severity.WARNING)])
    said = desk.near(10)
    assert [line.split("error: ")[1] for line in said.split("\n") if "error" in line] == ["at 9", "at 12", "at 14"]
    assert "warning" not in said


def test_nothing_of_far_away_or_of_documents_that_are_not_open() -> None:
    desk = Desk()
    desk.log.tell(URI, [wrong(30), wrong(4_000_000)])
    desk.log.tell("file:///work/other.py", [wrong(1)])
    assert (desk.near(5), desk.near(39)) == ("", desk.near(30))
    desk.documents.close(URI)
    desk.documents.open(URI, "python", 1, TEXT)
    assert desk.near(30) == ""


def test_it_moves_with_its_line() -> None:
    desk = Desk()
    desk.log.tell(URI, [wrong(5)])
    desk.type(2, "x\ny\n")
    assert desk.near(7).startswith("    value_5 = 5\n")
    desk.type(7, "z\n", column=4)
    assert desk.near(7).startswith("    z\n")
    desk.documents.change(URI, 3, [Change(Range(Position(0, 0), Position(6, 0)), "")])
    assert desk.near(1).startswith("    z\n")


def test_it_goes_with_its_line() -> None:
    desk = Desk()
    desk.log.tell(URI, [wrong(5), wrong(7)])
    desk.documents.change(URI, 2, [Change(Range(Position(5, 0), Position(6, 0)), "")])
    assert desk.near(5) == "    value_7 = 7\n    # error: wrong"


def test_it_stays_where_a_formatter_wrote_its_line_anew() -> None:
    desk = Desk()
    desk.log.tell(URI, [wrong(5), wrong(39)])
    whole = Range(Position(0, 0), Position(40, 0))
    desk.documents.change(URI, 2, [Change(whole, "".join(f"    value_{n} = {n} \n" for n in range(38)))])
    assert desk.near(5).startswith("    value_5 = 5 \n")
    assert desk.near(37) == ""


def test_what_is_told_while_somebody_types_counts_after_a_rest() -> None:
    desk = Desk()
    desk.log.tell(URI, [wrong(5, "from before")])
    desk.type(5, "x", column=4)
    desk.log.tell(URI, [wrong(5, "not finished")])
    desk.type(5, "y", column=5)
    assert "from before" in desk.near(5)
    desk.clock.move(REST)
    desk.type(5, "z", column=6)
    assert "not finished" in desk.near(5)


def test_what_comes_with_a_question_replaces_that_of_its_lines_only() -> None:
    desk = Desk()
    desk.log.tell(URI, [wrong(5, "five"), wrong(6, "six")])
    desk.log.tell_of(URI, range(5, 6), [])
    assert "five" not in desk.near(5)
    assert "six" in desk.near(5)
    desk.log.tell_of(URI, range(6, 8), [wrong(7, "seven")])
    assert "six" not in desk.near(5)
    assert "seven" in desk.near(5)
