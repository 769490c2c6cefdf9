"""What a stream can show. In: a stream and the environment. Out: whether it is a terminal, and colours that may be none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO


class Style(StrEnum):
    """Escape sequences (ECMA-48, "Select Graphic Rendition")."""

    RED = "\x1b[31m"
    GREEN = "\x1b[32m"
    YELLOW = "\x1b[33m"
    CYAN = "\x1b[36m"
    BOLD = "\x1b[1m"
    DIM = "\x1b[2m"
    FAINT = "\x1b[90m"
    REVERSED = "\x1b[7m"


_PLAIN = "\x1b[0m"


def is_live(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody looks at a terminal that can be drawn on."""
    return stream.isatty() and environment.get("TERM") not in (None, "", "dumb") and not environment.get("CI")


def has_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """A terminal, unless the person wants no colour (no-color.org)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def styled(text: str, style: Style, colour: bool) -> str:
    return f"{style}{text}{_PLAIN}" if colour and text else text


def can_print(text: str, stream: TextIO) -> bool:
    """Whether the stream's encoding has all of these characters."""
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
