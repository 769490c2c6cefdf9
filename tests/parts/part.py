"""What a real part is: a program that the tests use but the project does not ship."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class PartMissingError(Exception):
    """A part cannot be had. `str(error)` is one line that says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One program, and the three places where it may be: an environment variable, `.parts`, PATH."""

    name: str
    """As in `python -m tests.parts NAME`, and the name of its folder in `.parts`."""
    variable: str
    """The environment variable that names the program outright, such as AI_LSP_NVIM."""
    program: str
    """Its name on PATH."""
    inside: str
    """Where it stands in its folder in `.parts`; made last, so that an interrupted fetch does not count."""
    version: Callable[[Path], str | None]
    """The version of the program at a path; None where it does not run or is too old."""
    fetch: Callable[[Path], None]
    """Put the program into a folder. Raises PartMissingError."""


def version_said(program: Path, pattern: str) -> str | None:
    """What a program says of itself with `--version`: the first group of the pattern. None: it does not run, or says it
    otherwise.
    """
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(pattern, done.stdout + done.stderr, re.MULTILINE)
    return found[1] if found else None
