"""A document edited piecewise is the same text as a plain string edited the same way, and its figures are exact."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.core.text import Edit, Position, Range
from ai_lsp.documents.document import TextDocument
from ai_lsp.documents.lines import split_lines

TEXT = st.text(alphabet="ab \r\n\f\x85\u2028é漢😀\ud800", max_size=30)
POSITION = st.builds(Position, st.integers(-2, 12), st.integers(-2, 12))
EDITS = st.lists(st.tuples(POSITION, POSITION, TEXT), max_size=12)


def document(text: str) -> TextDocument:
    return TextDocument("file:///a.py", "python", 1, text)


def at(line: int, column: int, end_line: int | None = None, end_column: int | None = None) -> Range:
    start = Position(line, column)
    return Range(start, start if end_line is None or end_column is None else Position(end_line, end_column))


def offset(text: str, position: Position) -> int:
    """Where a position is in a plain string, worked out the slow way."""
    lines = split_lines(text)
    if position.line < 0:
        return 0
    if position.line >= len(lines):
        return len(text)
    content = lines[position.line].rstrip("\r\n")
    return sum(map(len, lines[: position.line])) + min(max(position.column, 0), len(content))


def check_figures(edit: Edit, before: str, after: str) -> None:
    """Cutting the bytes of the edit out of both texts leaves the same, and points agree with offsets."""
    old, new = before.encode("utf-8", "surrogatepass"), after.encode("utf-8", "surrogatepass")
    assert old[: edit.start_byte] == new[: edit.start_byte]
    assert old[edit.old_end_byte :] == new[edit.new_end_byte :]
    places = [
        (edit.start, edit.start_byte, edit.start_point, before),
        (edit.old_end, edit.old_end_byte, edit.old_end_point, before),
        (edit.new_end, edit.new_end_byte, edit.new_end_point, after),
        (edit.start, edit.start_byte, edit.start_point, after),
    ]
    for position, byte, point, text in places:
        line = split_lines(text)[position.line]
        head = text[: offset(text, position)].encode("utf-8", "surrogatepass")
        column = line[: position.column].encode("utf-8", "surrogatepass")
        assert len(head) == byte
        assert point == (position.line, len(column))


@given(TEXT, EDITS)
def test_any_edits_equal_the_same_edits_of_a_string(text: str, edits: list[tuple[Position, Position, str]]) -> None:
    doc = document(text)
    for one, other, new in edits:
        first, last = sorted((offset(text, one), offset(text, other)))
        before, text = text, text[:first] + new + text[last:]
        edit = doc.replace(Range(one, other), new)
        assert doc.lines == split_lines(text)
        check_figures(edit, before, text)


@given(st.lists(TEXT, min_size=2, max_size=8))
def test_whole_replacements_become_exact_edits(texts: list[str]) -> None:
    doc = document(texts[0])
    for before, after in pairwise(texts):
        edit = doc.replace_all(after)
        assert doc.lines == split_lines(after)
        check_figures(edit, before, after)


def test_a_whole_replacement_names_only_what_differs() -> None:
    doc = document("import os\n\nprint(os)\n")
    edit = doc.replace_all("import os\n\nprint(os.name)\n")
    assert (edit.start, edit.old_end, edit.new_end) == (Position(2, 8), Position(2, 8), Position(2, 13))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (at(9, 0), "one\r\ntwo!"),
        (at(0, 99), "one!\r\ntwo"),
        (at(0, 4), "one!\r\ntwo"),  # between CR and LF
        (at(-1, 5), "!one\r\ntwo"),
        (at(1, -3), "one\r\n!two"),
        (at(1, 3, 0, 3), "one!"),  # ends before it starts
    ],
)
def test_positions_that_do_not_exist_are_moved_to_the_nearest(where: Range, expected: str) -> None:
    doc = document("one\r\ntwo")
    doc.replace(where, "!")
    assert doc.text == expected


def test_a_line_feed_typed_after_a_carriage_return_becomes_one_line_ending() -> None:
    doc = document("a\rb")
    edit = doc.replace(at(1, 0), "\n")
    assert doc.lines == ["a\r\n", "b"]
    assert (edit.start, edit.old_end, edit.new_end) == (Position(0, 1), Position(1, 0), Position(1, 0))


def test_a_snapshot_is_kept_until_the_next_edit_and_never_changes() -> None:
    doc = document("a\nb")
    first = doc.snapshot()
    assert doc.snapshot() is first
    doc.replace(at(0, 1), "!")
    assert first.lines == ("a\n", "b")
    assert doc.snapshot().lines == ("a!\n", "b")


def test_an_empty_document_can_be_typed_into() -> None:
    doc = document("")
    for column, character in enumerate("x = 1"):
        doc.replace(at(0, column), character)
    assert doc.text == "x = 1"
    assert doc.line(0) == "x = 1"
