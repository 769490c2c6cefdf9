import pytest

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
