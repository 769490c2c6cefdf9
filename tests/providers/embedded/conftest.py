"""A workspace in a temporary folder, and an editor that types into it with the engine looking on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from ai_lsp.core.completion import CodeCompletion, CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.providers.embedded.provider import EmbeddedProvider
from ai_lsp.providers.embedded.settings import EmbeddedSettings

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the workspace, with the folders that it needs."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    return written


class Editor:
    """Marks the cursor with `|`."""

    def __init__(self, provider: EmbeddedProvider) -> None:
        self.provider = provider
        self.documents = Documents([provider])
        self._version = 0

    def open(self, path: Path, text: str, language: str = "python") -> None:
        self._version += 1
        self.documents.open(path.as_uri(), language, self._version, text)

    def type(self, path: Path, where: Position, text: str) -> None:
        self._version += 1
        self.documents.change(path.as_uri(), self._version, [Change(Range(where, where), text)])

    def replace(self, path: Path, text: str) -> None:
        self._version += 1
        self.documents.change(path.as_uri(), self._version, [Change(None, text)])

    def close(self, path: Path) -> None:
        self.documents.close(path.as_uri())

    async def ask(self, path: Path, marked: str, language: str = "python") -> CodeCompletion:
        """The answer for a document with this text, which is opened or changed as needed."""
        before, after = marked.split("|")
        if self.documents.get(path.as_uri()) is None:
            self.open(path, before + after, language)
        else:
            self.replace(path, before + after)
        snapshot = self.documents.snapshot(path.as_uri())
        assert snapshot is not None
        lines = before.replace("\r\n", "\n").split("\n")
        position = Position(len(lines) - 1, len(lines[-1]))
        context = CodeContext(snapshot, position, str(path))
        return await self.provider.complete_code(CompletionPrompt(before, after, language), context)


@pytest.fixture
async def editor() -> AsyncIterator[Editor]:
    """An editor with an engine that has read no workspace yet and says what it thinks likelier than not."""
    provider = EmbeddedProvider(EmbeddedSettings(threshold=0.5, shortest=2))
    yield Editor(provider)
    await provider.aclose()


@pytest.fixture
def taught(editor: Editor, tmp_path: Path) -> Callable[[], Awaitable[None]]:
    """Have the engine of `editor` read the workspace."""

    async def teach() -> None:
        editor.provider.learn([tmp_path])
        assert await editor.provider.ready(15.0)

    return teach
