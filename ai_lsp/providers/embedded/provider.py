"""The embedded engine as a provider: completion learned from the person's own code, in process, offline, without a key.

In: what the editor tells of documents, workspace folders, and requests. Out: completions that carry the probability of
being right, or the reason for silence. Nothing leaves this machine and nothing is written to disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from ai_lsp.core.clock import Clock, SystemClock
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt, Source
from ai_lsp.core.context import CodeContext
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import DocumentSnapshot, Edit
from ai_lsp.providers.base import AICapabilities, AIProvider, Health
from ai_lsp.providers.embedded.background import BuildError, learn_in_background
from ai_lsp.providers.embedded.completer import complete
from ai_lsp.providers.embedded.documents import OpenDocument, OpenDocuments
from ai_lsp.providers.embedded.index import WorkspaceIndex
from ai_lsp.providers.embedded.learning import Report, Task
from ai_lsp.providers.embedded.model import load_model
from ai_lsp.providers.embedded.place import locate
from ai_lsp.providers.embedded.settings import EmbeddedSettings, EmbeddedStatus, State
from ai_lsp.providers.services import ProviderSettings, Services

NAME = "embedded"
_MODEL = "own-code"
_DEFAULTS = EmbeddedSettings()
_FIGURES = load_model()  # read when this file is imported: making a provider on the event loop then reads nothing
_REST_BETWEEN_BUILDS = 120.0
"""Seconds after a build before changes on disk start another one."""


class EmbeddedProvider(AIProvider, DocumentObserver):
    """Learns from open documents at once, and from the workspace's files once `learn` was called. `may_learn` tells of
    the address of a document whether its text may be offered in others.
    """

    def __init__(
        self,
        settings: EmbeddedSettings = _DEFAULTS,
        clock: Clock | None = None,
        may_learn: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._settings = settings
        self._may_learn = may_learn
        self._clock = clock or SystemClock()
        self._documents = OpenDocuments(_FIGURES)
        self._folders: tuple[Path, ...] = ()
        self._status = EmbeddedStatus()
        self._build: asyncio.Task[None] | None = None
        self._builds: set[asyncio.Task[None]] = set()
        self._busy = asyncio.Lock()

    @property
    def name(self) -> str:
        return NAME

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(supports_code_completion=True, supports_fim=True, is_local=True)

    @property
    def model(self) -> str:
        return _MODEL

    def configure(self, settings: EmbeddedSettings) -> None:
        """Go by other settings from the next request on; the workspace is read again where other files are left out."""
        before, self._settings = self._settings, settings
        if self._folders and settings.exclude != before.exclude:
            self._start_build(0.0)

    def opened(self, document: DocumentSnapshot) -> None:
        self._documents.open(document)

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        self._documents.changed(uri)

    def closed(self, uri: str) -> None:
        self._documents.close(uri)

    def learn(self, folders: Sequence[Path]) -> None:
        """Read these folders, and no others, in the background. To be called from the event loop."""
        self._folders = tuple(folders)
        self._start_build(0.0)

    def changed_on_disk(self, paths: Sequence[Path]) -> None:
        """Files were written, made or deleted: their old text is not offered any more, and all is read again soon."""
        for path in paths:
            self._documents.forget(str(path))
        if self._folders and (self._build is None or self._build.done()):
            self._start_build(_REST_BETWEEN_BUILDS)

    async def ready(self, timeout: float) -> bool:  # noqa: ASYNC109  # callers name the seconds they have
        """Whether the build that is under way ends within so many seconds; True if none is."""
        if self._build is None:
            return True
        done, _ = await asyncio.wait([self._build], timeout=timeout)
        return bool(done)

    def status(self) -> EmbeddedStatus:
        return self._status

    async def check(self) -> Health:
        status = self._status
        if status.state is State.EMPTY:
            return Health(ok=True, detail="no folder was read yet")
        size = f"{status.bytes / 1e6:.1f} MB" if status.bytes >= 1e6 else f"{status.bytes / 1e3:.0f} KB"
        learned = f"{_counted(status.files)}, {size} learned in {status.seconds:.1f} s"
        detail = f"{status.state}: {learned}" + (f"; {status.detail}" if status.detail else "")
        return Health(ok=status.state is not State.FAILED, detail=detail)

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        stop = self._refusal(context)
        if stop is not None:
            return self._silent(stop)
        async with self._busy:
            document = self._documents.see(context.document)
            others = [o for o in self._documents.others(document) if self._may_learn(o.snapshot.uri)]
            await self._bring_up_to_date(document, context.position.line)
            for other in others:
                await self._bring_up_to_date(other, None)
            place = locate(
                self._documents.buffer(document),
                context.document.lines,
                context.position.line,
                context.position.column,
            )
            known = self._documents.knowledge(document, others)
            answer = complete(known, place, self._settings.threshold, self._settings.shortest)
        if isinstance(answer, Silence):
            return self._silent(answer)
        return CodeCompletion(
            answer.text,
            NAME,
            _MODEL,
            Source.EMBEDDED,
            finish_reason="stop",
            confidence=answer.probability,
            alternatives=answer.alternatives,
        )

    async def aclose(self) -> None:
        for build in (builds := list(self._builds)):
            if not build.cancelling():  # one that is ending already would leave its process behind
                build.cancel()
        await asyncio.gather(*builds, return_exceptions=True)

    def _refusal(self, context: CodeContext) -> Silence | None:
        lines = context.document.lines
        before, after = context.line_prefix, context.line_suffix
        if sum(map(len, lines)) > self._settings.max_file_bytes:
            return Silence(Reason.TOO_LARGE, f"more than {self._settings.max_file_bytes // 1000} KB")
        if len(lines[context.position.line]) > self._settings.max_line:
            return Silence(Reason.TOO_LARGE, f"this line has more than {self._settings.max_line} characters")
        if _is_word(before[-1:]) and _is_word(after[:1]):
            return Silence(Reason.MID_WORD)
        if not any(line and not line.isspace() for line in lines):
            return Silence(Reason.NOTHING_TYPED)
        return None

    async def _bring_up_to_date(self, document: OpenDocument, without: int | None) -> None:
        buffer = self._documents.buffer(document)
        for read, _ in enumerate(buffer.updating(document.snapshot.lines, without)):
            if read % 4 == 3:  # a long document that was just opened: let others have their turn
                await asyncio.sleep(0)

    def _silent(self, silence: Silence) -> CodeCompletion:
        return CodeCompletion("", NAME, _MODEL, Source.EMBEDDED, finish_reason="stop", silence=silence)

    def _start_build(self, delay: float) -> None:
        if self._build is not None:
            self._build.cancel()
        if not delay:
            self._status = replace(self._status, state=State.BUILDING, detail="")
        self._build = asyncio.get_running_loop().create_task(self._learn(delay))
        self._builds.add(self._build)
        self._build.add_done_callback(self._builds.discard)

    async def _learn(self, delay: float) -> None:
        if delay:
            await self._clock.sleep(delay)
        started = self._clock.monotonic()
        self._status = replace(self._status, state=State.BUILDING, detail="")
        settings = self._settings
        task = Task(
            folders=tuple(str(folder.absolute()) for folder in self._folders),
            near=tuple(self._documents.open_paths()),
            max_bytes=settings.max_bytes,
            max_file_bytes=settings.max_file_bytes,
            seconds=settings.build_seconds,
            exclude=settings.exclude,
        )
        indexes: dict[str, WorkspaceIndex] = {}
        try:
            async with aclosing(learn_in_background(task)) as learning:
                async for learned in learning:
                    if isinstance(learned, Report):
                        await self._take(indexes, learned, self._clock.monotonic() - started)
                    else:
                        indexes[learned[0]] = learned[1]
        except BuildError as error:
            self._status = replace(self._status, state=State.FAILED, detail=str(error))

    async def _take(self, indexes: dict[str, WorkspaceIndex], report: Report, seconds: float) -> None:
        async with self._busy:
            self._documents.replace_indexes(indexes)
        left_out = f"{report.left_out} files did not fit" if report.left_out else ""
        late = "the time ran out before all files were read" if report.late else ""
        detail = "; ".join(filter(None, (left_out, late)))
        self._status = EmbeddedStatus(State.READY, report.files, report.bytes, report.tokens, seconds, detail)


def _counted(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"


def _is_word(character: str) -> bool:
    return character == "_" or character.isalnum()


def own_engine(settings: ProviderSettings, services: Services) -> EmbeddedProvider:
    """The builder of the kind `embedded`, for whoever opens no house: it knows only what it is shown."""
    return EmbeddedProvider(EmbeddedSettings(**settings.options), services.clock)
