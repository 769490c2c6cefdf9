"""The editor's notifications reach the documents and their observers exactly once."""

from collections.abc import Iterator

import pytest

from ai_lsp.core.text import DocumentSnapshot, Edit, Position, Range
from ai_lsp.documents.store import Change, Documents, Problem

URI = "file:///a.py"


class Recorder:
    """An observer that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.edits: list[Edit] = []

    def opened(self, document: DocumentSnapshot) -> None:
        self.heard.append(f"opened {document.uri} {document.text!r}")

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        self.heard.append(f"changed {uri}")
        self.edits.extend(edits or ())

    def closed(self, uri: str) -> None:
        self.heard.append(f"closed {uri}")


def insertion(line: int, column: int, text: str) -> Change:
    return Change(Range(Position(line, column), Position(line, column)), text)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def documents(recorder: Recorder) -> Documents:
    documents = Documents([recorder])
    assert documents.open(URI, "python", 1, "one\n") is None
    return documents


def text(documents: Documents) -> str:
    snapshot = documents.snapshot(URI)
    assert snapshot is not None
    return snapshot.text


def test_observers_hear_of_each_notification_once(documents: Documents, recorder: Recorder) -> None:
    documents.change(URI, 2, [insertion(1, 0, "two"), insertion(1, 3, "\nthree")])
    documents.close(URI)
    assert recorder.heard == [f"opened {URI} 'one\\n'", f"changed {URI}", f"closed {URI}"]
    assert [edit.start for edit in recorder.edits] == [Position(1, 0), Position(1, 3)]


def test_each_change_may_be_worked_out_from_what_the_one_before_left(documents: Documents) -> None:
    def append_twice() -> Iterator[Change]:
        for _ in range(2):
            document = documents.get(URI)
            assert document is not None
            last = len(document.lines) - 1
            yield insertion(last, len(document.lines[last]), "x\n")

    documents.change(URI, 2, append_twice())
    assert text(documents) == "one\nx\nx\n"


def test_a_change_without_a_range_replaces_everything(documents: Documents, recorder: Recorder) -> None:
    documents.change(URI, 2, [Change(None, "other"), insertion(0, 5, "!")])
    assert text(documents) == "other!"
    assert len(recorder.edits) == 2


def test_a_document_that_is_not_open_is_a_problem_and_no_error(documents: Documents, recorder: Recorder) -> None:
    assert documents.change("file:///b.py", 2, [Change(None, "x")]) is Problem.NOT_OPEN
    assert documents.close("file:///b.py") is Problem.NOT_OPEN
    assert documents.get("file:///b.py") is None
    assert documents.snapshot("file:///b.py") is None
    assert documents.open_uris() == (URI,)
    assert len(recorder.heard) == 1


def test_opening_again_replaces_the_text(documents: Documents, recorder: Recorder) -> None:
    assert documents.open(URI, "python", 1, "new") is Problem.ALREADY_OPEN
    assert text(documents) == "new"
    assert recorder.heard[1:] == [f"closed {URI}", f"opened {URI} 'new'"]


@pytest.mark.parametrize("version", [1, 0, -5])
def test_a_version_that_did_not_grow_loses_no_text(documents: Documents, version: int) -> None:
    before = documents.snapshot(URI)
    assert documents.change(URI, version, [insertion(0, 3, "!")]) is Problem.OLDER_VERSION
    assert text(documents) == "one!\n"
    assert documents.snapshot(URI) is not before


def test_snapshots_carry_the_version_and_are_kept_while_nothing_changes(documents: Documents) -> None:
    first = documents.snapshot(URI)
    assert documents.snapshot(URI) is first
    documents.change(URI, 7, [])
    second = documents.snapshot(URI)
    assert second is not None
    assert second.version == 7


def test_what_was_done_is_told_even_where_a_later_change_fails(documents: Documents, recorder: Recorder) -> None:
    def broken() -> Iterator[Change]:
        yield insertion(0, 0, "x")
        raise RuntimeError("a position could not be worked out")

    with pytest.raises(RuntimeError):
        documents.change(URI, 2, broken())
    assert text(documents) == "xone\n"
    assert len(recorder.edits) == 1
