"""The way of a keystroke: gate, what is known, what is on its way, pace, context, prompt, fetch, presentation.

In: a place in an open document. Out: a suggestion, or the reason why there is none. Never raises but when cancelled:
whatever a provider does wrong becomes a reason. A request that is cancelled lets go of the answer that it waits for; the
answer itself comes and is there for the next key.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from functools import partial

from ai_lsp.completion.alternatives import of_another, of_the_same
from ai_lsp.completion.anchors import Place, surroundings
from ai_lsp.completion.companion import CONFIDENT, GRACE, companion_answer, first_of
from ai_lsp.completion.completer import Completer
from ai_lsp.completion.flight import Flight, empty_answer
from ai_lsp.completion.flights import Flights
from ai_lsp.completion.gate import costly_refusal, refusal
from ai_lsp.completion.learn import Counts, Outcomes
from ai_lsp.completion.memory import Cursor, Memory
from ai_lsp.completion.pace import Pace
from ai_lsp.completion.present import extends, presented
from ai_lsp.completion.reasons import silence_of, without_secret
from ai_lsp.completion.resolve import goes_on, resolved
from ai_lsp.completion.store import Entry, SuggestionStore
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.clock import Clock
from ai_lsp.core.completion import CodeCompletion, Selected, Suggestion, Trigger
from ai_lsp.core.errors import AIError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position
from ai_lsp.documents.store import Documents
from ai_lsp.gateway.gateway import Gateway

__all__ = ["Completer", "CompletionEngine"]

Answer = Suggestion | Silence
Excluded = Callable[[str], Awaitable[Silence | None]]
"""Why no model may see the document at an address, or None."""

_MOVED_ON = Silence(Reason.SUPERSEDED, "the text or the settings went on meanwhile")


class CompletionEngine:
    """`choose` tells who completes code of a language right now, or why nobody does. It is asked for each request, and
    `excluded` before any text of the document goes anywhere. `memory` must be an observer of `documents`.
    """

    def __init__(
        self,
        documents: Documents,
        memory: Memory,
        gatherer: ContextGatherer,
        gateway: Gateway,
        *,
        choose: Callable[[str], Awaitable[Completer | Silence]],
        excluded: Excluded,
        clock: Clock,
    ) -> None:
        self._documents = documents
        self._gatherer = gatherer
        self._gateway = gateway
        self._choose = choose
        self._excluded = excluded
        self._clock = clock
        self._memory = memory
        self._store: SuggestionStore = memory.store
        self._outcomes: Outcomes = memory.outcomes
        self._flights = Flights(memory.store, gateway, clock)
        self._pace = Pace(clock)
        self._epoch = 0
        self._refresh: Callable[[str], None] = lambda _: None

    async def suggest(
        self, uri: str, position: Position, trigger: Trigger, selected: Selected | None = None
    ) -> Suggestion | Silence:
        """A suggestion for the cursor at `position` (code points), or why there is none."""
        document = self._documents.snapshot(uri)
        if document is None:
            return Silence(Reason.NOT_OPEN, uri)
        position = document.clamp(position)
        self._memory.ahead.asked(uri, position)
        epoch = self._epoch
        # keys may be typed from now on, whatever is waited for
        with self._memory.following(uri, position) as cursor:
            answer = await self._answer(cursor, trigger)
            place = self._now(cursor)
        if answer is _MOVED_ON and epoch != self._epoch and self._documents.snapshot(uri) is document:
            self._refresh(uri)  # nobody types, so nobody would ask under the new settings
        if selected is None or place is None or not isinstance(answer, Suggestion):
            return answer
        if not extends(place, answer.text, selected):
            return Silence(Reason.NO_MATCH, "nothing continues what is selected in the menu")
        return answer

    async def _answer(self, cursor: Cursor, trigger: Trigger) -> Answer:
        kept_away = await self._kept_away(cursor.uri)
        if kept_away is not None:
            return kept_away
        if (before := self._now(cursor)) is None:
            return _MOVED_ON
        self._learn(before)
        completer = await self._choose(before.document.language)
        if isinstance(completer, Silence):
            return completer
        if (place := self._now(cursor)) is None:
            return _MOVED_ON
        return refusal(place, trigger) or await self._ask(place, cursor, completer, trigger)

    async def _ask(self, place: Place, cursor: Cursor, completer: Completer, trigger: Trigger) -> Answer:
        if completer.own:
            answer = self._known(place, completer, trigger) or await self._ask_own(place, completer)
        else:
            answer = await self._ask_service(cursor, completer, trigger)
        here = self._now(cursor)
        if trigger is Trigger.INVOKED and isinstance(answer, Suggestion) and here is not None:
            answer = await self._with_companion(here, completer, answer)
        return answer

    def shown(self, suggestion_id: str) -> None:
        """The editor shows it now: not every editor shows what it has asked for, or at once."""
        entry = self._store.find(suggestion_id)
        if entry is not None:
            self._outcomes.seen(entry)

    def accepted(self, suggestion_id: str, size: int | None = None) -> None:
        """The person took it: its text is in the document now, and what is known beyond it comes next. `size`: they took so
        many of its characters, and go on to see the rest.
        """
        entry = self._store.find(suggestion_id)
        if entry is None:
            return
        if size is not None:
            self._outcomes.partly(entry, size)
            return
        self._pace.accepted()
        self._outcomes.accepted(entry, entry.text[: entry.answered])
        self._store.allow(entry.uri, entry.line)
        entry.least = entry.answered
        if entry.answered >= len(entry.text) and not entry.growing:
            self._store.drop(entry)

    def rejected(self, suggestion_id: str) -> None:
        """The person sent it away: it is not shown again at its place."""
        entry = self._store.find(suggestion_id)
        if entry is not None:
            self._outcomes.rejected(entry)
            self._send_away(entry)

    def meet(self, editor: str) -> None:
        """The name of the editor: some let a pause pass before they ask."""
        self._pace.meet(editor)
        self._begin_to_ask_ahead()

    def on_refresh(self, tell: Callable[[str], None]) -> None:
        """Whom to tell of a document in which there is more to show than what was answered last."""
        self._refresh = tell
        self._flights.in_part = True
        self._begin_to_ask_ahead()

    def _begin_to_ask_ahead(self) -> None:
        """Only for an editor that waits long, and that hears of what is ready."""
        if self._pace.editor_waits_long and self._flights.in_part:
            self._memory.ahead.ask = self._ask_ahead

    def settings_changed(self) -> None:
        """Nothing that was asked for under the old settings is shown any more."""
        self._epoch += 1
        self._store.clear()
        self._flights.end_all()

    def counts(self) -> Counts:
        """What has become of the suggestions."""
        return self._outcomes.counts()

    async def aclose(self) -> None:
        """End what is on its way."""
        self._epoch += 1
        self._memory.ahead.stop()
        await self._flights.aclose()

    async def _kept_away(self, uri: str) -> Silence | None:
        try:
            return await self._excluded(uri)
        except Exception as error:  # noqa: BLE001  # a check that fails must not let anything pass
            return Silence(Reason.EXCLUDED, f"whether it may be used could not be found out: {type(error).__name__}")

    def _learn(self, place: Place) -> None:
        self._outcomes.look(place.document)
        if self._outcomes.followed(place):
            self._pace.accepted()
        gone = self._outcomes.sent_away(place)
        if gone is not None:
            self._send_away(gone)

    def _send_away(self, entry: Entry) -> None:
        self._pace.rejected()
        self._store.reject(entry.uri, entry.line)

    def _known(self, place: Place, completer: Completer, trigger: Trigger) -> Answer | None:
        live, whole = self._outcomes.live(place.document.uri), completer.shows_all(trigger)
        hit = resolved(self._store, place, completer.owner, live, whole=whole)
        if hit is None:
            return None
        return self._present(place, hit.entry, hit.typed, hit.rest) if hit.rest else empty_answer(hit.entry.completion)

    async def _ask_own(self, place: Place, completer: Completer) -> Answer:
        context = self._gatherer.gather(place.document.uri, place.position)
        if isinstance(context, Silence):
            return context
        try:
            completion = await self._gateway.complete(completer.call(context))
        except AIError as error:
            return silence_of(error)
        completion = without_secret(completion)
        return self._keep(place, completer, completion) if completion.text else empty_answer(completion)

    async def _ask_service(self, cursor: Cursor, completer: Completer, trigger: Trigger) -> Answer:
        """What a service says of the cursor, wherever keys have pushed it when the answer comes."""
        epoch = self._epoch
        while epoch == self._epoch and (place := self._now(cursor)) is not None:
            known = self._known(place, completer, trigger)
            if known is not None:
                return known
            flight = self._flights.joinable(place, completer.owner)
            if flight is None:
                started = await self._start(place, completer, trigger, epoch)
                if not isinstance(started, Flight):
                    return started
                flight = started
                flight.on_whole = partial(self._offer, flight.entry)
                flight.on_screen = partial(self._is_live, flight.entry)
                # who asks by hand wants this service's word
                early = await self._companion(flight, place, completer) if trigger is Trigger.AUTOMATIC else None
                if early is not None:
                    return early
            answer = await self._follow(flight, cursor, whole=completer.shows_all(trigger))
            if answer is not None:
                return answer
        return _MOVED_ON

    async def _start(self, place: Place, completer: Completer, trigger: Trigger, epoch: int) -> Flight | Answer:
        stop = None if self._outcomes.just_taken(place) else costly_refusal(place, trigger)
        if stop is not None:
            return stop
        delay = self._pace.delay(place) if trigger is Trigger.AUTOMATIC else 0.0
        if delay:
            await self._clock.sleep(delay)
        if not self._is_now(place, epoch):
            return _MOVED_ON
        context = self._gatherer.gather(place.document.uri, place.position)
        if isinstance(context, Silence):
            return context
        context = await self._gatherer.with_snippets(context)
        if not self._is_now(place, epoch):
            return _MOVED_ON
        entry = self._entry(place, completer)
        return self._flights.start(completer.call(context), place, entry, multi_line=completer.multi_line)

    async def _companion(self, flight: Flight, place: Place, completer: Completer) -> Answer | None:
        """What the companion is sure of, unless the service has answered from what it knew."""
        call = completer.companion_call(flight.context)
        if call is None:
            return None
        async with flight.boarded():
            await first_of(flight.news(), self._clock.sleep(GRACE))
        if not flight.entry.growing or flight.entry.text or not self._is_now(place, self._epoch):
            return None
        completion = await companion_answer(self._gateway, call)
        if completion is None or (completion.confidence or 0.0) < CONFIDENT or not self._is_now(place, self._epoch):
            return None
        answer = self._keep(place, completer, completion)
        return answer if isinstance(answer, Suggestion) else None

    async def _with_companion(self, place: Place, completer: Completer, answer: Suggestion) -> Suggestion:
        """A person who asks by hand may look at what the companion says as well."""
        context = self._gatherer.gather(place.document.uri, place.position)
        call = None if isinstance(context, Silence) else completer.companion_call(context)
        if call is None or answer.version != place.document.version:
            return answer
        return of_another(place, answer, await companion_answer(self._gateway, call))

    async def _follow(self, flight: Flight, cursor: Cursor, *, whole: bool) -> Answer | None:
        """What comes of a flight for this cursor; None: it became something else."""
        entry = flight.entry
        async with flight.boarded():
            while True:
                place = self._now(cursor)
                typed = entry.typed(place) if place is not None else None
                if place is None or typed is None or not flight.agrees(typed):
                    return None
                rest = entry.rest(typed, whole=whole) if not (whole and entry.growing) else None
                if rest is not None:
                    return self._present(place, entry, typed, rest)
                if not entry.growing:
                    break
                await flight.news()
        if flight.error is not None:
            return silence_of(flight.error)
        if not flight.whole:
            return _MOVED_ON
        return None if typed else empty_answer(entry.completion)

    async def _ask_ahead(self, uri: str, position: Position) -> None:
        """Have ready what the editor will ask for once it has waited long enough, and tell it."""
        with self._memory.following(uri, position) as cursor:
            if await self._kept_away(uri) is not None or (place := self._now(cursor)) is None:
                return
            completer = await self._choose(place.document.language)
            if isinstance(completer, Silence) or completer.own or (place := self._now(cursor)) is None:
                return
            if refusal(place, Trigger.AUTOMATIC) is None and await self._is_new(place, cursor, completer):
                self._refresh(uri)

    async def _is_new(self, place: Place, cursor: Cursor, completer: Completer) -> bool:
        """Whether there is, or comes, something for this cursor that is not on screen."""
        live = self._outcomes.live(cursor.uri)
        hit = resolved(self._store, place, completer.owner, live, whole=False)
        if hit is not None:
            return bool(hit.rest) and (hit.entry is not live or len(hit.typed) >= hit.entry.answered)
        joined = self._flights.joinable(place, completer.owner)
        flight = joined or await self._start(place, completer, Trigger.AUTOMATIC, self._epoch)
        return isinstance(flight, Flight) and await self._lands(flight, cursor)

    async def _lands(self, flight: Flight, cursor: Cursor) -> bool:
        """Whether a flight brings something for this cursor."""
        async with flight.boarded():
            while True:
                place = self._now(cursor)
                typed = flight.entry.typed(place) if place is not None else None
                if typed is None or not flight.agrees(typed):
                    return False
                if flight.entry.rest(typed) is not None:
                    return flight.entry is not self._outcomes.live(cursor.uri)
                if not flight.entry.growing:
                    return False
                await flight.news()

    def _now(self, cursor: Cursor) -> Place | None:
        document = self._documents.snapshot(cursor.uri)
        return None if document is None else Place(document, document.clamp(cursor.position))

    def _entry(self, place: Place, completer: Completer) -> Entry:
        around, now = surroundings(place), self._clock.monotonic()
        return Entry(uuid.uuid4().hex, place.document.uri, completer.owner, place.position, around, now)

    def _keep(self, place: Place, completer: Completer, completion: CodeCompletion) -> Answer:
        """Present a whole answer, and keep it while the person types along with it."""
        entry = self._entry(place, completer)
        entry.text, entry.completion = completion.text, completion
        answer = self._present(place, entry, "", completion.text)
        if self._is_now(place, self._epoch):
            self._store.put(entry)
        return answer

    def _present(self, place: Place, entry: Entry, typed: str, rest: str) -> Answer:
        shown = presented(place, rest)
        if shown is None:
            return Silence(Reason.NO_MATCH, "the text stands after the cursor already")
        text, span = shown
        line = place.line_prefix + text
        if self._store.was_rejected(entry.uri, line):
            return Silence(Reason.REJECTED)
        entry.answered, entry.line = len(typed) + len(text), line
        entry.taken_suffix = place.line_suffix[span.end.column - span.start.column :]
        self._outcomes.shown(entry, typed, text)
        assert entry.completion is not None
        return of_the_same(place, Suggestion(entry.id, text, span, entry.completion, place.document.version), typed)

    def _is_live(self, entry: Entry) -> bool:
        return self._outcomes.live(entry.uri) is entry

    def _offer(self, entry: Entry) -> None:
        """More of an answer has come, after its beginning or a companion's was shown."""
        live = self._outcomes.live(entry.uri)
        if live is entry:
            longer = (len(entry.text) if entry.shown is None else entry.shown) > entry.answered
        else:
            longer = live is not None and live.anchor == entry.anchor and goes_on(entry.text, live.text)
        if longer:
            self._refresh(entry.uri)

    def _is_now(self, place: Place, epoch: int) -> bool:
        return epoch == self._epoch and self._documents.snapshot(place.document.uri) is place.document
