import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.completion.anchors import Place
from ai_lsp.completion.present import presented
from ai_lsp.core.text import Position, Range
from tests.support.places import at


def cursor(marked: str) -> Place:
    context = at(marked)
    return Place(context.document, context.position)


def accepted(marked: str, text: str) -> str | None:
    """The document after the person has accepted the suggestion."""
    context = cursor(marked)
    shown = presented(context, text)
    if shown is None:
        return None
    insert, replaced = shown
    document = context.document
    return document.before(replaced.start) + insert + document.after(replaced.end)


@pytest.mark.parametrize(("marked", "text", "result"), [
    ("x = |", "compute(y)", "x = compute(y)"),
    ("print(|)", "x)", "print(x)"),
    ("print(|)", "x", "print(x)"),
    ("print(|)", "f(x)", "print(f(x))"),
    ("f('|')", "name')", "f('name')"),
    ("if check(|):", "x):\n    go()", "if check(x):\n    go()"),
    ("if check(|):", "x):", "if check(x):"),
    ("a[|]", "i][j]", "a[i][j]"),
])  # fmt: skip
def test_closers_that_the_editor_has_typed_already_are_not_doubled(marked: str, text: str, result: str) -> None:
    assert accepted(marked, text) == result


def test_the_range_begins_at_the_cursor_and_stays_in_its_line() -> None:
    shown = presented(cursor("a\nprint(|)\nb"), "x)")
    assert shown == ("x)", Range(Position(1, 6), Position(1, 7)))


@pytest.mark.parametrize("text", ["", "  ", "\n", ")"])
def test_nothing_new_is_nothing_to_show(text: str) -> None:
    assert accepted("print(|)", text) is None


def test_line_endings_are_those_of_the_protocol() -> None:
    shown = presented(cursor("if x:|"), "\r\n    go()\r\n")
    assert shown is not None
    assert shown[0] == "\n    go()"


@pytest.mark.parametrize(("marked", "text", "result"), [
    ('print("|")', 'done")', 'print("done")'),
    ("if check(|):", "a):", "if check(a):"),
    ("go(|)", "a)", "go(a)"),
    ("x = [|]", "1, 2]", "x = [1, 2]"),
    ("x = |", "{}", "x = {}"),
])  # fmt: skip
def test_engine_19_closers_after_the_cursor_are_not_doubled(marked: str, text: str, result: str) -> None:
    assert accepted(marked, text) == result


@pytest.mark.parametrize("text", [" ", "\n", "\r", "\r\n", "  \n  ", "\t"])
def test_engine_22_white_space_alone_is_nothing_to_show(text: str) -> None:
    assert presented(cursor("x = |"), text) is None


def test_engine_22_a_line_break_first_is_kept_and_space_at_the_end_is_not() -> None:
    assert presented(cursor("if x:|"), "\n    go()  \n") == ("\n    go()", Range(Position(0, 5), Position(0, 5)))


@given(st.text(alphabet="ab)]\"': \n\r😀", max_size=12), st.text(alphabet=")]}\"': ;x", max_size=4))
def test_engine_24_the_range_lies_in_one_line_and_holds_the_cursor(text: str, suffix: str) -> None:
    place = cursor(f"f(|{suffix}\nnext")
    shown = presented(place, text)
    if shown is not None:
        start, end = shown[1].start, shown[1].end
        assert start == place.position
        assert end.line == start.line
        assert start.column <= end.column <= start.column + len(suffix)
        assert "\r" not in shown[0]
