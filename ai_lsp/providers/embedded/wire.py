"""How an index travels from the process that builds it to the one that uses it: one line of JSON, then raw sections.

In: a WorkspaceIndex, or the sections. Out: the reverse. The sections are made and read in small steps, so that a loop that
reads them is never held for long.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ai_lsp.providers.embedded.index import IndexedFile, WorkspaceIndex
from ai_lsp.providers.embedded.vocabulary import Vocabulary

_TEXTS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Header:
    """What comes before each index: its family, and the sizes in bytes of the sections that follow.

    `family` is None at the end; then `report` holds what the build tells of itself.
    """

    family: str | None
    sizes: tuple[int, ...]
    report: dict[str, Any]

    def encoded(self) -> bytes:
        data = {"family": self.family, "sizes": self.sizes, "report": self.report}
        return json.dumps(data).encode() + b"\n"

    @classmethod
    def decoded(cls, line: bytes) -> Header:
        """Raises ValueError for anything that `encoded` did not write."""
        try:
            data = json.loads(line)
            return cls(data["family"], tuple(data["sizes"]), data["report"])
        except (KeyError, TypeError) as error:
            raise ValueError("not a header") from error


def sections_of(index: WorkspaceIndex) -> list[bytes]:
    """Seven sections, the last ones being parts of the vocabulary."""
    vocabulary = index.vocabulary
    files = [(file.path, file.start, file.end) for file in index.files]
    return [
        index.tokens.tobytes(),
        index.backwards,
        index.places.tobytes(),
        index.counts.tobytes(),
        json.dumps(files).encode(),
        vocabulary.bare.tobytes(),
        vocabulary.order().tobytes(),
        *_encoded_texts(vocabulary.text),
    ]


def _encoded_texts(texts: Sequence[str]) -> Iterator[bytes]:
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        yield json.dumps(texts[start : start + _TEXTS_AT_ONCE]).encode()


def index_from(sections: Sequence[bytes]) -> Iterator[WorkspaceIndex | None]:
    """Pauses with None between steps, and ends with the index."""
    tokens, backwards, places, counts, files, bare, order, *encoded = sections
    texts: list[str] = []
    for part in encoded:
        texts.extend(json.loads(part))
        yield None
    vocabulary = Vocabulary.restored(texts, _ints(bare), _ints(order))
    yield None
    indexed = [IndexedFile(*file) for file in json.loads(files)]
    yield WorkspaceIndex(vocabulary, _ints(tokens), backwards, _ints(places), _ints(counts), indexed)


def _ints(raw: bytes) -> array[int]:
    numbers = array("i")
    numbers.frombytes(raw)
    return numbers
