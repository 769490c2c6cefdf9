"""Messages in a stream of bytes: the base protocol of LSP ("Base Protocol", Header Part and Content Part).

In: bytes, cut anywhere. Out: the bodies of the messages, and a `FramingError` for each place where the stream makes
no sense; reading then goes on at the next header. Never keeps more than one message of at most `MAX_BODY` bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_BODY = 64 * 1024 * 1024
"""Bytes. No editor sends documents of this size; a larger figure is a mistake or an attack."""

MAX_HEADER = 8 * 1024

_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
# Not bound to the start of a line: after a broken message, the next header follows on whatever is left of it. Text of
# a document cannot pose as a header, since a JSON string holds no raw line ending.
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,20})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FramingError:
    """One sentence without anything of the stream's content."""

    message: str


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class FrameDecoder:
    """Feed it what comes, take what is whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._body_length: int | None = None
        self._lost = False

    def feed(self, data: bytes) -> Iterator[bytes | FramingError]:
        self._buffer += data
        while True:
            found = self._header() if self._body_length is None else self._body(self._body_length)
            if isinstance(found, bytes | FramingError):
                yield found
            elif not found:
                return

    def _body(self, length: int) -> bytes | bool:
        if len(self._buffer) < length:
            return False
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._body_length = None
        return body

    def _header(self) -> FramingError | bool:
        """Whether a header was taken from the buffer, so that it is worth while to look for more."""
        end = _END_OF_HEADER.search(self._buffer)
        if end is None:
            return self._skip_overlong()
        lengths = _LENGTH.findall(self._buffer, 0, end.start())
        del self._buffer[: end.end()]
        if not lengths:
            return self._get_lost("a header without Content-Length was skipped")
        length = int(lengths[-1])
        if length > MAX_BODY:
            return self._get_lost(f"a message of {length} bytes was skipped; at most {MAX_BODY} are read")
        self._body_length = length
        self._lost = False
        return True

    def _skip_overlong(self) -> FramingError | bool:
        if len(self._buffer) <= MAX_HEADER:
            return False
        del self._buffer[: -MAX_HEADER // 2]
        return self._get_lost("a header without end was skipped") if not self._lost else False

    def _get_lost(self, message: str) -> FramingError | bool:
        """Reported once: what follows a broken header is broken, too, until the next good one."""
        if self._lost:
            return True
        self._lost = True
        return FramingError(message)
