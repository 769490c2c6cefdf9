"""What followed the text at the cursor where it occurred before. In: a Place, and texts to search. Out: levels.

A level is one length of context with the tokens that followed it, counted. Lengths are nested: what a longer context
says is also part of what the shorter ones say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ai_lsp.providers.embedded.buffer import Buffer
from ai_lsp.providers.embedded.index import WorkspaceIndex
from ai_lsp.providers.embedded.place import CONTEXT, Place
from ai_lsp.providers.embedded.vocabulary import BOUNDARY

PROJECT, FILE = 0, 1
"""Who says it: the workspace and the other open documents, or the document itself."""

_DRAWN = 192
_DRAWN_FOR_PREFIX = 1500
_TOO_COMMON = 20_000
_PAIRS_BEFORE, _PAIRS_AFTER, _SINGLES = 192, 64, 64
_LEVELS = 6
_OTHER_MATCHES = 48
_HALF_LIFE = 1500.0
"""Tokens after which what a place in the document says counts half."""


class Match(NamedTuple):
    """An earlier place with the same `length` tokens before it; `position` is where the token stands that followed."""

    length: int
    position: int


class Level(NamedTuple):
    expert: int
    length: int
    counts: dict[int, float]
    support: int


def buffer_matches(place: Place, latest_first: Sequence[int]) -> list[Match]:
    """Places of the document itself, those before the cursor first, the nearest first."""
    buffer, end, after = place.buffer, place.end, place.after
    bare = buffer.bare
    last = latest_first[0]
    found: list[Match] = []
    if len(latest_first) > 1:
        groups = buffer.places_of_pair(latest_first[1], last)
        for position in _nearest(groups, end, after, _PAIRS_BEFORE, _PAIRS_AFTER):
            floor = after if position >= after else 0
            found.append(Match(_length(bare, position, floor, latest_first), position + 1))
    if len(found) < 8:
        known = {match.position for match in found}
        singles = _nearest(buffer.places_of(last), end, after, _SINGLES, _SINGLES // 2)
        found.extend(Match(1, position + 1) for position in singles if position + 1 not in known)
    return [match for match in found if place.is_known(match.position)]


def _nearest(groups: list[tuple[int, list[int]]], end: int, after: int, before: int, behind: int) -> list[int]:
    """Positions in the order of their distance from the cursor: at most `before` of those before it, then `behind`."""
    found: list[int] = []
    for start, positions in reversed(groups):
        if start < end:
            found.extend(start + p for p in reversed(positions) if start + p < end)
            if len(found) >= before:
                break
    del found[before:]
    limit = len(found) + behind
    for start, positions in groups:
        if start + positions[-1] >= after:
            found.extend(start + p for p in positions if start + p >= after)
            if len(found) >= limit:
                break
    return found[:limit]


def _length(bare: Sequence[int], position: int, floor: int, latest_first: Sequence[int]) -> int:
    """How many tokens up to `position` equal those before the cursor."""
    most = min(len(latest_first), position - floor + 1)
    length = 1
    while length < most and bare[position - length] == latest_first[length]:
        length += 1
    return length


def other_matches(buffers: Sequence[Buffer], latest_first: Sequence[int]) -> list[tuple[int, Buffer, int]]:
    """(length, buffer, position) of places in other open documents; contexts of one token are left to the index."""
    found: list[tuple[int, Buffer, int]] = []
    if len(latest_first) < 2:
        return found
    for buffer in buffers:
        size = len(buffer.tokens)
        groups = buffer.places_of_pair(latest_first[1], latest_first[0])
        found.extend(
            (_length(buffer.bare, position, 0, latest_first), buffer, position + 1)
            for position in _nearest(groups, size, size, _OTHER_MATCHES, 0)
            if position + 1 < size
        )
    return found


def project_levels(
    index: WorkspaceIndex, others: Sequence[Buffer], latest_first: Sequence[int], allowed: set[int] | None
) -> list[Level]:
    """What the workspace says, longest context first; only of `allowed` tokens, where given."""
    ranges = index.ranges(latest_first)
    elsewhere: dict[int, list[int]] = {}
    for length, buffer, position in other_matches(others, latest_first):
        elsewhere.setdefault(min(length, CONTEXT), []).append(buffer.tokens[position])
    levels: list[Level] = []
    extra: list[int] = []
    seen = (0, 0)
    for length in range(max(len(ranges), max(elsewhere, default=0)), 0, -1):
        here = ranges[length - 1] if length <= len(ranges) else (0, 0)
        if here == seen and length not in elsewhere:
            continue
        seen = here
        extra.extend(elsewhere.get(length, ()))
        counts, support = _count(index, here, extra, allowed)
        if counts:
            levels.append(Level(PROJECT, length, counts, support))
        if len(levels) >= _LEVELS or (allowed is None and here[1] - here[0] > _TOO_COMMON):
            break
    return levels


def _count(
    index: WorkspaceIndex, where: tuple[int, int], extra: list[int], allowed: set[int] | None
) -> tuple[dict[int, float], int]:
    drawn = index.following(*where, _DRAWN if allowed is None else _DRAWN_FOR_PREFIX) + extra
    if allowed is not None:
        drawn = [token for token in drawn if token in allowed]
    counts: dict[int, float] = {}
    counts.update(Counter(drawn))
    boundaries = counts.pop(BOUNDARY, 0.0)
    return counts, len(drawn) - int(boundaries)


def file_levels(place: Place, latest_first: Sequence[int], allowed: set[int] | None) -> list[Level]:
    """What the document itself says, longest context first; near places count more."""
    tokens = place.buffer.tokens
    by_length: dict[int, list[Match]] = {}
    for match in buffer_matches(place, latest_first):
        token = tokens[match.position]
        if token != BOUNDARY if allowed is None else token in allowed:
            by_length.setdefault(match.length, []).append(match)
    levels: list[Level] = []
    counts: dict[int, float] = {}
    support = 0
    for length in sorted(by_length, reverse=True)[: _LEVELS + 1]:
        counts = dict(counts)
        for match in by_length[length]:
            weight = 2.0 ** (-place.distance(match.position) / _HALF_LIFE) + 0.05
            token = tokens[match.position]
            counts[token] = counts.get(token, 0.0) + weight
            support += 1
        levels.append(Level(FILE, length, counts, support))
    return levels


def word_levels(index: WorkspaceIndex, place: Place, allowed: set[int], levels: Sequence[Level]) -> list[Level]:
    """How often the words that begin as typed occur at all: in the document, and where little else is known, anywhere."""
    bare, here = place.buffer.vocabulary.bare, place.buffer.counts
    counts = {token: float(here[bare[token]]) for token in allowed & place.buffer.known.keys()}
    found = [Level(FILE, 0, counts, int(sum(counts.values())))] if counts else []
    if place.partial and max((level.length for level in levels), default=0) < 2:
        known = index.counts
        anywhere = {token: float(known[token]) for token in allowed if token < len(known) and known[token]}
        if anywhere:
            found.append(Level(PROJECT, 0, anywhere, int(sum(anywhere.values()))))
    return found
