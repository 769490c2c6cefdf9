"""Code from elsewhere that may help at a place, ready before it is asked for.

In: a context, the open documents, the index, recent edits. Out: snippets, the most helpful first. They are worked out in a
thread and kept for each document; a request takes what is there and waits a moment only where nothing is there yet.
While somebody types, they stay the same, so that services find the beginning of the prompt in their caches. What must never
happen: a request waits for a source that hangs, or an excluded file is shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

from ai_lsp.context.definitions import View, definitions, imports_of, near_names, siblings
from ai_lsp.context.edits import REST, EditedLines, EditLog
from ai_lsp.context.index import SymbolIndex
from ai_lsp.context.library import Library
from ai_lsp.context.outline import family_of_language, outline
from ai_lsp.context.paths import path_of
from ai_lsp.context.similar import SimilarCode
from ai_lsp.context.uses import Spot, uses
from ai_lsp.core.clock import Clock
from ai_lsp.core.context import CodeContext, Snippet, SnippetKind
from ai_lsp.core.text import DocumentSnapshot
from ai_lsp.documents.store import Documents

DEADLINE = 0.030
"""Seconds that a request waits for its first snippets."""
FAR = 32
"""Lines that the cursor may move before they are worked out anew."""
ELSEWHERE = 4 * FAR
"""Lines from which on what is there is of no use: a request waits for better."""
MOVED = 8
"""Lines that it must have moved, or another document been edited, for a rest to be used to work them out anew."""
MOST_LINES = 20_000
"""Larger documents are left out: they are data more often than code."""
_AROUND_EDIT = 3
_MOST_EDITS = 4
_MOST_EDITED_LINES = 24
_MOST_KEPT = 64

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Snippets, and what they were worked out from."""

    snippets: tuple[Snippet, ...]
    line: int
    imports: tuple[str, ...]
    index_ready: bool
    rests: int
    last_change: float


@dataclass(frozen=True, slots=True)
class _Work:
    """All that the thread needs; nothing in it changes."""

    context: CodeContext
    key: str
    path: str
    others: tuple[tuple[str, DocumentSnapshot], ...]
    edits: tuple[Snippet, ...]


class RelatedCode:
    """`edits` must be an observer of `documents`. `excluded` says of a path whether its text may never leave. `index_ready` is
    set by whoever fills `index`, once all files are in.
    """

    def __init__(
        self,
        documents: Documents,
        edits: EditLog,
        clock: Clock,
        excluded: Callable[[str], bool],
    ) -> None:
        self.index = SymbolIndex()
        self.library = Library()
        self.index_ready = False
        self.active = False
        """Whether anybody makes use of snippets."""
        self._documents = documents
        self._edits = edits
        self._clock = clock
        self._excluded = excluded
        self.shown: Callable[[str], str] = lambda path: PurePath(path).name
        """The path as a prompt may name it."""
        self.wanted: Callable[[], None] = lambda: None
        """Called when somebody asks for snippets."""
        self._similar = SimilarCode()
        self._kept: dict[str, _Kept] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def snippets(self, context: CodeContext) -> tuple[Snippet, ...]:
        """What is known by now, within `DEADLINE` in any case."""
        self.active = True
        self.wanted()
        kept = self._kept.get(context.uri)
        if kept is None or self._is_stale(kept, context):
            task = self._refresh(context)
            if kept is None or abs(context.position.line - kept.line) > ELSEWHERE:
                await self._wait(task)
                kept = self._kept.get(context.uri)
        return () if kept is None else kept.snippets

    def lacks(self, uri: str, line: int) -> bool:
        """Whether a request for this line would have to wait, where anybody makes use of snippets."""
        kept = self._kept.get(uri)
        return self.active and (kept is None or self._is_far(kept, line))

    def forget(self, uri: str) -> None:
        """Work out what belongs to a document anew when it is asked for next."""
        self._kept.pop(uri, None)

    def forget_all(self) -> None:
        """The same for every document; what is being worked out now is not kept."""
        for task in self._tasks.values():
            task.cancel()
        self._kept.clear()

    async def settled(self) -> None:
        """Wait until nothing is being worked out."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def aclose(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    def _is_stale(self, kept: _Kept, context: CodeContext) -> bool:
        last = self._edits.last_change
        resting = self._clock.monotonic() - last >= REST and last != kept.last_change
        rested = resting or self._edits.rests != kept.rests
        elsewhere = max((group.at for group in self._edits.recent() if group.uri != context.uri), default=0.0)
        moved = abs(context.position.line - kept.line) >= MOVED
        return (
            self._is_far(kept, context.position.line)
            or (rested and (moved or elsewhere > kept.last_change))
            or kept.imports != context.imports
            or kept.index_ready != self.index_ready
        )

    @staticmethod
    def _is_far(kept: _Kept, line: int) -> bool:
        return abs(line - kept.line) > FAR

    def _refresh(self, context: CodeContext) -> asyncio.Task[None]:
        task = self._tasks.get(context.uri)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._work_out(context))
            self._tasks[context.uri] = task
            task.add_done_callback(lambda _: self._tasks.pop(context.uri, None))
        return task

    async def _wait(self, task: asyncio.Task[None]) -> None:
        alarm = asyncio.get_running_loop().create_task(self._clock.sleep(DEADLINE))
        try:
            await asyncio.wait((task, alarm), return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()

    async def _work_out(self, context: CodeContext) -> None:
        ready, rests, last = self.index_ready, self._edits.rests, self._edits.last_change
        try:
            snippets = await asyncio.to_thread(
                _snippets, self._gathered(context), self.index, self._similar, self.library
            )
        except Exception:  # a source that fails costs its snippets, never the completion
            log.exception("no code from elsewhere for %s", context.uri)
            snippets = ()
        self._kept.pop(context.uri, None)
        self._kept[context.uri] = _Kept(snippets, context.position.line, context.imports, ready, rests, last)
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def _gathered(self, context: CodeContext) -> _Work:
        others: list[tuple[str, DocumentSnapshot]] = []
        for uri in reversed(self._documents.open_uris()):
            path = path_of(uri)
            document = self._documents.snapshot(uri)
            if uri == context.uri or path is None or document is None or self._excluded(path):
                continue
            if len(document.lines) <= MOST_LINES:
                others.append((self.shown(path), document))
        edits = (self._edited(group, context) for group in self._edits.recent())
        found = [snippet for snippet in edits if snippet is not None][:_MOST_EDITS]
        path = context.path
        return _Work(context, path or context.uri, self.shown(path) if path else "", tuple(others), tuple(found))

    def _edited(self, group: EditedLines, context: CodeContext) -> Snippet | None:
        """The lines of an edit as they are now; nothing of what is at the cursor anyway."""
        path, document = path_of(group.uri), self._documents.snapshot(group.uri)
        if path is None or document is None or self._excluded(path):
            return None
        if group.uri == context.uri and group.first - FAR <= context.position.line <= group.last + FAR:
            return None
        first = max(group.first - _AROUND_EDIT, 0)
        lines = document.lines[first : min(group.last + _AROUND_EDIT + 1, first + _MOST_EDITED_LINES)]
        text = "".join(lines).replace("\r\n", "\n").strip("\n")
        return Snippet(self.shown(path), text, SnippetKind.EDIT, first) if text.strip() else None


def _snippets(work: _Work, index: SymbolIndex, similar: SimilarCode, library: Library) -> tuple[Snippet, ...]:
    """Runs in a thread: reads what was gathered and nothing that may change."""
    context = work.context
    document, line = context.document, context.position.line
    view = View(work.key, work.path, line, context.imports, near_names(document.lines, line))
    family = family_of_language(context.language)
    small = len(document.lines) <= MOST_LINES
    own = siblings(view, outline(document.lines, family)) if family is not None and small else None
    alike = similar.find(document, line, work.path, work.others) if small else []
    used = (
        uses(Spot(work.key, work.path, family or "", line, context.imports), library.read(document.lines), library)
        if small
        else []
    )
    ranked = [*used, own, *_alternating(definitions(view, index), alike), imports_of(view), *work.edits]
    return _without_repeats([snippet for snippet in ranked if snippet is not None])


def _alternating(one: list[Snippet], other: list[Snippet]) -> list[Snippet]:
    """The best of both, then the second best of both, and so on."""
    found: list[Snippet] = []
    for number in range(max(len(one), len(other))):
        found += one[number : number + 1] + other[number : number + 1]
    return found


def _without_repeats(snippets: list[Snippet]) -> tuple[Snippet, ...]:
    """The first of those that say the same."""
    seen: set[str] = set()
    kept: list[Snippet] = []
    for snippet in snippets:
        if snippet.text not in seen:
            seen.add(snippet.text)
            kept.append(snippet)
    return tuple(kept)
