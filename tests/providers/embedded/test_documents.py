"""Which documents take room, and which are searched."""

from __future__ import annotations

from ai_lsp.documents.document import TextDocument
from ai_lsp.providers.embedded.documents import OpenDocument, OpenDocuments
from ai_lsp.providers.embedded.model import load_model


def opened(documents: OpenDocuments, number: int) -> OpenDocument:
    """A document with a buffer that has been read."""
    snapshot = TextDocument(f"file:///work/m{number}.py", "python", 1, f"value_{number} = {number}\n").snapshot()
    document = documents.open(snapshot)
    documents.buffer(document).update(snapshot.lines)
    return document


def test_only_the_documents_that_were_used_last_take_room() -> None:
    documents = OpenDocuments(load_model())
    all_of_them = [opened(documents, number) for number in range(40)]
    kept = [document for document in all_of_them if document.buffer is not None]
    assert kept == all_of_them[-8:]
    newest = all_of_them[-1]
    assert all(other.buffer is not None for other in documents.others(newest))


def test_a_document_that_is_used_again_gets_its_buffer_again() -> None:
    documents = OpenDocuments(load_model())
    first = opened(documents, 0)
    for number in range(1, 40):
        opened(documents, number)
    assert first.buffer is None
    documents.see(first.snapshot)
    documents.buffer(first).update(first.snapshot.lines)
    assert first.buffer is not None
