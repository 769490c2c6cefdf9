"""What can be set, and what is told of the engine's state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """`threshold` is the probability from which a suggestion is shown, `shortest` its least number of characters.

    With 0.7, nearly four of five suggestions are right (`./dev bench embedded_replay`). Sizes are bytes of source: `max_bytes`
    of the workspace, `max_file_bytes` of one file or open document. In a line of more than `max_line` characters there
    is no completion.
    `exclude` has the person's patterns of files that are not learned from, in the language of `.gitignore`.
    `build_seconds` is the time that reading the workspace may take; what was read by then is used.
    """

    threshold: float = 0.7
    shortest: int = 3
    max_bytes: int = 10_000_000
    max_file_bytes: int = 400_000
    max_line: int = 1000
    build_seconds: float = 30.0
    exclude: tuple[str, ...] = ()


class State(StrEnum):
    EMPTY = "empty"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EmbeddedStatus:
    """What was learned from the workspace: files, bytes of source, tokens, and the seconds that it took.

    `detail` is one line for the person: what was left out, or why the build failed. Open documents are used in any state.
    """

    state: State = State.EMPTY
    files: int = 0
    bytes: int = 0
    tokens: int = 0
    seconds: float = 0.0
    detail: str = ""
