from __future__ import annotations

from ai_lsp.chat.work import Change, again
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.documents.lines import split_lines

WHERE = Range(Position(1, 0), Position(1, 5))


def document(text: str, version: int = 1) -> DocumentSnapshot:
    return DocumentSnapshot("file:///work/a.py", "python", version, tuple(split_lines(text)))


def change(version: int = 1) -> Change:
    return Change("file:///work/a.py", version, WHERE, "b = 2", (), "")


def test_the_same_version_needs_nothing_new() -> None:
    before = document("a = 1\nb = 1\nc = 1\n")
    assert again(change(), before, before) == change()


def test_changes_in_other_lines_give_the_change_a_new_version() -> None:
    before, now = document("a = 1\nb = 1\nc = 1\n"), document("a = 9\nb = 1\nc = 1\nd = 1\n", 2)
    found = again(change(), before, now)
    assert found is not None
    assert (found.version, found.range, found.text) == (2, WHERE, "b = 2")
    assert [one.text for one in found.replacements] == ["b = 2"]
    assert "-b = 1\n+b = 2" in found.diff


def test_lines_that_are_others_now_get_no_change() -> None:
    before = document("a = 1\nb = 1\nc = 1\n")
    for text in ("\na = 1\nb = 1\nc = 1\n", "a = 1\nb = 3\nc = 1\n", "a = 1", ""):
        assert again(change(), before, document(text, 2)) is None
    assert again(change(), before, None) is None
