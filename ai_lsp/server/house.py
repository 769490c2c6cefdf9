"""What the server needs of the house below it. In: places and untrusted settings. Out: suggestions and a status.

The server knows nothing of providers, prompts or settings; the composition root hands it an object of this shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ai_lsp.context.diagnostics import DiagnosticLog
from ai_lsp.core.completion import Selected, Suggestion, Trigger
from ai_lsp.core.context import CodeContext
from ai_lsp.core.reasons import Silence
from ai_lsp.core.status import Status
from ai_lsp.core.text import Position
from ai_lsp.documents.store import Documents

if TYPE_CHECKING:  # what these need is loaded with the first question, not before `initialize` is answered
    from ai_lsp.chat.answer import Pieces
    from ai_lsp.chat.question import Question
    from ai_lsp.chat.task import Task
    from ai_lsp.chat.work import Pieces as Results
    from ai_lsp.completion.learn import Counts
    from ai_lsp.core.provider_report import KeyChange, ProviderReport


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """The editor's own name and version, empty where it does not tell them."""

    name: str = ""
    version: str = ""


class Coding(Protocol):
    """Commands on code."""

    def work(self, task: Task) -> Results:
        """The answer of a model as it comes, then one `Outcome`. Raises AIError while it is read. To be closed."""

    def context(self, uri: str, position: Position) -> CodeContext | Silence:
        """What stands around a place in an open document."""

    async def refusal(self, uri: str) -> str | None:
        """Why nothing can be done with this document, in one sentence, or None."""


class House(Protocol):
    """Everything is called on the event loop. What is not `async` must return within milliseconds."""

    @property
    def documents(self) -> Documents: ...

    @property
    def diagnostics(self) -> DiagnosticLog: ...

    def start(self, folders: Sequence[Path], client: ClientInfo) -> None:
        """Called once, first of all: the workspace's folders and the editor."""

    def folders_changed(self, folders: Sequence[Path]) -> None:
        """All folders that the workspace has now."""

    def changed_on_disk(self, paths: Sequence[Path]) -> None:
        """Files were written, made or deleted."""

    def settings_expected(self) -> AbstractContextManager[None]:
        """While this lasts, requests wait for what the editor says, but not long."""

    def configure(self, settings: Mapping[str, object]) -> None:
        """The section `aiLsp` of what the editor sends: unchecked, and not to be trusted."""

    def watch(self, changed: Callable[[], None]) -> None:
        """From now on, `changed` is called when the house has taken over other settings by itself."""

    def switch(self, provider: str) -> None:
        """Use this provider from the next request on. Raises AIError."""

    async def hand_over_key(self, provider: str, key: str | None, kept_for: str | None = None) -> KeyChange:
        """The editor holds a key for this provider, or with None no longer does; `kept_for` is the origin that it keeps
        the key for, where it knows one. Raises AIError.
        """

    def questions(self) -> Sequence[str]:
        """Origins that the settings name and that the person is to be asked about."""

    async def judge(self, origin: str, *, allowed: bool) -> None:
        """What the person answered. Raises AIError."""

    def news(self) -> Sequence[str]:
        """What is wrong with the settings, a line each; every line is told once."""

    def on_refresh(self, tell: Callable[[str], None]) -> None:
        """Whom to tell of a document in which a better suggestion has become ready than the one that was answered."""

    async def suggest(
        self, uri: str, position: Position, trigger: Trigger, selected: Selected | None = None
    ) -> Suggestion | Silence:
        """Cancelling the task lets go of the work: what nobody asks for again ends by itself within seconds."""

    def shown(self, suggestion_id: str) -> None:
        """The editor shows it now."""

    def accepted(self, suggestion_id: str, size: int | None = None) -> None:
        """`size`: only so many of its characters were taken."""

    def rejected(self, suggestion_id: str) -> None: ...

    @property
    def coding(self) -> Coding:
        """What a model can be asked to do with open code."""

    def ask(self, question: Question) -> Pieces:
        """The answer of a model as it comes, then one `Answer`. Raises AIError while it is read. To be closed."""

    async def providers(self) -> Sequence[ProviderReport]:
        """All that there is to see of the providers."""

    def clear_cache(self) -> None:
        """Forget answers that are kept to be given again."""

    def status(self) -> Status: ...

    def counts(self) -> Counts:
        """What has become of the suggestions since the start."""

    async def aclose(self) -> None:
        """Called once, last of all. What takes longer than a second is lost."""
