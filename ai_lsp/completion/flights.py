"""All answers on their way: which one a request may join, and how many there may be.

In: a cursor. Out: a flight that may still become its suggestion, or a new one. Bounded for each document and altogether;
one whose place has gone, or that the person has typed away from, is ended at once.
"""

from __future__ import annotations

import asyncio

from ai_lsp.completion.anchors import Place
from ai_lsp.completion.filter import CompletionFilter
from ai_lsp.completion.flight import Flight
from ai_lsp.completion.store import Entry, Owner, SuggestionStore
from ai_lsp.core.clock import Clock
from ai_lsp.gateway.call import CompletionCall
from ai_lsp.gateway.gateway import Gateway

PER_DOCUMENT = 2
ALTOGETHER = 4


class Flights:
    """Belongs to one event loop."""

    def __init__(self, store: SuggestionStore, gateway: Gateway, clock: Clock) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._under_way: list[Flight] = []
        self._ending: set[Flight] = set()
        self.in_part = False
        """Whether long lines are shown as they come: to an editor that is told when they are whole."""
        store.dropped = self._lost

    def __len__(self) -> int:
        return len(self._under_way)

    def joinable(self, place: Place, owner: Owner) -> Flight | None:
        """The newest that may still become the suggestion for this cursor. Those that the text contradicts are ended."""
        found: Flight | None = None
        for flight in list(reversed(self._under_way)):
            typed = flight.entry.typed(place) if flight.entry.uri == place.document.uri else None
            if typed is None:
                continue
            if flight.entry.owner != owner or not flight.agrees(typed):
                self.end(flight)
            elif found is None:
                found = flight
        return found

    def start(self, call: CompletionCall, place: Place, entry: Entry, *, multi_line: bool) -> Flight:
        """Ask upstream. The oldest ones that are too many are ended, those first that nobody waits for."""
        self._make_room(entry.uri)
        cleaner = CompletionFilter(place, multi_line=multi_line, in_part=self.in_part)
        flight = Flight(entry, cleaner, self._clock, self._landed, call.context)
        self._under_way.append(flight)
        self._store.put(entry)
        flight.start(self._gateway, call)
        return flight

    def end(self, flight: Flight) -> None:
        """Nobody wants it any more."""
        if flight in self._under_way:
            self._under_way.remove(flight)
            self._ending.add(flight)
            flight.kill()

    def end_all(self) -> None:
        for flight in list(self._under_way):
            self.end(flight)

    async def aclose(self) -> None:
        """End everything and wait until it has let go."""
        self.end_all()
        await asyncio.gather(*(flight.gone() for flight in list(self._ending)))

    def _make_room(self, uri: str) -> None:
        same = [flight for flight in self._under_way if flight.entry.uri == uri]
        if len(same) >= PER_DOCUMENT:
            self.end(min(same, key=lambda flight: flight.waiters > 0))
        if len(self._under_way) >= ALTOGETHER:
            self.end(min(self._under_way, key=lambda flight: flight.waiters > 0))

    def _lost(self, entry: Entry) -> None:
        for flight in list(self._under_way):
            if flight.entry is entry:
                self.end(flight)

    def _landed(self, flight: Flight) -> None:
        """What was cut off before anything of it could be shown is no answer, also not an empty one."""
        if flight in self._under_way:
            self._under_way.remove(flight)
        self._ending.discard(flight)
        if flight.error is not None or (flight.entry.shown is None and not flight.whole):
            self._store.drop(flight.entry)
