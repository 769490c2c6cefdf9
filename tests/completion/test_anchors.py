import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.completion.anchors import closers_of, moved, next_line, same_suffix, typed_since
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.document import TextDocument
from tests.completion.support_typist import cursor


@given(st.text(alphabet="ab\n", max_size=20), st.integers(0, 20), st.integers(0, 20), st.text("c\n", max_size=5))
def test_an_anchor_stays_between_the_same_characters(text: str, where: int, start: int, new: str) -> None:
    def position(document: TextDocument, offset: int) -> Position:
        before = document.text[:offset]
        return Position(before.count("\n"), len(before) - before.rfind("\n") - 1)

    document = TextDocument("u", "python", 1, text)
    where, start = min(where, len(text)), min(start, len(text))
    anchor, at = position(document, where), position(document, start)
    edit = document.replace(Range(at, at), new)
    expected = where if where <= start else where + len(new)
    assert moved(anchor, edit) == position(document, expected)


def test_a_place_that_was_replaced_is_gone() -> None:
    document = TextDocument("u", "python", 1, "one two three")
    edit = document.replace(Range(Position(0, 2), Position(0, 9)), "x")
    assert moved(Position(0, 5), edit) is None
    assert moved(Position(0, 10), edit) == Position(0, 4)


def test_what_was_typed_since_goes_over_lines() -> None:
    assert typed_since(cursor("x = f(\n  a|"), Position(0, 4)) == "f(\n  a"
    assert typed_since(cursor("x|"), Position(0, 4)) is None


def test_the_next_line_is_the_first_one_with_text() -> None:
    assert next_line(cursor("x|\n\n  \n  y = 1\nz")) == "y = 1"
    assert next_line(cursor("x|")) == ""


@pytest.mark.parametrize(("typed", "closers"), [("f(", ")"), ("f([", "])"), ("f('", "')"), ("f(a)", ""), ("'('", "")])
def test_open_brackets_and_quotes_would_be_closed(typed: str, closers: str) -> None:
    assert closers_of(typed) == closers


def test_only_closers_of_what_was_typed_may_have_come_behind_the_cursor() -> None:
    assert same_suffix(")", "))", "g(")
    assert not same_suffix("", "]", "g(")
    assert not same_suffix("", "x", "g(")
