"""What was changed, by whom and when: configuration, trust and keys, as a chain that shows where somebody broke it.

In: a kind and its details. Out: one JSON object per line, only ever appended to; each holds the hash of the one before it.
What must never happen: the value of a secret in an entry; two processes that write at once break the chain; a damaged
line keeps the server from going on.

The chain proves that nobody changed, removed or reordered entries behind our back without writing everything after them
anew, and a second file beside it knows how long it was. Against somebody who rewrites both it proves nothing: whoever has
the person's own rights can do that.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.observe.scrub import Scrubber

Details = Mapping[str, Any]
"""JSON values, without those of secrets."""

_START = "0" * 64
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """`number` counts from 1. `at` is UTC, as ISO 8601."""

    number: int
    at: str
    kind: str
    detail: Details


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problem` names the first broken entry, as a sentence; None: the chain of `entries` entries is whole."""

    entries: int
    problem: str | None = None


class AuditLog:
    """The file at `path`. `locked` keeps other processes out while it is held. Everything here does I/O."""

    def __init__(
        self, path: Path, locked: Callable[[Path], AbstractContextManager[None]], now: Callable[[], float]
    ) -> None:
        self.path = path
        self._head = path.with_suffix(".head")
        self._locked = locked
        self._now = now
        self._scrubber = Scrubber()

    @property
    def way_out(self) -> str:
        """What to do about a record that is not as it was written."""
        return f"find out who changed it, then move it and {self._head.name} beside it away: a new record begins"

    def record(self, kind: str, detail: Details) -> None:
        """Append an entry. Raises ConfigurationError where that is not possible."""
        with self._locked(self.path):
            try:
                self._append(kind, detail)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise ConfigurationError(f"the audit record {self.path} cannot be written ({reason})") from None

    def entries(self) -> Iterator[Entry]:
        """All that can be read, oldest first. Raises ConfigurationError where the file itself cannot be read."""
        for line in self._lines():
            if (fields := _parse(line)) is not None:
                yield Entry(fields["number"], fields["at"], fields["kind"], fields["detail"])

    def last(self, kind: str) -> Entry | None:
        """The newest entry of a kind."""
        found = None
        for entry in self.entries():
            if entry.kind == kind:
                found = entry
        return found

    def verify(self) -> Verdict:
        """Whether every entry is as it was written. Raises ConfigurationError where the file cannot be read."""
        before, count = _START, 0
        for count, line in enumerate(self._lines(), start=1):
            if (problem := _fault(line, count, before)) is not None:
                return Verdict(count, f"entry {count} {problem}")
            before = _hash_of(line)
        written, head = self._written()
        if count < written:
            gone = f"entries {count + 1} to {written} are" if written - count > 1 else f"entry {written} is"
            return Verdict(count, f"{gone} missing at the end")
        if count == written and count and head != before:
            return Verdict(count, f"entry {count} is not the one that was written")
        return Verdict(count)

    def _append(self, kind: str, detail: Details) -> None:
        before, number, torn = _START, 1, False
        for line in self._lines():
            before, number, torn = _hash_of(line), number + 1, not line.endswith(b"\n")
        at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")
        entry = {"number": number, "at": at, "kind": kind, "detail": self._scrubbed(detail), "previous": before}
        line = _canonical({**entry, "hash": _digest(before, entry)}) + b"\n"
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINKS | _BINARY, 0o600)
        try:
            os.write(file, b"\n" + line if torn else line)
            os.fsync(file)
        finally:
            os.close(file)
        self._note_head(number, _hash_of(line))

    def _note_head(self, count: int, head: str) -> None:
        draft = self._head.with_name(f"{self._head.name}.new")
        with suppress(FileNotFoundError):
            draft.unlink()
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS | _BINARY, 0o600)
        try:
            os.write(file, f"{count} {head}\n".encode())
        finally:
            os.close(file)
        draft.replace(self._head)

    def _written(self) -> tuple[int, str]:
        """How many entries there were, and the hash of the last one, when one was last written."""
        try:
            count, _, head = self._head.read_text("ascii").strip().partition(" ")
            return int(count), head
        except (OSError, ValueError):
            return 0, ""

    def _lines(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                yield from (line for line in file if line.strip())
        except FileNotFoundError:
            return
        except OSError as error:
            raise ConfigurationError(f"{self.path} cannot be read ({error.strerror}); see who owns it") from None

    def _scrubbed(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._scrubber.scrub(value)
        if isinstance(value, Mapping):
            return {self._scrubber.scrub(str(name)): self._scrubbed(below) for name, below in value.items()}
        return [self._scrubbed(below) for below in value] if isinstance(value, list | tuple) else value


def _fault(line: bytes, number: int, before: str) -> str | None:
    fields = _parse(line)
    if fields is None:
        return "cannot be read"
    if fields["number"] != number:
        return f"is missing, or was moved: number {fields['number']} stands in its place"
    body = {name: value for name, value in fields.items() if name != "hash"}
    if _digest(fields["previous"], body) != fields["hash"]:
        return "was changed"
    if fields["previous"] != before:
        return "does not follow the one before it"
    return None


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
        names = ("number", "at", "kind", "detail", "previous", "hash")
        kinds = (int, str, str, dict, str, str)
        right = all(isinstance(fields[name], kind) for name, kind in zip(names, kinds, strict=True))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return fields if right and set(fields) == set(names) else None


def _hash_of(line: bytes) -> str:
    """What the next entry follows. A damaged line has a hash too, so that the chain goes on behind it."""
    fields = _parse(line)
    return hashlib.sha256(line.strip()).hexdigest() if fields is None else str(fields["hash"])


def _digest(before: str, entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(before.encode() + b"\n" + _canonical(entry)).hexdigest()


def _canonical(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
