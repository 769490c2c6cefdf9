"""Edits that belong together are one, and their lines are those of the document as it is now."""

from __future__ import annotations

from ai_lsp.context.edits import KEPT, EditLog
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from tests.support.clock import FakeClock

URI = "file:///a.py"


class Desk:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.log = EditLog(self.clock)
        self.documents = Documents([self.log])
        self.documents.open(URI, "python", 1, "\n" * 500)

    def write(self, line: int, text: str = "x", after: float = 5.0, uri: str = URI) -> None:
        self.clock.move(after)
        place = Position(line, 0)
        self.documents.change(uri, 2, [Change(Range(place, place), text)])

    @property
    def lines(self) -> list[tuple[int, int]]:
        return [(group.first, group.last) for group in self.log.recent()]


def test_edits_within_eight_lines_are_one() -> None:
    desk = Desk()
    for line in (10, 18, 40):
        desk.write(line)
    assert desk.lines == [(40, 40), (10, 18)]


def test_a_burst_reaches_further() -> None:
    desk = Desk()
    desk.write(10)
    desk.write(30, after=0.5)
    assert desk.lines == [(10, 30)]


def test_lines_move_with_what_is_written_above_them() -> None:
    desk = Desk()
    desk.write(100)
    desk.write(5, "a\nb\n")
    assert desk.lines == [(5, 7), (102, 102)]


def test_old_edits_and_those_of_closed_documents_are_forgotten() -> None:
    desk = Desk()
    for number in range(KEPT + 5):
        desk.write(9 * number + 9 if number % 2 else 450 - 9 * number)
    assert len(desk.lines) <= KEPT
    desk.documents.close(URI)
    assert (desk.lines, desk.log.last_change) == ([], 0.0)
