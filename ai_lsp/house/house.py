"""What the doors, the server and the command line, open: a house that answers for open documents.

In: the user file, and what the editor or the command line says on top. A wrong setting never keeps it from opening:
what is wrong is told in `status`, what is right is in force.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ai_lsp.chat.answer import Pieces
from ai_lsp.chat.question import Question
from ai_lsp.completion.engine import Completer, CompletionEngine
from ai_lsp.completion.memory import Memory
from ai_lsp.context.diagnostics import DiagnosticLog
from ai_lsp.context.edits import EditLog
from ai_lsp.context.exclude import named_by
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.context.related import RelatedCode
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.check import Check
from ai_lsp.core.clock import Clock, SystemClock
from ai_lsp.core.completion import Selected, Suggestion, Trigger
from ai_lsp.core.provider_report import KeyChange, KeyReport, OptionReport, ProviderReport
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.status import Status, StatusKind
from ai_lsp.core.text import Position
from ai_lsp.documents.store import Documents
from ai_lsp.gateway.call import Events
from ai_lsp.gateway.configured import deadlines_of
from ai_lsp.gateway.quota import BudgetWarning
from ai_lsp.house import private
from ai_lsp.house.allocator import keep_small
from ai_lsp.house.chatting import Chatting
from ai_lsp.house.coding import Coding
from ai_lsp.house.condition import condition_of
from ai_lsp.house.configuration import Configuration, said
from ai_lsp.house.embedded import embedded_settings
from ai_lsp.house.exclusion import Exclusion
from ai_lsp.house.indexing import Indexing, is_excluded_by_name
from ai_lsp.house.key_changes import KeyChanges
from ai_lsp.house.record import KeyRecord, Record
from ai_lsp.house.reports import as_check
from ai_lsp.house.upstream import Upstream
from ai_lsp.house.warming import Warming
from ai_lsp.observe.record import CallRecord
from ai_lsp.providers.embedded.provider import EmbeddedProvider
from ai_lsp.providers.registry import KINDS
from ai_lsp.server.house import ClientInfo
from ai_lsp.settings.locations import state_folder
from ai_lsp.settings.schema import Settings
from ai_lsp.syntax.trees import SyntaxTrees

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 2.0
"""At the user file, while a server runs."""
SECONDS_TO_SAY = 2.0
"""What an editor may take to say its settings before requests are answered without them."""


class House:
    """Everything between the doors and the models. Belongs to one event loop."""

    def __init__(
        self,
        config: Path | None = None,
        *,
        provider: str | None = None,
        model: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock = clock or SystemClock()
        self.configuration = Configuration(config, said(provider, model), private.trust(clock.time), KINDS)
        self.record = Record(private.audit_log(clock.time))
        settings = self.configuration.settings
        self.embedded = EmbeddedProvider(embedded_settings(settings), clock, self._may_learn)
        trees = SyntaxTrees(clock)
        warming = Warming()
        self.exclusion = Exclusion(lambda: self.settings.privacy.exclude, clock, self._rules_changed)
        memory = Memory(clock)
        edits, self.diagnostics = EditLog(clock), DiagnosticLog(clock)
        observers = [trees, self.embedded, warming, memory, edits, self.diagnostics, self.exclusion]
        self.documents = Documents(observers)
        self.upstream = Upstream(settings, self.embedded, clock, state_folder() / "usage", self._warn)
        self.upstream.stores.stored.audit = KeyRecord(self.record.audit)
        self._related = RelatedCode(self.documents, edits, clock, self._keeps_open)
        self._indexing = Indexing(self._related, clock, self._keeps_on_disk)
        gatherer = ContextGatherer(self.documents, trees, clock, related=self._related)
        gatherer.diagnostics = self.diagnostics
        warming.begin(gatherer.warm, gatherer.lacks)
        self._engine = CompletionEngine(
            self.documents,
            memory,
            gatherer,
            self.upstream.gateway,
            choose=self.completer,
            excluded=self.excluded,
            clock=clock,
        )
        self.chatting = Chatting(self.upstream, lambda: self.settings, self._settled, lambda: self.configuration.locked)
        self.answerer = self.chatting.answerer
        self._chats = self.chatting.engine(self.documents, self.excluded, lambda: self._folders)
        self.coding = Coding(self.documents, gatherer, self.chatting, self.excluded, lambda: self.settings)
        # of suggestions: seen, taken whole or in part, sent away
        self.shown, self.accepted = self._engine.shown, self._engine.accepted
        self.rejected, self.counts = self._engine.rejected, self._engine.counts
        self._folders: tuple[Path, ...] = ()
        self._last_empty: Silence | None = None
        self._budget: BudgetWarning | None = None
        self._reconfiguring: set[asyncio.Task[None]] = set()
        self._background: set[asyncio.Task[None]] = set()
        self._client = ClientInfo()
        self._changed: Callable[[], None] = lambda: None
        self._told: frozenset[str] = frozenset()

    @property
    def settings(self) -> Settings:
        return self.configuration.settings

    def start(self, folders: Sequence[Path], client: ClientInfo) -> None:
        """The editor is there: begin to learn its workspace."""
        keep_small()
        log.info("serving %s %s", client.name, client.version)
        self._client = client
        self._engine.meet(client.name)
        self.learn(folders)

    def folders_changed(self, folders: Sequence[Path]) -> None:
        self.learn(folders)

    def changed_on_disk(self, paths: Sequence[Path]) -> None:
        """Files were written, made or deleted: what was learned from them is out of date."""
        self.embedded.changed_on_disk(paths)
        self._indexing.changed_on_disk(paths)

    def learn(self, folders: Sequence[Path]) -> None:
        """Begin to read these folders in the background; needs a running event loop."""
        self._folders = tuple(folders)
        self.exclusion.within(folders)
        self.embedded.learn(folders)
        self._indexing.learn(folders)
        if (self.settings.completion.provider or self.settings.provider) not in ("embedded", "auto"):
            self._indexing.want()

    async def ready(self, within: float) -> bool:
        """Whether the folders have been read, waiting at most `within` seconds for it."""
        return await self.embedded.ready(within)

    def on_refresh(self, tell: Callable[[str], None]) -> None:
        """Whom to tell of a document in which a longer suggestion than the one that was answered has become ready."""
        self._engine.on_refresh(tell)

    async def suggest(
        self, uri: str, position: Position, trigger: Trigger, selected: Selected | None = None
    ) -> Suggestion | Silence:
        """A suggestion for this place in an open document, or why there is none."""
        answer = await self._engine.suggest(uri, position, trigger, selected)
        self._last_empty = answer if isinstance(answer, Silence) else None
        return answer

    def watch(self, changed: Callable[[], None]) -> None:
        """Take over from now on what the person changes in the user file, and call `changed` then."""
        self._changed = changed
        self._start(self._watch(), self._background)

    @contextmanager
    def settings_expected(self) -> Iterator[None]:
        """Requests wait while this lasts, a moment at most: the editor is about to say how they are to be answered."""
        waiting = self._start(self._clock.sleep(SECONDS_TO_SAY), self._reconfiguring)
        try:
            yield
        finally:
            waiting.cancel()

    def configure(self, settings: Mapping[str, object]) -> None:
        """What the editor says, in section `aiLsp`. It takes effect with the next request."""
        self.configuration.tell(settings)
        self._take_over()

    def switch(self, provider: str) -> None:
        """Use this provider from the next request to the end of the session. Raises UnknownProviderError."""
        self.configuration.switch(provider, chats=self.upstream.can_chat(provider))
        self._take_over()

    def questions(self) -> Sequence[str]:
        """Origins that the person is to be asked about, once in a session."""
        return self.configuration.questions()

    async def judge(self, origin: str, *, allowed: bool) -> None:
        """What the person said to a question. Raises ConfigurationError where it cannot be remembered."""
        await self.record.trust("allowed" if allowed else "refused", origin, self._client.name or "an editor")
        await asyncio.to_thread(self.configuration.trust.remember, origin, allowed=allowed)
        self.configuration.trust_changed()
        self._take_over()

    def news(self) -> Sequence[str]:
        """What is wrong with the settings and has not been told yet, a line each."""
        problems = list(map(str, self.configuration.problems))
        told, self._told = self._told, frozenset(problems)
        return [problem for problem in problems if problem not in told]

    def status(self) -> Status:
        """What the person may want to know right now."""
        completion = self.settings.completion
        name = completion.provider or self.settings.provider
        name = self.upstream.automatic if name == "auto" else name
        stop, troubles, learned = self._switched_off(""), self._troubles(name), self.embedded.status()
        kind, message = condition_of(name, stop, self._last_empty, troubles, learned)
        if kind is StatusKind.INACTIVE:
            return Status(kind, message, last_empty=self._last_empty)
        return Status(
            kind,
            message,
            name,
            completion.model,
            self.upstream.health(name),
            last_empty=self._last_empty,
            usage_today=self.upstream.today.usage(self._clock.time()),
        )

    async def checks(self) -> Sequence[Check]:
        """What `ai-lsp doctor` shows of the house."""
        path = self.configuration.path
        found = "in force" if await asyncio.to_thread(path.exists) else "not there: the defaults are in force"
        problems = [*map(str, self.configuration.problems), *self.upstream.problems]
        checks = [Check("settings", not problems, f"{path} ({'see below' if problems else found})")]
        checks += [Check("setting", ok=False, detail=problem, next_step="correct it") for problem in problems]
        checks += [await self.record.check(), await self.upstream.stores.check()]
        stop = self._switched_off("")
        if stop is not None:
            checks.append(Check("completion", ok=None, detail=str(stop)))
        return [*checks, *map(as_check, await self.upstream.reports(only_chosen=True))]

    async def aclose(self) -> None:
        for task in [*self._reconfiguring, *self._background]:
            task.cancel()
        await self._engine.aclose()
        await self._indexing.aclose()
        await self._related.aclose()
        await self.upstream.aclose()
        await self.embedded.aclose()

    async def completer(self, language: str) -> Completer | Silence:
        """Who completes code of this language right now, or why nobody does."""
        await self._settled()
        completion = self.settings.completion
        stop = self._switched_off(language)
        if stop is not None:
            return stop
        name = await self.upstream.resolve(completion.provider or self.settings.provider)
        own = self.upstream.is_own(name)
        return Completer(
            name,
            completion.model,
            completion.max_tokens,
            completion.temperature,
            deadlines_of(self.settings, name),
            multi_line=completion.multiline,
            own=own,
            companion=None if own else self.embedded.name,
        )

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        """The answer of a provider, or of the one that chats by the settings, as it comes."""
        return await self.chatting.chat(request, provider)

    def ask(self, question: Question) -> Pieces:
        """What may be shown of the answer to a question about open code, and how it ended."""
        return self._chats.ask(question)

    def clear_cache(self) -> None:
        """Forget all answers that are kept."""
        self._engine.settings_changed()
        if self.upstream.gateway.cache is not None:
            self.upstream.gateway.cache.clear()

    async def providers(self) -> Sequence[ProviderReport]:
        """All that there is to see of the providers; the services are asked, at once and without cost."""
        await self._settled()
        return await self.upstream.reports()

    async def keys(self, provider: str | None = None, *, ask: bool = False) -> Sequence[KeyReport]:
        """Where keys come from, and with `ask` whether the services accept them. Raises AIError."""
        await self._settled()
        return await self.upstream.key_reports(provider, ask=ask)

    def key_changes(self) -> KeyChanges:
        """What can be done with keys. Every change is written down."""
        return self.upstream.key_changes()

    async def hand_over_key(self, provider: str, key: str | None, kept_for: str | None = None) -> KeyChange:
        """The editor holds a key for this provider, or with None no longer does. Raises AIError."""
        await self._settled()
        made = await self.upstream.hand_over_key(provider, key, kept_for)
        self._engine.settings_changed()
        return made

    async def options(self, name: str) -> Sequence[OptionReport]:
        """Everything that can be set for a provider or kind of this name. Raises AIError."""
        return await self.upstream.option_reports(name)

    def usage(self, since: datetime | None = None) -> Iterable[CallRecord]:
        """The calls that were written down since a date. Reads the disk."""
        return self.upstream.ledger.records(since)

    async def excluded(self, uri: str) -> Silence | None:
        """Why no model may see the file at this address, or None: to be asked for whatever goes with a question."""
        await self._settled()
        return await self.exclusion.reason(uri)

    async def excluded_file(self, file: Path, workspace: Path) -> Silence | None:
        """The same for a file on disk that the person names."""
        return await self.exclusion.of_file(file, workspace)

    def _may_learn(self, uri: str) -> bool:
        return self.exclusion.allows(uri)

    def _switched_off(self, language: str) -> Silence | None:
        completion = self.settings.completion
        if not completion.enabled:
            return Silence(Reason.DISABLED)
        if language in completion.disabled_languages:
            return Silence(Reason.DISABLED, f"for {language}")
        return None

    async def _settled(self) -> None:
        # what the editor has said before a request is in force for it
        while self._reconfiguring:
            await asyncio.wait(self._reconfiguring)

    def _take_over(self) -> None:
        self._engine.settings_changed()
        self._start(self._reconfigure(), self._reconfiguring)

    async def _reconfigure(self) -> None:
        await self._look()
        self.exclusion.again()
        self._indexing.learn(self._folders)
        self.embedded.configure(embedded_settings(self.settings))
        for problem in await self.upstream.reconfigure(self.settings):
            log.warning("%s", problem)
        self._engine.settings_changed()
        self._start(self.record.configuration(self.configuration.in_force), self._background)

    def _rules_changed(self) -> None:
        """Nothing that was read, prepared or kept under the old rules of `.aiignore` files is used any more."""
        self._related.forget_all()
        self._indexing.learn(self._folders)
        self.embedded.learn(self._folders)
        self._engine.settings_changed()

    def _keeps_open(self, path: str) -> bool:
        """Whether an open file's text may not be shown beside that of another: what is not known to be allowed is not."""
        if is_excluded_by_name(path):
            return True
        uris = [uri for uri in self.documents.open_uris() if named_by(uri) == path]
        return not all(map(self.exclusion.allows, uris))

    def _keeps_on_disk(self, path: str) -> bool:
        return is_excluded_by_name(path) or self.exclusion.forbids(path)

    async def _watch(self) -> None:
        while True:
            await self._clock.sleep(SECONDS_BETWEEN_LOOKS)
            if await self._look():
                self._take_over()

    async def _look(self) -> bool:
        has_changed = await self.configuration.look()
        if has_changed:
            self._changed()
        return has_changed

    @staticmethod
    def _start(work: Coroutine[None, None, None], among: set[asyncio.Task[None]]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)
        return task

    def _troubles(self, provider: str) -> list[str]:
        """What the person should see to, the most important first."""
        health = self.upstream.health(provider)
        found = [*map(str, self.configuration.problems), *self.upstream.problems]
        found += [str(self._budget)] if self._budget is not None else []
        return found + ([health.detail] if health is not None and not health.ok else [])

    def _warn(self, warning: BudgetWarning) -> None:
        self._budget = warning
        log.warning("%s", warning)
