"""Trees follow every edit, never take longer than they may, and never mix up two texts."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change
from ai_lsp.syntax.imports import import_statements
from ai_lsp.syntax.languages import GRAMMARS
from ai_lsp.syntax.scopes import enclosing_scopes
from ai_lsp.syntax.trees import MAX_BYTES, ParsedTree, SyntaxTrees, parser_text
from tests.support.clock import FakeClock
from tests.syntax.support_cursor import URI, Open

PIECES = st.sampled_from(
    [
        "def f(",
        "class A:\n",
        "    ",
        "x = 1\n",
        "é😀",
        "漢",
        '"""',
        "(",
        ")",
        "\r",
        "\r\n",
        "\n",
        "\u2028",
        "\f",
        "\ud800",
        "{",
        "}",
        "'",
        "",
    ]
)
PLACE = st.builds(Position, st.integers(0, 8), st.integers(0, 8))
EDITS = st.lists(st.tuples(PLACE, PLACE, st.lists(PIECES, max_size=4).map("".join)), max_size=8)
BIG = "def f(a, b):\n    return [a, b, (a, b)]\n\n" * 1800


class HurryingClock(FakeClock):
    """Time runs whenever somebody looks at it."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self.pace = pace

    def monotonic(self) -> float:
        self.move(self.pace)
        return super().monotonic()


def shape(parsed: ParsedTree | None) -> str:
    """All nodes of a tree with their places."""
    assert parsed is not None
    nodes = [parsed.root]
    lines = []
    for node in nodes:
        lines.append(f"{node.type} {node.byte_range} {node.start_point} {node.end_point}")
        nodes.extend(node.children)
    return "\n".join(lines)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), EDITS)
def test_a_tree_that_followed_edits_is_that_of_a_fresh_parse(
    text: str, edits: list[tuple[Position, Position, str]]
) -> None:
    opened = Open("python", text)
    assert opened.tree is not None
    for version, (start, end, new) in enumerate(edits, 2):
        opened.documents.change(URI, version, [Change(Range(start, end), new)])
        fresh = Open("python", opened.snapshot.text)
        parsed = opened.tree
        assert parsed is not None
        assert parsed.source == parser_text(opened.snapshot.text)
        assert _rows_are_right(parsed)
        if not parsed.root.has_error:  # how an error is mended may depend on what was there before
            assert shape(parsed) == shape(fresh.tree)


def _rows_are_right(parsed: ParsedTree) -> bool:
    end = parsed.root.end_byte
    before = parsed.source[:end]
    return tuple(parsed.root.end_point) == (before.count(b"\n"), end - before.rfind(b"\n") - 1)


@settings(deadline=None)
@given(
    st.sampled_from(sorted(GRAMMARS)), st.lists(PIECES, max_size=20).map("".join), st.integers(0, 6), st.integers(0, 9)
)
def test_nothing_raises_on_any_text(language: str, text: str, line: int, column: int) -> None:
    opened = Open(language, text)
    snapshot, parsed = opened.snapshot, opened.tree
    position = snapshot.clamp(Position(line, column))
    enclosing_scopes(parsed, snapshot, position)
    enclosing_scopes(None, snapshot, position)
    import_statements(parsed)
    opened.trees.place(snapshot, position)


@pytest.mark.parametrize("language", [*GRAMMARS, "plaintext"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\x02\xff" * 500,
        "\ud800\udc00\ud800" * 50,
        "x" * 1800_000,
        "(" * 3_000,
        "\t" * 2_000 + "x",
        "\n" * 9_000,
        "{[('\"`" * 400,
    ],
    ids=["empty", "binary", "surrogates", "one long line", "brackets", "tabs", "empty lines", "opening marks"],
)
def test_strange_files_are_survived(language: str, text: str) -> None:
    opened = Open(language, text, HurryingClock(0.00005))
    snapshot = opened.snapshot
    end = snapshot.clamp(Position(10**9, 10**9))
    parsed = opened.tree
    enclosing_scopes(parsed, snapshot, end)
    import_statements(parsed)
    opened.trees.place(snapshot, end)


def test_the_same_snapshot_is_parsed_once() -> None:
    opened = Open("python", "x = 1\n")
    assert opened.tree is opened.tree


def test_large_files_are_left_as_text_until_they_shrink() -> None:
    opened = Open("python", "# a comment\n" * (MAX_BYTES // 12 + 1))
    assert opened.tree is None
    assert opened.tree is None
    opened.documents.change(URI, 2, [Change(Range(Position(0, 0), Position(100, 0)), "")])
    assert opened.tree is not None


def test_trees_of_documents_long_not_asked_for_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_lsp.syntax.trees.KEPT_BYTES", 12)
    opened = Open("python", "x = 1\n")
    first = opened.tree
    for name in ("file:///b", "file:///c"):
        opened.documents.open(name, "python", 1, "y = 2\n")
        other = opened.documents.snapshot(name)
        assert other is not None
        assert opened.trees.tree(other) is opened.trees.tree(other)
    again = opened.tree
    assert again is not first
    assert shape(again) == shape(first)


def test_an_unfinished_parse_goes_on_with_the_same_text() -> None:
    opened = Open("python", BIG, HurryingClock(0.001))
    tries = 0
    while (parsed := opened.tree) is None:
        assert opened.trees.unfinished(opened.snapshot)
        tries += 1
        assert tries < 500
    assert tries > 1
    assert shape(parsed) == shape(Open("python", BIG).tree)


def test_an_unfinished_parse_is_given_up_when_the_text_changes() -> None:
    clock = HurryingClock(0.001)
    opened = Open("python", BIG, clock)
    assert opened.tree is None
    opened.documents.change(URI, 2, [Change(None, "y = 2\n")])
    assert not opened.trees.unfinished(opened.snapshot)
    clock.pace = 0.0
    clock.move(10)
    assert shape(opened.tree) == shape(Open("python", "y = 2\n").tree)


def test_two_unfinished_documents_do_not_disturb_each_other() -> None:
    clock = HurryingClock(0.001)
    trees = SyntaxTrees(clock)
    one, other = Open("python", BIG), Open("python", BIG.replace("a", "é"))
    trees.opened(one.snapshot)
    assert trees.tree(one.snapshot) is None
    second = other.snapshot
    second = type(second)("file:///other", second.language, second.version, second.lines)
    trees.opened(second)
    while trees.tree(one.snapshot) is None or trees.tree(second) is None:
        pass
    assert shape(trees.tree(one.snapshot)) == shape(one.tree)
    assert shape(trees.tree(second)) == shape(other.tree)


def test_an_edit_of_a_parsed_text_is_never_late() -> None:
    clock = HurryingClock(0.0)
    opened = Open("python", BIG, clock)
    assert opened.tree is not None
    clock.pace = 1.0
    opened.documents.change(URI, 2, [Change(Range(Position(0, 0), Position(0, 0)), "import os\n(")])
    assert shape(opened.tree) == shape(Open("python", "import os\n(" + BIG).tree)


def test_a_late_parse_is_not_tried_again_on_every_key() -> None:
    clock = HurryingClock(1.0)
    opened = Open("python", BIG, clock)
    assert opened.tree is None
    clock.pace = 0.0
    for version in range(2, 6):
        opened.documents.change(URI, version, [Change(Range(Position(0, 0), Position(0, 0)), "import os\n")])
        assert opened.tree is None
    clock.move(10)
    assert opened.tree is not None


def test_a_whole_replacement_told_without_edits_starts_anew() -> None:
    opened = Open("python", "x = 1\n")
    assert opened.tree is not None
    opened.trees.changed(URI, None)
    parsed = opened.tree
    assert parsed is not None


def test_a_text_that_no_edit_led_to_is_parsed_anew() -> None:
    opened = Open("python", "x = 1\n")
    assert opened.tree is not None
    other = Open("python", "class A:\n    pass\n")
    assert shape(opened.trees.tree(other.snapshot)) == shape(other.tree)


def test_documents_that_are_not_open_have_no_tree() -> None:
    opened = Open("python", "x = 1\n")
    snapshot = opened.snapshot
    opened.documents.close(URI)
    opened.trees.changed(URI, None)
    opened.trees.closed(URI)
    assert opened.trees.tree(snapshot) is None
    assert not opened.trees.unfinished(snapshot)


def test_the_parser_sees_a_lone_cr_as_an_end_of_line() -> None:
    assert parser_text("a\rb\r\nc\n") == b"a\nb\r\nc\n"
    opened = Open("python", "class A:\r    def f(self):\r        pass\r")
    scopes = enclosing_scopes(opened.tree, opened.snapshot, Position(2, 8))
    assert [(scope.name, scope.first_line) for scope in scopes] == [("A", 0), ("f", 1)]


def test_columns_beyond_ascii_are_found() -> None:
    opened = Open("javascript", "const 漢 = '😀é'; function f() { g() }\n")
    scopes = enclosing_scopes(opened.tree, opened.snapshot, Position(0, 32))
    assert [scope.name for scope in scopes] == ["f"]


@pytest.mark.parametrize("text", [BIG[:400], BIG], ids=["short", "long"])
def test_parsing_again_and_again_takes_no_room(text: str) -> None:
    document = Open("python", text)
    parses = 50
    tracemalloc.start()
    try:
        for number in range(-20, parses):
            if number == 0:
                before = tracemalloc.get_traced_memory()[0]
            cursor = Range(Position(1, 4), Position(1, 5))
            document.documents.change(URI, number, [Change(cursor, "rs"[number % 2])])
            assert document.tree is not None
        assert tracemalloc.get_traced_memory()[0] - before < 100 * parses
    finally:
        tracemalloc.stop()
