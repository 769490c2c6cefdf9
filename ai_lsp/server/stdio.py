"""Takes the process's standard input and output for the protocol, so that nothing else can touch them.

Afterwards descriptor 1 is the error output: a stray `print`, also one in C, ends up in the log and not in the middle of
a message. Descriptor 0 is empty: a library that prompts for something gets an end of file instead of the editor's
messages. Both for this process and for any that it may start.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pipes:
    """File descriptors that belong to the protocol alone."""

    source: int
    target: int


def take_over() -> Pipes:
    """To be called once, before anything else is started."""
    if sys.stdout is not None:
        sys.stdout.flush()
    nothing = os.open(os.devnull, os.O_RDWR)
    pipes = Pipes(_move(0, nothing), _move(1, _error_output(nothing)))
    os.close(nothing)
    return pipes


def _move(standard: int, replacement: int) -> int:
    """The number under which a standard descriptor goes on, now that `replacement` stands in its place."""
    try:
        moved = os.dup(standard)
    except OSError:  # the process was started without it: an end of file, or nobody who reads
        moved = os.open(os.devnull, os.O_RDWR)
    os.dup2(replacement, standard)
    return moved


def _error_output(otherwise: int) -> int:
    try:
        os.fstat(2)
    except OSError:
        return otherwise
    return 2
