"""One open document as a searchable stream of tokens, kept up to date by the line.

In: the document's lines, again and again. Out: tokens, and the earlier places that have the same tokens before them.
Only segments whose lines changed are read again; the result equals that of reading everything. The line at the cursor is
left out: it changes with every key, and what the person is about to write must not be found in it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ai_lsp.providers.embedded.lexer import Margin, lex_lines
from ai_lsp.providers.embedded.secrets import hide_secrets
from ai_lsp.providers.embedded.vocabulary import BOUNDARY, Vocabulary

_MOST_LINES = 48
"""Lines that are read again together: few make an edit cheap, many make a search cheap."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a segment's tokens depend on beside its lines."""

    margin: Margin
    token: int


class Segment:
    """Some lines and where in them each token, and each pair of tokens, stands. Positions count from its first token."""

    __slots__ = ("bare", "entry", "leaving", "lines", "offsets", "ones", "pairs", "start", "tokens")

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.entry: Entry | None = None
        self.start = 0

    def read(self, entry: Entry, vocabulary: Vocabulary) -> None:
        self.entry = entry
        self.tokens = array("i")
        self.offsets: list[int] = []
        lines = hide_secrets("\n".join(line.rstrip("\r\n") for line in self.lines)).split("\n")
        margin = lex_lines(lines, vocabulary, entry.margin, self.tokens, self.offsets)
        self.ones: dict[int, list[int]] = {}
        self.pairs: dict[tuple[int, int], list[int]] = {}
        self.bare = array("i", map(vocabulary.bare.__getitem__, self.tokens))
        before = entry.token
        for position, here in enumerate(self.bare):
            self.ones.setdefault(here, []).append(position)
            self.pairs.setdefault((before, here), []).append(position)
            before = here
        self.leaving = Entry(margin, before)


class Buffer:
    """`tokens` are surfaces, `bare` their bare forms, `counts` says how often each of these occurs, `known` how often each
    surface does. Neither holds one that does not occur.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.tokens: array[int] = array("i")
        self.bare: array[int] = array("i")
        self.counts: Counter[int] = Counter()
        self.known: Counter[int] = Counter()
        self._segments: list[Segment] = []
        self._first_lines: list[int] = []
        self._is_behind = False

    def update(self, lines: Sequence[str], without: int | None = None) -> None:
        """Hold these lines now, the line of number `without` as if it were blank."""
        for _ in self.updating(lines, without):
            pass

    def updating(self, lines: Sequence[str], without: int | None = None) -> Iterator[None]:
        """As `update`, with a pause after each segment that had to be read. To be run to its end."""
        shown = tuple(lines)
        if without is not None:
            shown = (*shown[:without], "", *shown[without + 1 :])
        self._arrange(shown)
        if self._is_behind:
            yield from self._read()
            self._join()

    def _arrange(self, lines: tuple[str, ...]) -> None:
        """Keep the segments at both ends that still fit; cut what lies between into new ones."""
        old = self._segments
        head = first = 0
        while head < len(old) and old[head].lines == lines[first : first + len(old[head].lines)]:
            first += len(old[head].lines)
            head += 1
        if head == len(old) and first == len(lines):
            return
        tail, last = len(old), len(lines)
        while tail > head:
            size = len(old[tail - 1].lines)
            if last - size < first or old[tail - 1].lines != lines[last - size : last]:
                break
            tail, last = tail - 1, last - size
        for segment in old[head:tail]:
            self._take_out(segment)
        old[head:tail] = [Segment(part) for part in _cut(lines[first:last])]
        self._is_behind = True  # until all is read: whoever runs this may be cancelled

    def _read(self) -> Iterator[None]:
        entry = Entry(Margin(), BOUNDARY)
        for segment in self._segments:
            if segment.entry != entry:
                self._take_out(segment)
                segment.read(entry, self.vocabulary)
                self.counts.update(segment.bare)
                self.known.update(segment.tokens)
                yield
            entry = segment.leaving

    def _take_out(self, segment: Segment) -> None:
        """What was counted of it counts no more."""
        if segment.entry is not None:
            _subtract(self.counts, segment.bare)
            _subtract(self.known, segment.tokens)

    def _join(self) -> None:
        self.tokens, self.bare = array("i"), array("i")
        self._first_lines = []
        line = 0
        for segment in self._segments:
            segment.start = len(self.tokens)
            self.tokens.extend(segment.tokens)
            self.bare.extend(segment.bare)
            self._first_lines.append(line)
            line += len(segment.lines)
        self._is_behind = False

    def tokens_before(self, line: int) -> int:
        """How many tokens the lines before this one have."""
        number = bisect_right(self._first_lines, line) - 1
        if number < 0:
            return 0
        segment = self._segments[number]
        return segment.start + segment.offsets[line - self._first_lines[number]]

    def places_of_pair(self, before: int, last: int) -> list[tuple[int, list[int]]]:
        """(start, positions from it) of `last` right after `before`, one for each segment that has any."""
        key = (before, last)
        return [(s.start, s.pairs[key]) for s in self._segments if key in s.pairs]

    def places_of(self, last: int) -> list[tuple[int, list[int]]]:
        """As `places_of_pair`, for a single token."""
        return [(s.start, s.ones[last]) for s in self._segments if last in s.ones]


def _subtract(counts: Counter[int], tokens: Iterable[int]) -> None:
    for token, times in Counter(tokens).items():
        counts[token] -= times
        if not counts[token]:
            del counts[token]


def _cut(lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Parts of about equal size, none with more than _MOST_LINES lines."""
    count = -(-len(lines) // _MOST_LINES)
    return [lines[len(lines) * n // count : len(lines) * (n + 1) // count] for n in range(count)]
