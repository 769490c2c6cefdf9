"""The next token. In: a Place and the contexts known. Out: probabilities, and the likeliest way to the end of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import log, log1p

from ai_lsp.providers.embedded.buffer import Buffer
from ai_lsp.providers.embedded.escapes import blend
from ai_lsp.providers.embedded.evidence import Level, file_levels, project_levels, word_levels
from ai_lsp.providers.embedded.index import WorkspaceIndex
from ai_lsp.providers.embedded.model import EngineModel
from ai_lsp.providers.embedded.place import CONTEXT, Place

TOP = 8
_LEAST = 0.05
_MOST_TOKENS = 24
_ALTERNATIVES = 4

_EXPERTS = ("project", "file")
_OF_CONTEXT = ("length", "long", "support", "variety", "single")
_OF_TOKEN = ("length", "pair", "long", "longer", "share", "share_length", "agreed", "support", "levels", "longest")
TOKEN_FEATURES = (
    *("log_mixed", "mixed", "behind", "first", "rank", "begun"),
    *(f"{expert}_{name}" for expert in _EXPERTS for name in (*_OF_CONTEXT, *(f"token_{n}" for n in _OF_TOKEN))),
    *("newline", "word", "repeats", "frequency"),
)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that may be searched: the workspace's index and the other open documents of its languages."""

    index: WorkspaceIndex
    others: tuple[Buffer, ...]
    model: EngineModel


@dataclass(frozen=True, slots=True)
class Path:
    """The likeliest continuation. `steps` are (text so far, its probability), `first` are single tokens likewise; `line`
    is the whole rest of the line with its probability, where the end was reached.
    """

    steps: tuple[tuple[str, float], ...]
    first: tuple[tuple[str, float], ...]
    line: tuple[str, float] | None


def levels_at(known: Knowledge, place: Place, latest_first: Sequence[int], allowed: set[int] | None) -> list[Level]:
    """All levels of both experts for a context; for tokens of a begun word also how often these occur at all."""
    levels = project_levels(known.index, known.others, latest_first, allowed)
    levels += file_levels(place, latest_first, allowed)
    if allowed is not None:
        levels += word_levels(known.index, place, allowed, levels)
    return levels


def next_token(
    known: Knowledge, place: Place, latest_first: Sequence[int], allowed: set[int] | None
) -> dict[int, float]:
    """Probability by token: at most TOP tokens."""
    levels = levels_at(known, place, latest_first, allowed)
    if not levels:
        return {}
    model = known.model
    mixed = blend(model.escape if allowed is None else model.escape_word, levels)
    order = likeliest(mixed)
    if model.token is None:
        return {token: mixed[token] for token in order}
    rows = token_rows(known, levels, mixed, order, latest_first[0], begun=allowed is not None)
    ranked = {token: model.token.probability(row) for token, row in zip(order, rows, strict=True)}
    total = sum(ranked.values())
    return {token: p / total for token, p in ranked.items()} if total > 1.0 else ranked


def likeliest(mixed: dict[int, float]) -> list[int]:
    """The TOP tokens, the likeliest first; among equals the one that was known first."""
    return [token for _, token in nsmallest(TOP, [(-p, token) for token, p in mixed.items()])]


def token_rows(
    known: Knowledge, levels: Sequence[Level], mixed: dict[int, float], order: Sequence[int], last: int, *, begun: bool
) -> list[list[float]]:
    """TOKEN_FEATURES of each token of `order`."""
    vocabulary, counts = known.index.vocabulary, known.index.counts
    by_expert = [[level for level in levels if level.expert == expert] for expert in (0, 1)]
    contexts = [_context_row(of) for of in by_expert]
    sums = [[sum(level.counts.values()) for level in of] for of in by_expert]
    best = mixed[order[0]]
    rows: list[list[float]] = []
    for rank, token in enumerate(order):
        p = mixed[token]
        row = [log(p + 1e-4), p, best - p, rank == 0, rank, begun]
        for expert in (0, 1):
            row.extend(contexts[expert])
            row.extend(_token_row(by_expert[expert], sums[expert], token))
        text = vocabulary.text[token]
        row.append(text[0] == "\n")
        row.append(text.lstrip()[:1].isalnum())
        row.append(vocabulary.bare[token] == last)
        row.append(log1p(counts[token]) if token < len(counts) else 0.0)
        rows.append(row)
    return rows


def _context_row(levels: Sequence[Level]) -> tuple[float, ...]:
    if not levels:
        return (0.0,) * len(_OF_CONTEXT)
    longest = levels[0]
    variety = len(longest.counts)
    return log1p(longest.length), longest.length >= 4, log1p(longest.support), log1p(variety), variety == 1


def _token_row(levels: Sequence[Level], sums: Sequence[float], token: int) -> tuple[float, ...]:
    holding = [n for n, level in enumerate(levels) if token in level.counts]
    if not holding:
        return (0.0,) * len(_OF_TOKEN)
    level = levels[holding[0]]
    length = level.length
    log_length = log1p(length)
    share = level.counts[token] / sums[holding[0]]
    return (
        log_length,
        length >= 2,
        length >= 4,
        length >= 8,
        share,
        share * log_length,
        share == 1 and level.support > 1,
        log1p(level.support),
        log1p(len(holding)),
        holding[0] == 0,
    )


def likeliest_path(known: Knowledge, place: Place, allowed: set[int] | None) -> Path:
    """Follow the likeliest token from the cursor until the line ends or the way is less likely than _LEAST."""
    vocabulary = known.index.vocabulary
    latest_first = list(place.latest_first)
    steps: list[tuple[str, float]] = []
    first: tuple[tuple[str, float], ...] = ()
    text, p = "", 1.0
    for step in range(_MOST_TOKENS):
        ranked = next_token(known, place, latest_first, allowed if step == 0 else None)
        if not ranked:
            break
        token, share = next(iter(sorted(ranked.items(), key=lambda item: (-item[1], item[0]))))
        if step == 0:
            first = _alternatives(vocabulary.text, ranked, place)
        p *= share
        surface = vocabulary.text[token]
        if surface[0] == "\n":
            return Path(tuple(steps), first, (text, p) if text else None)
        if p < _LEAST:
            break
        text += untyped(surface, place) if step == 0 else surface
        steps.append((text, p))
        latest_first.insert(0, vocabulary.bare[token])
        del latest_first[CONTEXT:]
    return Path(tuple(steps), first, None)


def _alternatives(texts: list[str], ranked: dict[int, float], place: Place) -> tuple[tuple[str, float], ...]:
    order = sorted(ranked.items(), key=lambda item: (-item[1], item[0]))[:_ALTERNATIVES]
    return tuple((untyped(texts[token], place), p) for token, p in order if texts[token][0] != "\n")


def untyped(surface: str, place: Place) -> str:
    """What remains of a token after what is typed of it already."""
    if place.partial:
        return surface.lstrip()[len(place.partial) :]
    return surface.removeprefix(place.blanks)
