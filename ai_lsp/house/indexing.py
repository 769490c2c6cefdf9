"""Reads the workspace for the names that it declares, in the background and only where somebody makes use of them.

In: folders, and files that changed on disk. Out: `related.index` is filled. Files are read in a thread, a few at a time; no
link is followed, and nothing outside of the folders, hidden, ignored or excluded is read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path, PurePath

from ai_lsp.context.index import IndexedFile, indexed
from ai_lsp.context.library import Packed, packed
from ai_lsp.context.outline import family_of_path
from ai_lsp.context.related import RelatedCode
from ai_lsp.core.clock import Clock
from ai_lsp.providers.embedded.files import SourceFile, Workspace, is_left_out
from ai_lsp.providers.embedded.kinds import family_of_file

MAX_BYTES = 30_000_000
MAX_FILE_BYTES = 400_000
BUDGET = 60.0
"""Seconds after which reading stops, wherever it is."""
_BATCH = 4
"""Files that are read before others get their turn."""
_PAUSE = 0.005

_Read = tuple[str, IndexedFile, Packed]

log = logging.getLogger(__name__)


class Indexing:
    """Belongs to one event loop. Does nothing until somebody has said `want`."""

    def __init__(self, related: RelatedCode, clock: Clock, excluded: Callable[[str], bool]) -> None:
        self._related = related
        self._clock = clock
        self._excluded = excluded
        self._folders: tuple[str, ...] = ()
        self._wanted = False
        self._tasks: set[asyncio.Task[None]] = set()
        related.wanted, related.shown = self.want, self.shown

    def learn(self, folders: Sequence[Path]) -> None:
        """These are the workspace's folders now."""
        self._folders = tuple(str(folder.absolute()) for folder in folders)
        if self._wanted:
            self._begin()

    def want(self) -> None:
        """Somebody completes with code from elsewhere: read the workspace, once."""
        if not self._wanted:
            self._wanted = self._related.active = True
            self._begin()

    def changed_on_disk(self, paths: Sequence[Path]) -> None:
        """Read these files again; those that are gone are forgotten."""
        if not self._wanted:
            return
        inside = [str(path) for path in paths if any(path.is_relative_to(folder) for folder in self._folders)]
        self._start(self._read_again(inside))

    async def ready(self) -> None:
        """Wait until what was begun is done."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def aclose(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await self.ready()

    def shown(self, path: str) -> str:
        """A path below its workspace folder, with slashes; of a file elsewhere only the name."""
        pure = PurePath(path)
        for folder in self._folders:
            if pure.is_relative_to(folder):
                return pure.relative_to(folder).as_posix()
        return pure.name

    def _begin(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        self._related.index.clear()
        self._related.library.clear()
        self._related.index_ready = False
        if self._folders:
            self._start(self._fill())

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fill(self) -> None:
        end = self._clock.monotonic() + BUDGET
        workspace = Workspace(self._folders, MAX_BYTES, MAX_FILE_BYTES)
        files = await asyncio.to_thread(workspace.files)
        for first in range(0, len(files), _BATCH):
            if self._related.index.full or self._clock.monotonic() > end:
                log.info("the index is full; %d files of the workspace are not in it", len(files) - first)
                break
            self._add(await asyncio.to_thread(self._read, workspace, files[first : first + _BATCH]))
            await self._clock.sleep(_PAUSE)
        self._related.index_ready = True

    def _add(self, files: Sequence[_Read]) -> None:
        for path, file, text in files:
            self._related.index.add(path, file)
            self._related.library.add(path, text)

    def _read(self, workspace: Workspace, files: Sequence[SourceFile]) -> list[_Read]:
        found: list[_Read] = []
        for file in files:
            text = None if self._excluded(file.path) else workspace.text(file)
            family, shown = family_of_path(file.path), self.shown(file.path)
            entry = None if text is None else indexed(file.path, shown, text)
            if text is not None and entry is not None and family is not None:
                found.append((file.path, entry, packed(shown, family, text)))
        return found

    async def _read_again(self, paths: Sequence[str]) -> None:
        for path in paths:
            self._related.index.remove(path)
            self._related.library.remove(path)
        self._add(await asyncio.to_thread(self._read_those, paths))

    def _read_those(self, paths: Sequence[str]) -> list[_Read]:
        files = [SourceFile(path, "", 0) for path in paths if not is_excluded_by_name(path) and self._is_inside(path)]
        return self._read(Workspace(self._folders, MAX_BYTES, MAX_FILE_BYTES), files)

    def _is_inside(self, path: str) -> bool:
        """Whether there is a file that no link leads out of the folders."""
        file = Path(path)
        if not file.is_file() or file.is_symlink():
            return False
        return any(file.resolve().is_relative_to(Path(folder).resolve()) for folder in self._folders)


def is_excluded_by_name(path: str) -> bool:
    """Whether a file's name says that it is no source, hidden, made by a program, or a place for secrets."""
    name = PurePath(path).name
    family = family_of_file(name)
    return family is None or is_left_out(name, family)
