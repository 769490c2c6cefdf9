"""Whole lines that might follow: what followed each earlier place up to the end of its line.

In: a Place and the contexts known. Out: Candidates, each with what speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai_lsp.providers.embedded.evidence import buffer_matches
from ai_lsp.providers.embedded.place import Place
from ai_lsp.providers.embedded.secrets import hide_secrets
from ai_lsp.providers.embedded.tokens import Knowledge
from ai_lsp.providers.embedded.vocabulary import BOUNDARY_TEXT, Vocabulary

_MOST_LINES = 96
_PER_LENGTH = 48
_LOOKED_THROUGH = 1500
_LONGEST = 40
_RIGHT_COMPARED = 6
_HALF_LIFE = 600.0


@dataclass(slots=True)
class Candidate:
    """The rest of a line. `length` and `places` speak of the workspace, `file_*` of the document; `near` is 1 for a
    place right before the cursor and falls to 0; `path` is the token model's probability of the whole; `copied` says
    that a line which begins as the cursor's does ends so (2: in the document, 1: in the workspace); `agrees` counts
    the tokens of the next line that stand behind the cursor too.
    """

    text: str
    length: int = 0
    places: int = 0
    file_length: int = 0
    file_places: int = 0
    near: float = 0.0
    path: float = 0.0
    copied: int = 0
    agrees: int = 0


class Pool:
    """Candidates by text."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._want = place.blanks + place.partial
        self.by_text: dict[str, Candidate] = {}

    def add(self, line: str) -> Candidate | None:
        """The candidate for the rest of a line, which begins with what is typed of its first token; None: it does not."""
        return self.get(self._untyped(line))

    def get(self, text: str | None) -> Candidate | None:
        text = text.rstrip() if text else ""
        if not text or text.isspace():
            return None
        candidate = self.by_text.get(text)
        if candidate is None:
            candidate = self.by_text[text] = Candidate(text)
        return candidate

    def _untyped(self, line: str) -> str | None:
        if line.startswith(self._want):
            return line[len(self._want) :]
        partial = self._place.partial
        if partial and line.lstrip().startswith(partial):
            return line.lstrip()[len(partial) :]
        return None


def candidates(known: Knowledge, place: Place, allowed: set[int] | None) -> Pool:
    """All that is found, in the order of finding: nearest and longest first."""
    pool = Pool(place)
    _from_project(known, place, allowed, pool)
    _from_file(place, allowed, pool)
    _from_same_start(place, pool)
    return pool


def _from_project(known: Knowledge, place: Place, allowed: set[int] | None, pool: Pool) -> None:
    index = known.index
    vocabulary = index.vocabulary
    taken = 0
    whole_line = len(place.line)
    for length, positions in _project_places(known, place, allowed):
        for position in positions:
            text, end = line_from(index.tokens, position, vocabulary)
            candidate = pool.add(text) if text else None
            if candidate is None:
                continue
            taken += 1
            candidate.places += 1
            candidate.length = max(candidate.length, length)
            candidate.agrees = max(candidate.agrees, _agreement(index.tokens, end + 1, vocabulary, place))
            if length >= whole_line:
                candidate.copied = 1
        if taken >= _MOST_LINES:
            break


def _project_places(known: Knowledge, place: Place, allowed: set[int] | None) -> Iterator[tuple[int, Sequence[int]]]:
    """(length, positions of the token that followed), longest first; each position once."""
    index = known.index
    tokens, places, total = index.tokens, index.places, len(index.tokens)
    ranges = index.ranges(place.latest_first)
    inner: tuple[int, int] | None = None
    for length in range(len(ranges), 0, -1):
        low, high = ranges[length - 1]
        if (low, high) == inner:
            continue
        parts = [places[low:high]] if inner is None else [places[low : inner[0]], places[inner[1] : high]]
        inner = low, high
        offsets = parts[0] if len(parts) == 1 else parts[0] + parts[1]
        if allowed is not None:
            offsets = offsets[:: len(offsets) // _LOOKED_THROUGH + 1]
            positions = [p for p in [total - (o >> 2) for o in offsets] if tokens[p] in allowed]
            positions = positions[:: len(positions) // _PER_LENGTH + 1]
        else:
            positions = [total - (o >> 2) for o in offsets[:: len(offsets) // _PER_LENGTH + 1]]
        yield length, positions


def _from_file(place: Place, allowed: set[int] | None, pool: Pool) -> None:
    tokens, vocabulary = place.buffer.tokens, place.buffer.vocabulary
    taken = 0
    for match in sorted(buffer_matches(place, place.latest_first), key=lambda m: -m.length):
        if allowed is not None and tokens[match.position] not in allowed:
            continue
        text, end = line_from(tokens, match.position, vocabulary)
        candidate = pool.add(text) if text else None
        if candidate is None:
            continue
        candidate.file_length = max(candidate.file_length, match.length)
        candidate.file_places += 1
        candidate.agrees = max(candidate.agrees, _agreement(tokens, end + 1, vocabulary, place))
        candidate.near = max(candidate.near, 2.0 ** (-place.distance(match.position) / _HALF_LIFE))
        taken += 1
        if taken >= _MOST_LINES:
            break


def _from_same_start(place: Place, pool: Pool) -> None:
    """The nearest line above that begins as the cursor's line does."""
    typed = place.typed
    if not typed:
        return
    for line in reversed(place.above):
        code = line.strip()
        if code.startswith(typed) and len(code) > len(typed):
            safe = hide_secrets(code).partition(BOUNDARY_TEXT)[0]
            candidate = pool.get(safe[len(typed) :])
            if candidate is not None:
                candidate.copied = 2
            return


def line_from(tokens: Sequence[int], position: int, vocabulary: Vocabulary) -> tuple[str, int]:
    """(text from a token up to the end of its line, where that end stands); no text where the line is too long."""
    texts: list[str] = []
    end = position
    while end < len(tokens) and not vocabulary.ends_line(tokens[end]):
        texts.append(vocabulary.text[tokens[end]])
        end += 1
        if end - position > _LONGEST:
            return "", end
    return "".join(texts), end


def _agreement(tokens: Sequence[int], start: int, vocabulary: Vocabulary, place: Place) -> int:
    """How many tokens of the line that follows a place also follow the cursor's line."""
    most = min(_RIGHT_COMPARED, len(place.right), len(tokens) - start)
    count = 0
    while count < most and vocabulary.bare[tokens[start + count]] == place.right[count]:
        count += 1
    return count
