"""Bytes into events: server-sent events, and one JSON document a line.

In: pieces of a body, cut anywhere. Out: the same events, however they were cut. What must never happen: a line is split
at anything but LF, CR or CRLF (U+2028 may stand raw inside a JSON string), or a service makes us hold more than a line
of `MAX_LINE` bytes.

Rules: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation. Two things are done
differently, because services do: an event at the end of the body needs no blank line, and a JSON document that stands
in the stream without `data:` is an event of its own (this is how errors arrive in the middle of some streams).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

from ai_lsp.core.errors import ProtocolError

MAX_LINE = 1_000_000
"""Bytes."""

MAX_STRAY = 16_384
"""Bytes of a document that stands in the stream without `data:`. It is read anew at each line, so it has to be small."""

_BOM = b"\xef\xbb\xbf"
_LF = 10


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """`event` is empty where the service named none."""

    data: str
    event: str = ""


class Decoder(Protocol):
    def feed(self, chunk: bytes) -> list[ServerEvent]: ...

    def end(self) -> list[ServerEvent]:
        """What is left when the body has ended in good order."""


class LineSplitter:
    """Whole lines out of pieces of a body, without their line endings. Raises ProtocolError for a line without end."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._held: list[bytes] = []
        self._size = 0
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[bytes]:
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk[0] == _LF:
                chunk = chunk[1:]
        if not chunk:
            return []
        # splitlines of bytes, unlike that of str, knows no other line endings than these three
        lines = chunk.splitlines()
        if self._size + len(chunk) > self._limit and max(self._size + len(lines[0]), *map(len, lines)) > self._limit:
            raise ProtocolError(f"a line of the answer is longer than {self._limit} bytes")
        self._after_cr = chunk.endswith(b"\r")
        tail = b"" if self._after_cr or chunk.endswith(b"\n") else lines.pop()
        if lines and self._held:
            lines[0] = b"".join((*self._held, lines[0]))
            self._held, self._size = [], 0
        if tail:
            self._held.append(tail)
            self._size += len(tail)
        return lines

    def end(self) -> list[bytes]:
        """The last line, where it has no line ending."""
        held, self._held, self._size = b"".join(self._held), [], 0
        return [held] if held else []


class SSEDecoder:
    """Server-sent events. Comments, `id` and `retry` are dropped: nothing here reconnects."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._lines = LineSplitter(limit)
        self._limit = limit
        self._first = True
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        self._stray: list[str] = []

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        return self._events(self._lines.feed(chunk))

    def end(self) -> list[ServerEvent]:
        events = self._events(self._lines.end())
        self._dispatch(events)
        return events

    def _events(self, lines: list[bytes]) -> list[ServerEvent]:
        events: list[ServerEvent] = []
        for line in lines:
            if self._first:
                self._first = False
                line = line.removeprefix(_BOM)  # noqa: PLW2901  # only the first line of all can start with it
            self._line(line, events)
        return events

    def _line(self, line: bytes, events: list[ServerEvent]) -> None:
        if self._stray or line[:1] in {b"{", b"["}:
            self._stray_line(line, events)
        elif not line:
            self._dispatch(events)
        elif line.startswith(b"data"):
            self._field(line[4:])
        elif line.startswith(b"event"):
            self._event = _value(line[5:]) or ""

    def _field(self, rest: bytes) -> None:
        value = _value(rest)
        if value is None:
            return
        self._size += len(rest)
        if self._size > self._limit:
            raise ProtocolError(f"an event of the answer is longer than {self._limit} bytes")
        self._data.append(value)

    def _dispatch(self, events: list[ServerEvent]) -> None:
        if self._data:
            events.append(ServerEvent("\n".join(self._data), self._event))
            self._data.clear()
        self._event, self._size = "", 0

    def _stray_line(self, line: bytes, events: list[ServerEvent]) -> None:
        self._stray.append(line.decode(errors="replace"))
        self._size += len(line)
        if self._size > MAX_STRAY:
            raise ProtocolError("the answer holds lines that belong to no event")
        if line.rstrip()[-1:] in {b"}", b"]"} and _is_json(document := "\n".join(self._stray)):
            events.append(ServerEvent(document))
            self._stray.clear()
            self._size = 0


class NDJSONDecoder:
    """One JSON document a line. Empty lines are dropped."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._lines = LineSplitter(limit)

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        return [ServerEvent(line.decode(errors="replace")) for line in self._lines.feed(chunk) if line.strip()]

    def end(self) -> list[ServerEvent]:
        return [ServerEvent(line.decode(errors="replace")) for line in self._lines.end() if line.strip()]


class WholeBody:
    """The whole body as one event: what a service sends that did not stream although it was asked to."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        self._pieces.append(chunk)
        return []

    def end(self) -> list[ServerEvent]:
        return [ServerEvent(b"".join(self._pieces).removeprefix(_BOM).decode(errors="replace"))]


def _value(rest: bytes) -> str | None:
    """A field's value, from what follows its name. None: the name only began like the one that was looked for."""
    if rest[:1] == b":":
        return rest[2 if rest[1:2] == b" " else 1 :].decode(errors="replace")
    return None if rest else ""


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
