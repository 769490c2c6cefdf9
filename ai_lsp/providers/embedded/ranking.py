"""How likely each candidate is the rest of the line. In: candidates and their Place. Out: a probability for each.

The features are plain facts of the kind "how long a context, how often, how near, are its names known here"; their weights
are fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, log1p

from ai_lsp.providers.embedded.candidates import Candidate, Pool
from ai_lsp.providers.embedded.escapes import LENGTH_CLASSES
from ai_lsp.providers.embedded.place import Place
from ai_lsp.providers.embedded.tokens import Knowledge

MOST = 20
"""Candidates that are looked at closely."""
_LINES_NEAR = 300
_RARE = 5
_PIECE = re.compile(r"\w+|[^\w\s]")
_OPENING, _CLOSING = "([{", ")]}"
_QUOTES = "\"'`"

LINE_FEATURES = (
    *("log_length", "log_file_length", "length", "file_length", "length_2", "length_4", "length_8", "length_12"),
    *("file_length_2", "file_length_4", "file_length_8", "file_length_12", "places", "file_places", "near"),
    *("path", "log_path", "on_path", "copied_in_workspace", "copied_in_file", "longest", "file_longest"),
    *("share_of_longest", "file_share_of_longest", "share", "known_names", "unknown_names", "rare_names"),
    *("open_brackets", "mismatches", "size", "log_size", "short", "typed", "log_typed", "partial"),
    *("same_as_above", "stands_near", "same_as_below", "pool", "rank", "starts_word", "quotes", "share_of_first"),
    *("tokens", "prior", "agrees", "agrees_2", "agrees_5", "has_below", "agrees_length"),
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rest of a line and the probability that it is what the person goes on to type."""

    text: str
    probability: float


def rank(known: Knowledge, place: Place, pool: Pool) -> list[Ranked]:
    """The likeliest candidates, the likeliest first. The probabilities sum to at most 1."""
    chosen = shortlist(known, pool)
    rows = line_rows(known, place, chosen, len(pool.by_text))
    scores = [known.model.line.probability(row) for row in rows]
    total = max(1.0, sum(scores))
    ranked = [Ranked(candidate.text, score / total) for (candidate, _), score in zip(chosen, scores, strict=True)]
    return sorted(ranked, key=lambda line: (-line.probability, line.text))


def shortlist(known: Knowledge, pool: Pool) -> list[tuple[Candidate, float]]:
    """At most MOST candidates with a first cheap score, the best first."""
    scored = [(candidate, prior(known, candidate)) for candidate in pool.by_text.values()]
    scored.sort(key=lambda pair: -pair[1])
    return scored[:MOST]


def prior(known: Knowledge, candidate: Candidate) -> float:
    """What the length of the context alone promises."""
    project, file = known.model.escape[:2]
    by_length = project[LENGTH_CLASSES[min(candidate.length, 16)]][0][0] if candidate.length else 0.0
    by_file_length = file[LENGTH_CLASSES[min(candidate.file_length, 16)]][0][0] if candidate.file_length else 0.0
    floor = max(0.35 if candidate.path else 0.0, 0.3 if candidate.copied else 0.0)
    return max(by_length, by_file_length, floor) + 0.03 * log1p(candidate.places + 2 * candidate.file_places)


@dataclass(frozen=True, slots=True)
class _Field:
    """What a candidate is compared with: the other candidates, and the lines around the cursor."""

    longest: int
    file_longest: int
    places_of_longest: int
    file_places_of_longest: int
    places: int
    pool: int
    first_words: dict[str, int]
    above: str
    below: str
    near: set[str]


def line_rows(
    known: Knowledge, place: Place, chosen: Sequence[tuple[Candidate, float]], pool: int
) -> list[tuple[float, ...]]:
    """LINE_FEATURES of each candidate of a shortlist."""
    if not chosen:
        return []
    words = [_PIECE.findall(candidate.text) for candidate, _ in chosen]
    around = _field(place, [candidate for candidate, _ in chosen], words, pool)
    return [
        (
            *_of_places(candidate, around),
            *_of_names(known, place, candidate, words[n]),
            *_of_shape(place, candidate),
            *_of_lines(place, candidate, around),
            *(log1p(pool), log1p(n), candidate.text[:1].isalnum(), candidate.text.count('"')),
            around.first_words[words[n][0]] / sum(around.first_words.values()),
            *(len(words[n]), score, candidate.agrees, candidate.agrees >= 2, candidate.agrees >= 5),
            *(bool(place.right), candidate.agrees * candidate.length),
        )
        for n, (candidate, score) in enumerate(chosen)
    ]


def _field(place: Place, chosen: Sequence[Candidate], words: Sequence[list[str]], pool: int) -> _Field:
    longest = max(c.length for c in chosen)
    file_longest = max(c.file_length for c in chosen)
    first_words: dict[str, int] = {}
    for candidate, (first, *_) in zip(chosen, words, strict=True):
        first_words[first] = first_words.get(first, 0) + candidate.places + 2 * candidate.file_places + 1
    near = {line.strip() for line in place.above[-_LINES_NEAR:]}
    near.update(line.strip() for line in place.below)
    return _Field(
        longest=longest,
        file_longest=file_longest,
        places_of_longest=sum(c.places for c in chosen if c.length == longest) or 1,
        file_places_of_longest=sum(c.file_places for c in chosen if c.file_length == file_longest) or 1,
        places=sum(c.places + c.file_places for c in chosen) or 1,
        pool=pool,
        first_words=first_words,
        above=_first_code(reversed(place.above)),
        below=_first_code(place.below[:4]),
        near=near,
    )


def _first_code(lines: Iterable[str]) -> str:
    return next((line.strip() for line in lines if not line.isspace() and line), "")


def _of_places(candidate: Candidate, around: _Field) -> tuple[float, ...]:
    length, file_length = candidate.length, min(candidate.file_length, 32)
    is_longest, is_file_longest = length == around.longest, candidate.file_length == around.file_longest
    path = candidate.path
    return (
        *(log1p(length), log1p(file_length), length, file_length),
        *(length >= 2, length >= 4, length >= 8, length >= 12),
        *(file_length >= 2, file_length >= 4, file_length >= 8, file_length >= 12),
        *(log1p(candidate.places), log1p(candidate.file_places), candidate.near),
        *(path, log(max(path, 1e-3)), path > 0, candidate.copied == 1, candidate.copied == 2),
        *(is_longest, is_file_longest and file_length > 0),
        candidate.places / around.places_of_longest if is_longest else 0.0,
        candidate.file_places / around.file_places_of_longest if is_file_longest else 0.0,
        (candidate.places + candidate.file_places) / around.places,
    )


def _of_names(known: Knowledge, place: Place, candidate: Candidate, words: Sequence[str]) -> tuple[float, ...]:
    vocabulary, counts, here = known.index.vocabulary, known.index.counts, place.buffer.counts
    seen = unseen = rare = 0
    goes_on = bool(place.partial) and _starts_word(candidate.text)
    for n, word in enumerate(words):
        if not (word[0].isalpha() or word[0] == "_"):
            continue
        id_ = vocabulary.get(place.partial + word if goes_on and n == 0 else word)
        if id_ is not None and id_ in here:
            seen += 1
        else:
            unseen += 1
            rare += id_ is None or id_ >= len(counts) or counts[id_] < _RARE
    return seen, unseen, rare


def _starts_word(text: str) -> bool:
    return text[0].isalnum() or text[0] == "_"


def _of_shape(place: Place, candidate: Candidate) -> tuple[float, ...]:
    net, mismatches = balance(place.typed + candidate.text)
    size, typed = len(candidate.text), len(place.typed)
    return net, mismatches, size, log1p(size), size <= 3, typed, log1p(typed), len(place.partial)


def _of_lines(place: Place, candidate: Candidate, around: _Field) -> tuple[float, ...]:
    line = place.typed + candidate.text
    return line == around.above, line in around.near, line == around.below


def balance(line: str) -> tuple[int, int]:
    """(brackets left open or closed unopened, brackets that do not fit, 2 more for an open quote); quoted text is skipped."""
    stack: list[str] = []
    unopened = mismatches = 0
    quote = ""
    for character in line:
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        elif character in _OPENING:
            stack.append(character)
        elif character in _CLOSING:
            if stack:
                mismatches += _OPENING.index(stack.pop()) != _CLOSING.index(character)
            else:
                unopened += 1
    return unopened + len(stack), mismatches + (2 if quote else 0)
