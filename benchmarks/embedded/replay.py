"""Types the changes of a release into the release before, with the real provider looking on through its public face.

In: a Project and the engine's settings. Out: a Result: a Tally for the engine and for each baseline, and CPU seconds.
Every change is typed into the file as the old release has it below and the new one above, and undone afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change as Edit
from ai_lsp.documents.store import Documents
from ai_lsp.providers.embedded.provider import EmbeddedProvider
from ai_lsp.providers.embedded.settings import EmbeddedSettings, EmbeddedStatus
from benchmarks.embedded.baselines import LineCopy, WordCompletion
from benchmarks.embedded.changes import Change, changes
from benchmarks.embedded.releases import Project, fetch
from benchmarks.embedded.typist import Suggest, Tally, type_line

SEED = 3
_PROMPT = CompletionPrompt("", "", "")


@dataclass(slots=True)
class Result:
    project: Project
    status: EmbeddedStatus
    changes: int = 0
    lines: int = 0
    engine: Tally = field(default_factory=Tally)
    line_copy: Tally = field(default_factory=Tally)
    word_completion: Tally = field(default_factory=Tally)
    seconds: list[float] = field(default_factory=list)


async def replay(project: Project, settings: EmbeddedSettings, most_changes: int, most_lines: int) -> Result:
    """Raises UnavailableError where a release cannot be fetched."""
    old, new = fetch(project)
    provider = EmbeddedProvider(settings)
    provider.learn([old])
    await provider.ready(120.0)
    result = Result(project, provider.status())
    texts = [path.read_text("utf-8", "replace") for path in old.rglob("*") if path.suffix in project.suffixes]
    session = _Session(provider, project, LineCopy(texts), result)
    for change in changes(old, new, project.suffixes, most_changes, SEED):
        await session.type_change(change, most_lines)
    await provider.aclose()
    return result


class _Session:
    def __init__(self, provider: EmbeddedProvider, project: Project, line_copy: LineCopy, result: Result) -> None:
        self._provider = provider
        self._project = project
        self._documents = Documents([provider])
        self._line_copy = line_copy
        self._words = WordCompletion()
        self._result = result
        self._version = 0

    async def type_change(self, change: Change, most_lines: int) -> None:
        uri = change.path.as_uri()
        self._documents.open(uri, self._project.language, self._next(), "\n".join(change.old))
        self._replace(uri, (*change.before, *change.after))
        self._result.changes += 1
        for number, line in enumerate(change.lines[:most_lines]):
            above = (*change.before, *change.lines[:number])
            await self._type_line(uri, above, line.rstrip(), change.after)
        self._replace(uri, change.old)
        await self._ask(uri, change.path, 0, 0)
        self._documents.close(uri)

    async def _type_line(self, uri: str, above: Sequence[str], line: str, below: Sequence[str]) -> None:
        number = len(above)
        indent = line[: len(line) - len(line.lstrip())]
        self._insert(uri, Position(number, 0), indent + "\n")
        self._result.lines += 1
        path = Path(uri.removeprefix("file://"))
        typed = len(indent)

        async def engine(column: int) -> str:
            nonlocal typed
            self._insert(uri, Position(number, typed), line[typed:column])
            typed = column
            return await self._ask(uri, path, number, column)

        await type_line(line, engine, self._result.engine)
        self._insert(uri, Position(number, typed), line[typed:])
        start = len(indent)
        copy = _later(lambda column: self._line_copy.suggest(above, line[start:column]))
        word = _later(lambda column: self._words.suggest(above, line[start:column], below))
        await type_line(line, copy, self._result.line_copy)
        await type_line(line, word, self._result.word_completion)

    async def _ask(self, uri: str, path: Path, line: int, column: int) -> str:
        snapshot = self._documents.snapshot(uri)
        assert snapshot is not None
        context = CodeContext(snapshot, Position(line, column), str(path))
        started = time.process_time()
        answer = await self._provider.complete_code(_PROMPT, context)
        self._result.seconds.append(time.process_time() - started)
        return answer.text

    def _insert(self, uri: str, where: Position, text: str) -> None:
        if text:
            self._documents.change(uri, self._next(), [Edit(Range(where, where), text)])

    def _replace(self, uri: str, lines: Sequence[str]) -> None:
        self._documents.change(uri, self._next(), [Edit(None, "\n".join(lines))])

    def _next(self) -> int:
        self._version += 1
        return self._version


def _later(suggest: Callable[[int], str]) -> Suggest:
    def suggested(column: int) -> Awaitable[str]:
        async def answer() -> str:
            return suggest(column)

        return answer()

    return suggested
