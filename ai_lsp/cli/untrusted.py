"""Text that others wrote, made harmless for a terminal.

In: answers of models, messages of services. Out: the same text without control characters and escape sequences, but for
line feeds and tabs. What must never happen: a model's answer moves the cursor, sets the clipboard or a title, or shows
text in another order than it has.
"""

from __future__ import annotations

import re

_LONGEST = 200
"""Characters of a sequence that are taken to belong to it. ECMA-48 sets no limit; what is longer, or never ends, is shown as text."""
_STRING = rf"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{{0,{_LONGEST}}}"
_CONTROL = rf"(?:\x1b\[|\x9b)[0-?]{{0,{_LONGEST}}}[ -/]{{0,{_LONGEST}}}"
_OTHER = rf"\x1b[ -/]{{0,{_LONGEST}}}"

_SEQUENCE = re.compile(
    rf"{_STRING}(?:\x07|\x1b\\|\x9c)|{_CONTROL}[@-~]|{_OTHER}[0-OQ-WYZ\\`-~]"
    # every control character but tab and line feed, and what turns the direction of text around
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
_UNFINISHED = re.compile(rf"(?:{_STRING}\x1b?|{_CONTROL}|{_OTHER})\Z")


def plain(text: str) -> str:
    """What may be printed of a whole text."""
    return _SEQUENCE.sub("", text)


def one_line(text: str) -> str:
    """The same, in one line."""
    return " ".join(plain(text).split())


class PlainStream:
    """The same for text that comes in pieces: a sequence may be cut anywhere."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """What may be printed by now."""
        text = self._held + piece
        begun = _UNFINISHED.search(text)
        cut = begun.start() if begun else len(text)
        self._held = text[cut:]
        return plain(text[:cut])

    def end(self) -> str:
        """The rest."""
        held, self._held = self._held, ""
        return plain(held)
