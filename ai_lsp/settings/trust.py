"""Which origins a person trusts beside those that their own file names: asked once, remembered, revocable.

In: an origin, and the person's answers. Out: whether a provider that an editor describes may be reached there. What must
never happen: an origin is trusted because the record of the answers is missing, broken, or was written by somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ai_lsp.core.errors import ConfigurationError


class PrivateFiles(Protocol):
    """Files that nobody else may read or write. `credentials/private_file.py` is one. They raise ConfigurationError."""

    def read(self, path: Path) -> bytes | None: ...

    def replace(self, path: Path, data: bytes) -> None: ...

    def locked(self, path: Path) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person said about an origin, and when (seconds since 1970)."""

    origin: str
    allowed: bool
    at: float


class Trust:
    """The answers in one file, none before `read`. `problem` says why they are not in force; None: they are.

    All but `allows` do I/O.
    """

    def __init__(self, path: Path, files: PrivateFiles, now: Callable[[], float]) -> None:
        self.path = path
        self.problem: str | None = None
        self._files = files
        self._now = now
        self._answers: Mapping[str, Answer] = {}

    def read(self) -> None:
        """Take over what another process may have written. Never raises."""
        try:
            self._answers, self.problem = self._on_disk(), None
        except ConfigurationError as error:
            self._answers, self.problem = {}, f"no address that an editor names is trusted: {error}"

    def allows(self, origin: str) -> bool | None:
        """None: the person has not been asked yet."""
        answer = self._answers.get(origin)
        return None if answer is None else answer.allowed

    def on_disk(self) -> list[Answer]:
        """The answers by their origins. Raises ConfigurationError where they cannot be read."""
        return sorted(self._on_disk().values(), key=lambda answer: answer.origin)

    def remember(self, origin: str, *, allowed: bool) -> None:
        """Raises ConfigurationError where it cannot be kept; it is not in force then either."""
        with self._files.locked(self.path):
            self._write({**self._on_disk(), origin: Answer(origin, allowed, self._now())})

    def revoke(self, origin: str) -> bool:
        """Forget the answer, whichever it was: the person will be asked again. False: there was none."""
        with self._files.locked(self.path):
            answers = self._on_disk()
            if origin not in answers:
                return False
            self._write({name: answer for name, answer in answers.items() if name != origin})
            return True

    def _on_disk(self) -> dict[str, Answer]:
        content = self._files.read(self.path)
        if content is None:
            return {}
        try:
            found: dict[str, Any] = json.loads(content)["origins"]
            return {origin: _answer(origin, **fields) for origin, fields in found.items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ConfigurationError(f"{self.path} is damaged; remove it, and you will be asked again") from None

    def _write(self, answers: Mapping[str, Answer]) -> None:
        found = {name: {"allowed": answer.allowed, "at": answer.at} for name, answer in sorted(answers.items())}
        self._files.replace(self.path, json.dumps({"origins": found}, indent=1).encode())
        self._answers = answers


def _answer(origin: str, allowed: object, at: object) -> Answer:
    if not isinstance(allowed, bool) or not isinstance(at, int | float):
        raise TypeError
    return Answer(origin, allowed, float(at))
