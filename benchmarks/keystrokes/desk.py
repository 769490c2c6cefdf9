"""A person at an editor: types texts in real time, looks at ghost text, takes it when it is right.

In: texts, a person, a kind of editor, and who is asked for ghost text. Out: a Record of every key. A key here is whatever
changes the text by hand: a character, Enter with the indentation that the editor puts behind it, a backspace.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.keystrokes.askers import Asker, Reply
from benchmarks.keystrokes.editor import Buffer, Kind, Screen, ghost_of
from benchmarks.keystrokes.person import Person
from benchmarks.keystrokes.texts import Text
from benchmarks.keystrokes.upstream import Upstream

ON_THE_WAY = 0.01
"""Seconds: an answer that comes this soon after a key was on its way already when the key was pressed."""


@dataclass(slots=True)
class Key:
    """`carried`: the ghost text of before went on through this key. `ghost_at`: an answer to it brought ghost text.
    `asked`: the editor asked before the next key; `answered` before the next key, too.
    """

    at: float
    carried: bool = False
    ghost_at: float | None = None
    requests: int = 0
    accepts: bool = False
    asked: bool = False
    answered: bool = False

    @property
    def has_ghost(self) -> bool:
        return self.carried or self.ghost_at is not None


@dataclass(slots=True)
class Record:
    keys: list[Key] = field(default_factory=list)
    accepts: list[float] = field(default_factory=list)
    """Seconds from taking a suggestion to the next one."""
    taken: int = 0
    taken_characters: int = 0
    empty_after_accept: int = 0
    """How often the first answer after that was empty."""
    stored: list[float] = field(default_factory=list)
    """Seconds of answers that needed nothing of the model service."""
    requests: int = 0
    stale: int = 0
    refused: int = 0
    flickers: int = 0
    began: float = 0.0
    ended: float = 0.0


@dataclass(slots=True)
class _Pending:
    request: int
    version: int
    key: Key
    asked_at: float
    streamed: int


class Desk:
    """One person with one editor. `upstream` is told what the truth is, and watched for what it is asked."""

    def __init__(self, kind: Kind, asker: Asker, upstream: Upstream, person: Person) -> None:
        self.record = Record()
        self._kind, self._asker, self._upstream, self._person = kind, asker, upstream, person
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._untold: list[dict[str, Any]] = []
        self._teller: asyncio.TimerHandle | None = None
        self._told_at = 0.0
        self._pending: list[_Pending] = []
        self._accepted_at: float | None = None

    async def work(self, texts: list[Text], seconds: float) -> Record:
        """Type one text after another for so long."""
        self.record.began = time.monotonic()
        number = 0
        while time.monotonic() - self.record.began < seconds:
            self._upstream.task = number
            await self._type(texts[number % len(texts)], self.record.began + seconds)
            number += 1
        self.record.ended = time.monotonic()
        return self.record

    async def _type(self, text: Text, until: float) -> None:
        self._buffer = Buffer(text.before, text.after)
        self._screen = Screen(self._kind, self._buffer)
        self._truth = text.typed
        self._offset = 0
        self._upstream.oracle.begin(text.typed)
        self._upstream.oracle.typed(text.before, 0)
        self._asker.open(text, self._buffer)
        while self._offset < len(self._truth) and time.monotonic() < until:
            await self._next_key()
        self._stop_asking()
        self._tell()
        self._accepted_at = None
        self.record.flickers += self._screen.flickers
        await asyncio.sleep(1.0)
        self._asker.close()

    async def _next_key(self) -> None:
        shown, ghost = self._screen.shown, self._screen.ghost
        is_right = bool(shown) and self._truth.startswith(shown, self._offset)
        if is_right and ghost and self._person.takes(time.monotonic() - ghost.since, shown):
            self._accept(shown)
            await asyncio.sleep(self._person.reading())
            return
        char = self._truth[self._offset]
        slip = self._person.mistypes(char)
        if slip is not None:
            self._press(slip, on_track=False)
            await asyncio.sleep(self._person.gap(slip, line_ended=False))
            self._press("", delete=1)
            await asyncio.sleep(self._person.gap("", line_ended=False))
        text = char + self._indent_behind() if char == "\n" else char
        self._offset += len(text)
        self._press(text)
        await asyncio.sleep(self._person.gap(char, line_ended=char == "\n"))

    def _indent_behind(self) -> str:
        rest = self._truth[self._offset + 1 :]
        return rest[: len(rest) - len(rest.lstrip(" \t"))]

    def _press(self, text: str, *, delete: int = 0, on_track: bool = True) -> None:
        key = Key(time.monotonic())
        self.record.keys.append(key)
        self._edit(text, delete, on_track=on_track)
        key.carried = bool(self._screen.shown)
        self._ask_later(key, self._kind.delay)

    def _accept(self, shown: str) -> None:
        ghost = self._screen.ghost
        assert ghost is not None
        self._offset += len(shown)
        self.record.taken += 1
        self.record.taken_characters += len(shown)
        self._screen.ghost = None
        key = Key(time.monotonic(), accepts=True)
        self._edit(shown, 0, replaced=ghost.replaced)
        self._tell()
        self._asker.accepted(ghost.command)
        self._accepted_at = key.at
        self._ask_later(key, 0.0)

    def _edit(self, text: str, delete: int, *, replaced: int = 0, on_track: bool = True) -> None:
        self._untold.append(self._buffer.edit(self._kind, text, delete, replaced))
        self._tell_later()
        self._upstream.oracle.typed(self._buffer.before, self._offset, on_track=on_track)
        self._screen.typed()

    def _tell_later(self) -> None:
        if self._teller is not None:
            self._teller.cancel()
        wait = self._told_at + self._kind.holds - time.monotonic()
        if wait <= 0 or not self._kind.holds:
            self._tell()
        else:
            self._teller = self._loop.call_later(wait, self._tell)

    def _tell(self) -> None:
        """Tell of all changes that were not told yet."""
        if self._teller is not None:
            self._teller.cancel()
            self._teller = None
        if self._untold:
            changes, self._untold = self._untold, []
            self._told_at = time.monotonic()
            self._asker.change(changes, self._buffer.version)

    def _ask_later(self, key: Key, delay: float) -> None:
        if self._kind.cancels:
            for pending in self._pending:
                self._asker.cancel(pending.request)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(delay, self._ask, key)

    def _stop_asking(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def ask_again(self) -> None:
        """The server has something better for the place at which the cursor is."""
        if self.record.keys:
            self._ask_later(self.record.keys[-1], 0.0)

    def _ask(self, key: Key) -> None:
        buffer = self._buffer
        self._tell()
        key.asked = True
        pending = _Pending(0, buffer.version, key, time.monotonic(), len(self._upstream.asked))
        was_streaming = self._upstream.streaming > 0
        self._pending.append(pending)
        self.record.requests += 1
        pending.request = self._asker.ask(
            buffer, lambda reply: self._replied(pending, reply, was_streaming=was_streaming)
        )

    def _replied(self, pending: _Pending, reply: Reply, *, was_streaming: bool) -> None:
        self._pending.remove(pending)
        if reply.refused:
            self.record.refused += 1
            return
        if reply.items and not was_streaming and len(self._upstream.asked) == pending.streamed:
            self.record.stored.append(reply.at - pending.asked_at)
        pending.key.answered |= bool(self.record.keys) and pending.key is self.record.keys[-1]
        is_outdated = pending.version != self._buffer.version
        if is_outdated and self._kind.cancels:
            return
        first: Any = reply.items[0] if reply.items else None
        ghost = ghost_of(first, self._buffer, self._kind, reply.at) if first else None
        if is_outdated and ghost and not ghost.rest(self._buffer) and self._is_late(reply):
            self.record.stale += 1
        self.record.empty_after_accept += pending.key.accepts and not ghost
        self._screen.answered(ghost, is_null=reply.items is None)
        if self._screen.shown and ghost:
            self._ghost_came(pending.key, reply.at)

    def _is_late(self, reply: Reply) -> bool:
        return reply.at - self.record.keys[-1].at > ON_THE_WAY

    def _ghost_came(self, key: Key, at: float) -> None:
        if self._accepted_at is not None:
            self.record.accepts.append(at - self._accepted_at)
            self._accepted_at = None
        latest = self.record.keys[-1] if self.record.keys else key
        if key is latest and key.ghost_at is None:
            key.ghost_at = at
        elif not key.accepts and not latest.carried and latest.ghost_at is None:
            latest.ghost_at = at
