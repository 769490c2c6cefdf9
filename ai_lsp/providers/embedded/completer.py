"""From a cursor to a choice: the whole engine without any document, clock or process. In: a Place. Out: a Choice or a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.providers.embedded.candidates import candidates
from ai_lsp.providers.embedded.choose import Choice, alternatives, choose, starts
from ai_lsp.providers.embedded.place import Place
from ai_lsp.providers.embedded.ranking import Ranked, rank
from ai_lsp.providers.embedded.tokens import Knowledge, Path, likeliest_path


def complete(known: Knowledge, place: Place, threshold: float, shortest: int) -> Choice | Silence:
    """The text to show, or why there is none."""
    found = starts(known.model.start, place, *continuations(known, place))
    if not found:
        return Silence(Reason.NO_MATCH)
    choice = choose(found, threshold, shortest)
    if choice is None:
        return Silence(Reason.UNSURE, _why_unsure(found, threshold, shortest))
    return replace(choice, alternatives=alternatives(found, choice, shortest))


def _why_unsure(found: Sequence[Choice], threshold: float, shortest: int) -> str:
    likeliest = max((start.probability for start in found if len(start.text) >= shortest), default=None)
    if likeliest is None:
        return f"what is left to type has fewer than {shortest} characters"
    return f"the likeliest has {likeliest:.0%}; shown from {threshold:.0%}"


def continuations(known: Knowledge, place: Place) -> tuple[list[Ranked], Path]:
    """The ranked rests of the line, and the likeliest tokens."""
    want = place.blanks + place.partial
    allowed = known.index.vocabulary.starting(want, place.partial) if want else None
    pool = candidates(known, place, allowed)
    path = likeliest_path(known, place, allowed)
    if path.line is not None:
        candidate = pool.get(path.line[0])
        if candidate is not None:
            candidate.path = path.line[1]
    return rank(known, place, pool), path
