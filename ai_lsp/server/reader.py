"""The reader thread. In: a file descriptor. Out: parsed messages, in order, handed to `deliver`; `END` comes last.

It never touches the protocol's state. Whoever consumes the messages says `taken()` for each: when it lags behind, the
thread waits, the pipe fills up, and the editor has to wait as well, so that memory stays bounded.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from ai_lsp.server.framing import FrameDecoder, FramingError

CHUNK = 64 * 1024
MAX_WAITING = 64
"""Messages that are read ahead of their handling."""

END: Final = "end of input"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that is no message. `parse_error`: it was framed well, but is not JSON."""

    message: str
    parse_error: bool


@dataclass(frozen=True, slots=True)
class Parsed:
    """Any JSON value: whether it is a message is found out by the protocol."""

    value: Any


Incoming = Parsed | Unreadable | Literal["end of input"]


def parse(body: bytes | FramingError) -> Parsed | Unreadable:
    if isinstance(body, FramingError):
        return Unreadable(body.message, parse_error=False)
    try:
        return Parsed(_from_json(body.decode("utf-8", "surrogatepass")))
    except (ValueError, RecursionError):  # bad JSON, bad UTF-8, endless numbers; nested without measure
        return Unreadable("a message was not valid JSON", parse_error=True)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON


_from_json = json.JSONDecoder(parse_constant=_refuse_constant).decode


class Reader:
    """Started once. `deliver` is called on the reader's own thread."""

    def __init__(self, source: int, deliver: Callable[[Incoming], None]) -> None:
        self._source = source
        self._deliver = deliver
        self._free = threading.Semaphore(MAX_WAITING)
        self._thread = threading.Thread(target=self._run, name="ai-lsp reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def taken(self) -> None:
        """One of the delivered messages has been handled."""
        self._free.release()

    def _run(self) -> None:
        decoder = FrameDecoder()
        while data := self._read():
            for found in decoder.feed(data):
                self._free.acquire()
                self._deliver(parse(found))
        self._deliver(END)

    def _read(self) -> bytes:
        try:
            return os.read(self._source, CHUNK)
        except OSError:  # closed under our feet: the same as its end
            return b""
