"""What changes between two texts: as few replacements as make one of the other, and as a diff that a person reads.

In: a place in a document and the text that is to stand there. Out: replacements of whole lines, in the order of the document
and apart from each other. What must never happen: together they make anything else than exactly that text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ai_lsp.context.visible import visible
from ai_lsp.core.text import LINE_ENDINGS, DocumentSnapshot, Position, Range
from ai_lsp.documents.lines import split_lines

_Change = tuple[int, int, int, int]
"""Numbers of lines: first and behind the last of the old ones, first and behind the last of the new ones."""

_CONTEXT = 3
_LARGEST = 250_000
"""Pairs of lines that are compared: more would take longer than a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Text in the place of a range, both of them of the document as it was before any replacement."""

    range: Range
    text: str


def replacements(document: DocumentSnapshot, where: Range, text: str) -> tuple[Replacement, ...]:
    """What has to be replaced so that `text` stands at `where`. None at all where it stands there already."""
    old, new = split_lines(text_at(document, where)), split_lines(text)
    places = [
        where.start,
        *(Position(where.start.line + number, 0) for number in range(1, len(old))),
        where.end,
    ]
    return tuple(
        Replacement(Range(places[first], places[last]), "".join(new[from_:to]))
        for first, last, from_, to in _changes(old, new)
    )


def text_at(document: DocumentSnapshot, where: Range) -> str:
    """The text of a range, whose places must exist."""
    lines = list(document.lines[where.start.line : where.end.line + 1])
    lines[-1] = lines[-1][: where.end.column]
    lines[0] = lines[0][where.start.column :]
    return "".join(lines)


def unified(document: DocumentSnapshot, where: Range, text: str, name: str) -> str:
    """A diff in the usual form of what putting `text` at `where` changes, hidden characters written out.

    Empty where nothing changes. `name` is what the file is called in its head.
    """
    first, last = max(where.start.line - _CONTEXT, 0), min(where.end.line + _CONTEXT + 1, len(document.lines))
    head, tail = Position(first, 0), Position(last - 1, len(document.lines[last - 1]))
    old = _whole_lines(text_at(document, Range(head, tail)))
    new = _whole_lines(text_at(document, Range(head, where.start)) + text + text_at(document, Range(where.end, tail)))
    hunks = "".join(_hunk(old, new, group, first) for group in _groups(list(_changes(old, new))))
    return f"--- a/{visible(name)}\n+++ b/{visible(name)}\n{hunks}" if hunks else ""


def _whole_lines(text: str) -> list[str]:
    lines = split_lines(text)
    return lines if lines[-1] else lines[:-1]


def _groups(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes that are so near to each other that their surroundings touch."""
    group: list[_Change] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[_Change], above: int) -> str:
    """`above`: lines of the document before the first of `old`, and of `new`."""
    before = min(_CONTEXT, group[0][0])
    after = min(_CONTEXT, len(old) - group[-1][1])
    at, start, stop = group[0][0] - before, group[0][2] - before, group[-1][3] + after
    size = group[-1][1] + after - at
    lines = [f"@@ -{_span(above + at, size)} +{_span(above + start, stop - start)} @@"]
    for first, last, from_, to in group:
        lines += (f" {_shown(line)}" for line in old[at:first])
        lines += (f"-{_shown(line)}" for line in old[first:last])
        lines += (f"+{_shown(line)}" for line in new[from_:to])
        at = last
    lines += (f" {_shown(line)}" for line in old[at : at + after])
    return "\n".join(lines) + "\n"


def _span(first: int, size: int) -> str:
    """Of the first line, counted from 1, and how many there are; of none, the line that they stand behind."""
    return f"{first + 1 if size else first},{size}"


def _shown(line: str) -> str:
    return visible(line.rstrip(LINE_ENDINGS))


def kept(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Numbers of the lines that are in both."""
    at, to = 0, 0
    for first, last, start, stop in (*_changes(old, new), (len(old), len(old), len(new), len(new))):
        yield from zip(range(at, first), range(to, start), strict=True)
        at, to = last, stop


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    """What has to give way to what, from the first line to the last."""
    at = to = 0
    for first, start in (*_anchors(old, new), (len(old), len(new))):
        for a, b, c, d in _between(old[at:first], new[to:start]):
            yield at + a, at + b, to + c, to + d
        at, to = first + 1, start + 1


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of lines that stand once in either text, as many as are in the same order: what lies between two of them is short
    (Cohen's patience diff).
    """
    often_old, often_new = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if often_new[line] == 1}
    pairs = [(at, places[line]) for at, line in enumerate(old) if often_old[line] == 1 and line in places]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        size = bisect_left(ends, place)
        ends[size : size + 1] = [place]
        last[size : size + 1] = [number]
        before.append(last[size - 1] if size else -1)
    found: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    head = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - head
    tail = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    middle, changed = old[head : len(old) - tail], new[head : len(new) - tail]
    if not middle or not changed or len(middle) * len(changed) > _LARGEST:
        if middle or changed:
            yield head, head + len(middle), head, head + len(changed)
        return
    for kind, first, last, from_, to in SequenceMatcher(None, middle, changed, autojunk=False).get_opcodes():
        if kind != "equal":
            yield head + first, head + last, head + from_, head + to
