"""What the commands need of the rest of the house. The composition root hands it to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # `ai-lsp serve` passes here before it may import anything that takes time
    from pathlib import Path

    from ai_lsp.core.check import Check
    from ai_lsp.core.completion import Suggestion, Trigger
    from ai_lsp.core.reasons import Silence
    from ai_lsp.core.text import Position
    from ai_lsp.documents.store import Documents


class CompletionHouse(Protocol):
    """A house for one question. Everything is called on the event loop that it was opened on."""

    @property
    def documents(self) -> Documents: ...

    async def ready(self, within: float) -> bool:
        """Whether the folders have been read, waiting at most `within` seconds for it."""

    async def suggest(self, uri: str, position: Position, trigger: Trigger) -> Suggestion | Silence: ...

    async def checks(self) -> Sequence[Check]: ...

    async def aclose(self) -> None: ...


class Doors(Protocol):
    """What the command line may ask for."""

    def serve(self, config: Path | None) -> int:
        """Be a language server on standard input and output; returns the exit code."""

    def open_house(
        self, folders: Sequence[Path], config: Path | None, provider: str | None, model: str | None
    ) -> CompletionHouse:
        """Needs a running event loop: the house begins to read `folders` at once."""
