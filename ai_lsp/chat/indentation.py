"""Code with the indentation of the place that it is to stand at.

In: the lines of an answer, the lines that they take the place of, and their document. Out: the answer's lines, shifted as a
whole, and with tabs or spaces as the document has them. What must never happen: a line moves against its neighbours, but for
a first line that came without its indentation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ai_lsp.documents.lines import common_prefix_length

_TAB = 4
"""Columns of a tab in an answer, where nothing says how many it has."""


def fitted(new: Sequence[str], old: Sequence[str], document: Sequence[str]) -> list[str]:
    """The lines `new` as they should stand in the place of `old` in a document."""
    if any(map(_lead, new)) and any(map(_lead, document)) and _uses_tabs(new) != _uses_tabs(document):
        new = _converted(new, tabs=_uses_tabs(document), step=_step(new) or _step(document) or _TAB)
    ways = [_shifted(new, _least(new), _least(old))]
    first = next((number for number, line in enumerate(new) if line.strip()), None)
    starts = next((line for line in old if line.strip()), "")
    if first is not None and new[first] == starts.strip():
        ways.append([*new[:first], starts.rstrip(), *new[first + 1 :]])
    scaled = _scaled(new, _step(new), _step(document))
    if scaled is not None:
        ways.append(_shifted(scaled, _least(scaled), _least(old)))
    return max(ways, key=lambda way: _likeness(way, old))


def _least(lines: Sequence[str]) -> str:
    """What all lines start with, as far as it is blank."""
    leads = [_lead(line) for line in lines if line.strip()]
    if not leads:
        return ""
    first, last = min(leads), max(leads)
    return first[: common_prefix_length(first, last)]


def _shifted(lines: Sequence[str], have: str, want: str) -> list[str]:
    return [want + line[len(have) :] if line.strip() else line for line in lines]


def _likeness(new: Sequence[str], old: Sequence[str]) -> tuple[int, int]:
    """How many lines stand as deep as they did, and how many as deep as some line did."""
    filled = [line.rstrip() for line in new if line.strip()]
    places = {line.rstrip() for line in old if line.strip()}
    depths = set(map(_lead, places))
    return sum(line in places for line in filled), sum(_lead(line) in depths for line in filled)


def _scaled(lines: Sequence[str], have: int | None, want: int | None) -> list[str] | None:
    """The lines with another number of spaces to a step; None where they have no other, or none at all."""
    widths = [len(_lead(line)) for line in lines if line.strip()]
    if not have or not want or have == want or any(width % have for width in widths) or _uses_tabs(lines):
        return None
    return [" " * (len(_lead(line)) // have * want) + line.lstrip(" \t") for line in lines]


def _converted(lines: Sequence[str], *, tabs: bool, step: int) -> list[str]:
    """The lines with each indentation in tabs, or in spaces."""
    if tabs:
        return [_tabbed(line, step) for line in lines]
    return [_lead(line).expandtabs(step) + line.lstrip(" \t") for line in lines]


def _tabbed(line: str, step: int) -> str:
    width = len(_lead(line).expandtabs(step))
    return "\t" * (width // step) + " " * (width % step) + line.lstrip(" \t")


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _uses_tabs(lines: Sequence[str]) -> bool:
    """Whether more lines begin with a tab than with a space."""
    return sum(line.startswith("\t") for line in lines) > sum(line.startswith(" ") for line in lines)


def _step(lines: Sequence[str]) -> int | None:
    """By how many spaces lines are mostly deeper than the line before."""
    widths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip() and not line.startswith("\t")]
    steps = Counter(after - before for before, after in pairwise(widths) if 1 < after - before <= 2 * _TAB)
    return steps.most_common(1)[0][0] if steps else None
