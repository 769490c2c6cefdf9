"""What the commands need of the rest of the house. The composition root hands it to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # `ai-lsp serve` passes here before it may import anything that takes time
    from datetime import datetime
    from pathlib import Path

    from ai_lsp.chat.answer import Answerer
    from ai_lsp.core.chat import ChatRequest
    from ai_lsp.core.check import Check
    from ai_lsp.core.completion import Suggestion, Trigger
    from ai_lsp.core.provider_report import KeyChange, KeyReport, OptionReport, ProviderReport
    from ai_lsp.core.reasons import Silence
    from ai_lsp.core.text import Position
    from ai_lsp.documents.store import Documents
    from ai_lsp.gateway.call import Events
    from ai_lsp.observe.audit import AuditLog
    from ai_lsp.observe.record import CallRecord
    from ai_lsp.settings.show import Value
    from ai_lsp.settings.trust import Answer


class CompletionHouse(Protocol):
    """A house for one question. Everything is called on the event loop that it was opened on."""

    @property
    def documents(self) -> Documents: ...

    async def ready(self, within: float) -> bool:
        """Whether the folders have been read, waiting at most `within` seconds for it."""

    async def suggest(self, uri: str, position: Position, trigger: Trigger) -> Suggestion | Silence: ...

    async def checks(self) -> Sequence[Check]: ...

    async def aclose(self) -> None: ...


class ModelHouse(Protocol):
    """A house that is asked about models, not about code. Everything is called on one event loop."""

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        """Who answers by the settings, or by what the person said. Raises AIError."""

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        """The answer as it comes. Raises AIError, here or while it comes."""

    async def excluded_file(self, file: Path, workspace: Path) -> Silence | None:
        """Why no model may see this file, or None."""

    async def providers(self) -> Sequence[ProviderReport]:
        """All that there is to see of the providers; the services are asked, at once and without cost."""

    async def keys(self, provider: str | None, *, ask: bool) -> Sequence[KeyReport]:
        """Of every provider that takes a key, or of one. `ask` the services whether they accept theirs. Raises AIError."""

    def key_changes(self) -> KeyChanges: ...

    async def options(self, name: str) -> Sequence[OptionReport]:
        """Everything that can be set for a provider or kind of this name. Raises AIError."""

    def usage(self, since: datetime | None = None) -> Iterable[CallRecord]:
        """The calls that were written down since a date. Reads the disk while it is iterated over."""


class KeyChanges(Protocol):
    """What can be done with keys. All of it raises AIError, a PassphraseNeededError where `passphrases` has none."""

    passphrases: dict[bool, str]
    """Of the vault: what the person has said, and with True a new one."""

    def origin_of(self, provider: str) -> str:
        """What a key of this provider is for."""

    async def unlock(self, provider: str | None) -> None:
        """Open the vault where a key of this provider, or of any, lies in it."""

    async def set(self, provider: str, key: str, *, check: bool) -> KeyChange: ...

    async def delete(self, provider: str, origin: str | None) -> KeyChange: ...

    async def rotate(self) -> int:
        """How many keys in the vault were locked anew."""

    async def rotate_master(self) -> str | None:
        """The kind of key that the vault is locked with now. None: there is no vault."""


class House(CompletionHouse, ModelHouse, Protocol):
    """Both."""


class Inspection(Protocol):
    """The settings, for commands that look at nothing else."""

    @property
    def path(self) -> Path:
        """Of the user file."""

    @property
    def faults(self) -> Sequence[str]:
        """What is wrong in the layers, a line each."""

    def values(self, *, everything: bool) -> Sequence[Value]: ...

    async def problems(self) -> Sequence[str]: ...

    def schema(self) -> str:
        """The JSON Schema of the user file."""

    def answers(self) -> Sequence[Answer]:
        """What the person has said about origins. Raises AIError."""

    def allow(self, address: str) -> str:
        """The origin that is trusted from now on. Raises AIError."""

    def revoke(self, address: str) -> str | None:
        """The origin that is forgotten, if it was known. Raises AIError."""


class Doors(Protocol):
    """What the command line may ask for."""

    def serve(self, config: Path | None) -> int:
        """Be a language server on standard input and output; returns the exit code."""

    def inspect(self, config: Path | None) -> Inspection: ...

    def audit(self) -> AuditLog: ...

    def open_house(
        self, folders: Sequence[Path], config: Path | None, provider: str | None, model: str | None
    ) -> House:
        """Needs a running event loop: the house begins to read `folders` at once."""
