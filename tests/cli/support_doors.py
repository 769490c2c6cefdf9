"""A house that says what a test wants it to say, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ai_lsp.chat.answer import Answerer
from ai_lsp.cli.doors import Inspection
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.check import Check
from ai_lsp.core.completion import CodeCompletion, Source, Suggestion, Trigger
from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import KeyChange, KeyReport, OptionReport, ProviderReport
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import StreamEvent
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.core.usage import Usage
from ai_lsp.credentials.kek.passphrase import PassphraseNeededError
from ai_lsp.documents.store import Documents
from ai_lsp.gateway.call import Events
from ai_lsp.observe.audit import AuditLog
from ai_lsp.observe.record import CallRecord


def suggestion(text: str, usage: Usage | None = None, replaces: int = 0) -> Suggestion:
    completion = CodeCompletion(text, "embedded", "repetition", Source.EMBEDDED, usage)
    return Suggestion("1", text, Range(Position(0, 3), Position(0, 3 + replaces)), completion)


@dataclass
class FakeKeyChanges:
    """Takes every key for one address. `needs` are the passphrases that have to be said first."""

    passphrases: dict[bool, str] = field(default_factory=dict)
    needs: Sequence[bool] = ()
    refuses: AIError | None = None
    number: int = 2
    kind: str | None = "file"
    hidden_by: str | None = None
    done: list[tuple[object, ...]] = field(default_factory=list)

    def origin_of(self, provider: str) -> str:
        if self.refuses is not None:
            raise self.refuses
        return "https://openai.test"

    async def unlock(self, provider: str | None) -> None:
        self._do("unlock", provider)

    async def set(self, provider: str, key: str, *, check: bool) -> KeyChange:
        self._do("set", provider, key, check)
        return KeyChange(provider, "https://openai.test", "vault", "it answers", self.hidden_by)

    async def delete(self, provider: str, origin: str | None) -> KeyChange:
        self._do("delete", provider, origin)
        return KeyChange(provider, origin or "https://openai.test", "OS keyring", "")

    async def rotate(self) -> int:
        self._do("rotate")
        return self.number

    async def rotate_master(self) -> str | None:
        self._do("rotate master")
        return self.kind

    def _do(self, *what: object) -> None:
        if self.refuses is not None:
            raise self.refuses
        for new in self.needs:
            if new not in self.passphrases:
                raise PassphraseNeededError(new=new)
        self.done.append(what)


@dataclass
class FakeHouse:
    answer: Suggestion | Silence = field(default_factory=lambda: Silence(Reason.UNSURE))
    reads: bool = True
    said_checks: Sequence[Check] = ()
    documents: Documents = field(default_factory=Documents)
    asked: list[tuple[DocumentSnapshot, Position, Trigger]] = field(default_factory=list)
    closed: bool = False
    said: Sequence[StreamEvent | BaseException] = ()
    """What a chat is answered with, up to an error."""
    window: int | None = None
    instructions: str = ""
    chats: list[tuple[ChatRequest, str | None]] = field(default_factory=list)
    said_providers: Sequence[ProviderReport] = ()
    said_keys: Sequence[KeyReport] = ()
    said_options: Sequence[OptionReport] = ()
    records: Sequence[CallRecord] = ()
    refuses: AIError | None = None
    """Raised instead of an answer about keys or options."""
    questions: list[object] = field(default_factory=list)
    changes: FakeKeyChanges = field(default_factory=FakeKeyChanges)

    async def ready(self, within: float) -> bool:
        return self.reads

    async def suggest(self, uri: str, position: Position, trigger: Trigger) -> Suggestion | Silence:
        document = self.documents.snapshot(uri)
        assert document is not None
        self.asked.append((document, position, trigger))
        return self.answer

    async def checks(self) -> Sequence[Check]:
        return self.said_checks

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        return Answerer(provider or "work", model, self.window, self.instructions)

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        self.chats.append((request, provider))
        return self._events()

    async def _events(self) -> Events:
        for event in self.said:
            if isinstance(event, BaseException):
                raise event
            yield event

    async def excluded_file(self, file: Path, workspace: Path) -> Silence | None:
        return Silence(Reason.EXCLUDED, "its name says so") if file.name == ".env" else None

    async def providers(self) -> Sequence[ProviderReport]:
        return self.said_providers

    async def keys(self, provider: str | None, *, ask: bool) -> Sequence[KeyReport]:
        self._refuse()
        self.questions.append((provider, ask))
        return [key for key in self.said_keys if provider in (None, key.provider)]

    def key_changes(self) -> FakeKeyChanges:
        return self.changes

    async def options(self, name: str) -> Sequence[OptionReport]:
        self._refuse()
        self.questions.append(name)
        return self.said_options

    def usage(self, since: datetime | None = None) -> Iterable[CallRecord]:
        self.questions.append(since)
        return self.records

    def _refuse(self) -> None:
        if self.refuses is not None:
            raise self.refuses

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class FakeDoors:
    house: FakeHouse = field(default_factory=FakeHouse)
    fails: BaseException | None = None
    served: list[Path | None] = field(default_factory=list)
    inspection: Inspection | None = None
    inspected: list[Path | None] = field(default_factory=list)
    record: AuditLog | None = None
    opened: list[tuple[Sequence[Path], Path | None, str | None, str | None]] = field(default_factory=list)

    def serve(self, config: Path | None) -> int:
        if self.fails is not None:
            raise self.fails
        self.served.append(config)
        return 0

    def inspect(self, config: Path | None) -> Inspection:
        self.inspected.append(config)
        assert self.inspection is not None
        return self.inspection

    def audit(self) -> AuditLog:
        assert self.record is not None
        return self.record

    def open_house(
        self, folders: Sequence[Path], config: Path | None, provider: str | None, model: str | None
    ) -> FakeHouse:
        self.opened.append((folders, config, provider, model))
        return self.house
