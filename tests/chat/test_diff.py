from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.chat.diff import Replacement, replacements, text_at, unified
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.documents.lines import split_lines

TEXTS = st.lists(st.sampled_from(["a", "bb", "  c", "é", "🙂", "\n", "\r\n", "\r", "\n\n", "\t"]), max_size=20).map(
    "".join
)


def document(text: str) -> DocumentSnapshot:
    return DocumentSnapshot("file:///work/a.py", "python", 1, tuple(split_lines(text)))


def applied(found: DocumentSnapshot, edits: tuple[Replacement, ...]) -> str:
    """As an editor does it: all ranges mean the text before the first edit."""
    starts = [0]
    for line in found.lines:
        starts.append(starts[-1] + len(line))
    text = found.text
    for edit in reversed(edits):
        first, last = (starts[place.line] + place.column for place in (edit.range.start, edit.range.end))
        text = text[:first] + edit.text + text[last:]
    return text


@st.composite
def _selections(draw: st.DrawFn) -> tuple[DocumentSnapshot, Range]:
    found = document(draw(TEXTS))
    places = []
    for _ in range(2):
        line = draw(st.integers(0, len(found.lines) - 1))
        places.append(Position(line, draw(st.integers(0, len(found.line(line))))))
    return found, Range(*sorted(places))


@settings(max_examples=60, deadline=None)
@given(_selections(), TEXTS)
def test_the_replacements_make_exactly_the_new_text(place: tuple[DocumentSnapshot, Range], text: str) -> None:
    found, where = place
    edits = replacements(found, where, text)
    assert applied(found, edits) == found.before(where.start) + text + found.after(where.end)
    ends = [where.start]
    for edit in edits:
        assert ends[-1] <= edit.range.start <= edit.range.end <= where.end
        ends.append(edit.range.end)


@settings(max_examples=60, deadline=None)
@given(_selections())
def test_the_same_text_needs_no_replacement(place: tuple[DocumentSnapshot, Range]) -> None:
    found, where = place
    text = text_at(found, where)
    assert replacements(found, where, text) == ()
    assert unified(found, where, text, "a.py") == ""


def test_lines_that_stay_are_not_touched() -> None:
    found = document("one\ntwo\nthree\nfour\n")
    edits = replacements(found, Range(Position(0, 0), Position(3, 4)), "one\nTWO\nthree\nfour!")
    assert edits == (
        Replacement(Range(Position(1, 0), Position(2, 0)), "TWO\n"),
        Replacement(Range(Position(3, 0), Position(3, 4)), "four!"),
    )


def test_a_diff_reads_as_everywhere() -> None:
    lines = [f"line {number}" for number in range(1, 21)]
    found = document("\n".join(lines) + "\n")
    new = "\n".join([*lines[4:8], "new", *lines[9:14], lines[15]])
    assert unified(found, Range(Position(4, 0), Position(15, 7)), new, "a.py") == (
        "--- a/a.py\n+++ b/a.py\n"
        "@@ -6,13 +6,12 @@\n"
        " line 6\n line 7\n line 8\n-line 9\n+new\n line 10\n line 11\n line 12\n line 13\n line 14\n-line 15\n"
        " line 16\n line 17\n line 18\n"
    )


def test_changes_far_from_each_other_are_hunks_of_their_own() -> None:
    lines = [f"line {number}" for number in range(1, 21)]
    found = document("\n".join(lines))
    new = "\n".join(["first", *lines[1:19], "last"])
    diff = unified(found, Range(Position(0, 0), Position(19, 7)), new, "a.py")
    assert [line for line in diff.splitlines() if line.startswith("@")] == ["@@ -1,4 +1,4 @@", "@@ -17,4 +17,4 @@"]


def test_a_diff_into_an_empty_file() -> None:
    diff = unified(document(""), Range(Position(0, 0), Position(0, 0)), "a\n", "new.py")
    assert diff == "--- a/new.py\n+++ b/new.py\n@@ -0,0 +1,1 @@\n+a\n"


def test_s20_a_diff_shows_what_is_hidden() -> None:
    diff = unified(document("a\n"), Range(Position(0, 0), Position(0, 1)), "a\u202e", "a.py")
    assert "+a<U+202E>\n" in diff


def test_what_is_too_large_to_compare_is_one_replacement() -> None:
    old, new = document("x\n" * 10_000), "y\n" + "x\n" * 4_000 + "z\n" * 3_000 + "x\n" * 2_000
    edits = replacements(old, Range(Position(0, 0), Position(9_999, 1)), new)
    assert len(edits) == 1
    assert applied(old, edits) == new + "\n"


def test_of_a_long_text_only_what_changed_is_replaced() -> None:
    lines = [f"line {number}" for number in range(3000)]
    found = document("\n".join(lines))
    new = "\n".join("changed" if number % 100 == 0 else line for number, line in enumerate(lines))
    edits = replacements(found, Range(Position(0, 0), Position(2999, len("line 2999"))), new)
    assert len(edits) == 30
    assert applied(found, edits) == new
