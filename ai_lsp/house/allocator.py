"""Keeps the process small: what was freed goes back to the system. Only the C library of most Linux systems needs this word.

Learning a workspace allocates and frees large arrays. glibc raises, with each that is freed, the size from which it asks the
system for room of its own, and then keeps what lies between smaller things (mallopt(3), "M_MMAP_THRESHOLD").
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_SIZE: Final = 1024 * 1024
"""Bytes. glibc begins with an eighth of it; naming any keeps it from rising, and this one keeps texts of open documents cheap."""


def keep_small() -> None:
    """Does nothing where the C library is another one."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    for parameter, value in ((_M_MMAP_THRESHOLD, _SIZE), (_M_TRIM_THRESHOLD, _SIZE), (_M_ARENA_MAX, 1)):
        mallopt(parameter, value)
