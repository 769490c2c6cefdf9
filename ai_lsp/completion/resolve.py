"""What can be shown at a cursor without asking anybody: the rest of what is known to fit there.

In: a cursor. Out: an entry of the store with the text that was typed of it, or the entry that says that nothing comes.
What is on screen stays there, unless another suggestion goes on further in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

from ai_lsp.completion.anchors import Place
from ai_lsp.completion.store import Entry, Owner, SuggestionStore


@dataclass(frozen=True, slots=True)
class Hit:
    """`rest` is what is left to show of an entry of which `typed` has been typed; empty: nothing comes here."""

    entry: Entry
    typed: str
    rest: str


def resolved(store: SuggestionStore, place: Place, owner: Owner, live: Entry | None, *, whole: bool) -> Hit | None:
    """The best that is known for this cursor. `whole`: with all that is known of it."""
    hits = list(_hits(store, place, owner, whole=whole))
    full = [hit for hit in hits if hit.rest]
    shown = next((hit for hit in full if hit.entry is live), None)
    if shown is not None:
        return next((hit for hit in full if goes_on(hit.rest, shown.rest)), shown)
    allowed = [hit for hit in full if not store.was_rejected(place.document.uri, place.line_prefix + hit.rest)]
    return next(iter((*allowed, *full, *hits)), None)


def goes_on(text: str, shown: str) -> bool:
    """Whether a text begins with what is shown, and has more."""
    return len(text) > len(shown) and text.startswith(shown)


def _hits(store: SuggestionStore, place: Place, owner: Owner, *, whole: bool) -> list[Hit]:
    hits = []
    for entry, typed in store.matching(place, owner):
        if not entry.text and not entry.growing and not typed and not whole:
            hits.append(Hit(entry, typed, ""))
        elif not (whole and entry.growing):
            rest = entry.rest(typed, whole=whole)
            if rest is not None:
                hits.append(Hit(entry, typed, rest))
    return hits
