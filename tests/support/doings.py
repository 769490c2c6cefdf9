"""What code of ours does to the machine that no code of ours may do, seen by Python's own audit events (PEP 578).

Watches this process from `watch` on. A program is started by us where one of our files stands on the stack; text is made
into code by us where one of our files asks for it itself (libraries do so when they are imported: `dataclasses` for one).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final

import ai_lsp

OURS: Final = f"{Path(ai_lsp.__file__).parent}/"
STARTS: Final = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn"}
)
CODE: Final = frozenset({"compile", "exec", "pickle.find_class", "marshal.loads", "ctypes.dlopen"})
ALLOWED: Final = {
    f"{OURS}providers/embedded/background.py": "this Python with our own module: reads the workspace beside the server",
    f"{OURS}cli/environment.py": "`ai-lsp doctor` asks the person's Neovim for its version",
    f"{OURS}cli/demo/client.py": "`ai-lsp demo` starts our own server",
}
"""The places that start a program, and which."""

_watching: list[list[str]] = []


def _seen(event: str, _: tuple[object, ...]) -> None:
    if not _watching or event not in _EVENTS:
        return
    frames = _frames(sys._getframe(1))
    found = next(frames, "") if event in CODE else next((file for file in frames if file.startswith(OURS)), "")
    if found.startswith(OURS) and found not in ALLOWED:
        _watching[-1].append(f"{event} in {found}")
        raise PermissionError(f"{event} in {found}: our code starts no program and makes no code of text")


_EVENTS = STARTS | CODE


def _frames(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back


sys.addaudithook(_seen)


def watch() -> list[str]:
    """From now on, until `unwatch`, what is forbidden raises PermissionError and is written down in this list."""
    _watching.append([])
    return _watching[-1]


def unwatch() -> None:
    _watching.pop()
