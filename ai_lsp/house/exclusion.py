"""Which open documents no model sees: by name, by the person's patterns, by `.aiignore` files of the workspace.

In: what the editor opens, the workspace's folders and the settings. Out: the reason why a document is excluded, or None.
Of the disk only `.aiignore` files inside the workspace are read, in a thread. What must never happen: a document counts as
allowed because finding out failed, or before it was found out.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ai_lsp.context.exclude import (
    IGNORE_FILE,
    Patterns,
    excluded,
    folders_between,
    is_secret_file,
    named_by,
    patterns,
)
from ai_lsp.core.clock import Clock
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import DocumentSnapshot, Edit

_FRESH = 2.0
"""Seconds that an answer holds while no `.aiignore` changes: a link may lead somewhere else by then."""
_AHEAD = 0.25
"""Seconds that a look at the `.aiignore` files which was begun with an edit may be old when the request behind it comes."""
_LARGEST = 100_000
_NAME = "the `exclude` patterns of [privacy]"


@dataclass(frozen=True, slots=True)
class _Found:
    reason: Silence | None
    until: float


Stamps = dict[str, tuple[int, int, int] | None]
"""The `.aiignore` files that were looked for, as they were then. None: there was none."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """`changed`: whether they are other ones than `stamps` says."""

    changed: asyncio.Future[bool]
    stamps: Stamps
    at: float


class Exclusion(DocumentObserver):
    """Belongs to one event loop. `globs` is asked for each look at a document; `changed` is called when the rules of the
    workspace are found to be other ones than before.
    """

    def __init__(
        self, globs: Callable[[], Sequence[str]], clock: Clock, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._globs = globs
        self._clock = clock
        self._changed = changed
        self._stamps: Stamps = {}
        self._ahead: _Looked | None = None
        self._folders: tuple[str, ...] = ()
        self._found: dict[str, _Found] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}

    def within(self, folders: Sequence[Path]) -> None:
        """The workspace's folders from now on."""
        self._folders = tuple(_posix(str(folder.absolute())) for folder in folders)
        self.again()

    def again(self) -> None:
        """What was found out may no longer hold: find it out anew."""
        uris = list(self._found)
        self._found.clear()
        for uri in uris:
            self._start_looking(uri)

    def opened(self, document: DocumentSnapshot) -> None:
        """Find out before somebody asks."""
        self._start_looking(document.uri)

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        """What a file is excluded for does not stand in it, but an editor may be about to ask."""
        if self._stamps:
            looked = asyncio.get_running_loop().run_in_executor(None, _have_changed, self._stamps)
            self._ahead = _Looked(looked, self._stamps, self._clock.monotonic())

    def closed(self, uri: str) -> None:
        self._found.pop(uri, None)
        task = self._looking.pop(uri, None)
        if task is not None:
            task.cancel()

    def allows(self, uri: str) -> bool:
        """Whether a document is known not to be excluded, without looking."""
        found = self._found.get(uri)
        return found is not None and found.reason is None

    async def reason(self, uri: str) -> Silence | None:
        """Why no model may see the document at this address, or None. A changed `.aiignore` is in force at once: a look at
        them is as young as this question, or as the last edit, if that was a moment ago.
        """
        stamps = self._stamps
        # of several who see it, one tells: the others would stop what has begun under the new rules
        if await self._have_changed(stamps) and stamps is self._stamps:
            self._stamps = {}
            self.again()
            self._changed()
        found = self._found.get(uri)
        if found is None or self._clock.monotonic() >= found.until:
            reason = await self._reason(uri)
            found = self._found[uri] = _Found(reason, self._clock.monotonic() + _FRESH)
        return found.reason

    async def _have_changed(self, stamps: Stamps) -> bool:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.stamps is stamps and self._clock.monotonic() - ahead.at <= _AHEAD:
            return await ahead.changed
        return await asyncio.to_thread(_have_changed, stamps)

    def forbids(self, path: str) -> bool:
        """Whether no model may see a file. Looks at the disk, for callers in a thread; what fails is forbidden."""
        try:
            return _look(_posix(path), self._folders, tuple(self._globs()), self._stamps) is not None
        except Exception:  # noqa: BLE001  # as above
            return True

    async def of_file(self, file: Path, folder: Path) -> Silence | None:
        """The same for a file that the person names, which belongs to a workspace of its own. Both are absolute paths."""
        return await self._asked(_posix(str(file)), (_posix(str(folder)),), {})

    async def _reason(self, uri: str) -> Silence | None:
        path = named_by(uri)
        return None if path is None else await self._asked(_posix(path), self._folders, self._stamps)

    async def _asked(self, path: str, folders: Sequence[str], stamps: Stamps) -> Silence | None:
        try:
            why = await asyncio.to_thread(_look, path, folders, tuple(self._globs()), stamps)
        except Exception as error:  # noqa: BLE001  # whatever goes wrong here, the file stays where it is
            return Silence(Reason.EXCLUDED, f"whether it may be used could not be found out: {error}")
        return None if why is None else Silence(Reason.EXCLUDED, why)

    def _start_looking(self, uri: str) -> None:
        task = self._looking[uri] = asyncio.get_running_loop().create_task(self._look_first(uri))
        task.add_done_callback(lambda done: self._looked(uri, done))

    async def _look_first(self, uri: str) -> None:
        await self.reason(uri)

    def _looked(self, uri: str, done: asyncio.Task[None]) -> None:
        if self._looking.get(uri) is done:
            del self._looking[uri]


def _have_changed(stamps: Stamps) -> bool:
    return any(_stamp(path) != stamp for path, stamp in tuple(stamps.items()))


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # one for every folder at every request: no object is made for it
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _look(path: str, folders: Sequence[str], globs: Sequence[str], stamps: Stamps) -> str | None:
    """In a thread: why a file is excluded. A link is as secret as what it leads to."""
    path = _posix(os.path.normpath(path))
    own = patterns(_NAME, map(os.path.expanduser, globs)) if globs else None
    folder = max((one for one in folders if folders_between(one, path)), key=len, default=None)
    places = [] if folder is None else folders_between(folder, path)
    why = excluded(path, folder, own, [(place, found) for place in places if (found := _rules(place, stamps))])
    if why is None and folder is not None and is_secret_file(_posix(os.path.realpath(path))):
        return "it is a link to a file whose name is one of those that hold secrets"
    return why


def _rules(folder: str, stamps: Stamps) -> Patterns | None:
    path = f"{folder.rstrip('/')}/{IGNORE_FILE}"
    stamps.setdefault(path, _stamp(path))  # before it is read; an older one shows that what was read is out of date
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            text = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{path} cannot be read ({error})") from error
    if len(text) > _LARGEST:
        raise ValueError(f"{path} has more than {_LARGEST} characters")
    try:
        return patterns(path, text.splitlines())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _posix(path: str) -> str:
    return path.replace("\\", "/") if os.name == "nt" or path[1:3] == ":\\" else path
