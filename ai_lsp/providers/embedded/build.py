"""Builds the index of one family of languages. In: texts of files. Out: a WorkspaceIndex. Reads and writes nothing."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from ai_lsp.providers.embedded.index import IndexedFile, WorkspaceIndex, sort_places
from ai_lsp.providers.embedded.lexer import Margin, lex_lines
from ai_lsp.providers.embedded.secrets import hide_secrets
from ai_lsp.providers.embedded.vocabulary import BOUNDARY, Vocabulary


class IndexBuilder:
    """Takes one file after another, then sorts. Equal files in equal order give an equal index."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.tokens = array("i")
        self.files: list[IndexedFile] = []
        self.bytes = 0

    def add(self, path: str, text: str) -> None:
        start = len(self.tokens)
        lex_lines(hide_secrets(text).split("\n"), self.vocabulary, Margin(), self.tokens, [])
        if len(self.tokens) > start:
            self.files.append(IndexedFile(path, start, len(self.tokens)))
        self.bytes += len(text)

    def finish(self) -> WorkspaceIndex:
        self.tokens.append(BOUNDARY)
        self.vocabulary.settle()
        bare = array("i", map(self.vocabulary.bare.__getitem__, self.tokens))
        backwards, places = sort_places(self.tokens, bare, len(self.vocabulary.text))
        counts = count_tokens(self.tokens, len(self.vocabulary.text))
        return WorkspaceIndex(self.vocabulary, self.tokens, backwards, places, counts, self.files)


def count_tokens(tokens: array[int], words: int) -> array[int]:
    """How often each id occurs."""
    counts = array("i", bytes(4 * words))
    for token in tokens:
        counts[token] += 1
    return counts


def build(files: Iterator[tuple[str, str]]) -> WorkspaceIndex:
    """The index of (path, text) pairs."""
    builder = IndexBuilder()
    for path, text in files:
        builder.add(path, text)
    return builder.finish()
