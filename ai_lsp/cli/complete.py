"""Print the suggestion for a place in a file, as an editor would show it there, and nothing else.

Without a suggestion, standard output stays empty and one line on standard error says why.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ai_lsp.cli.doors import Doors
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.files import language_of, uri_of, workspace_of
from ai_lsp.cli.place import parse_place, position_in, read_text
from ai_lsp.core.completion import Suggestion, Trigger
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position

EXAMPLES = """\
  ai-lsp complete app/models.py:120             at the end of line 120
  ai-lsp complete app/models.py:120:8 --json    before the 8th character of line 120, for a script
  ai-lsp complete app/models.py:120 --provider embedded
"""

READING_TIME = 1.2
"""Seconds for reading the workspace. What has not been read by then does not count: the person is waiting."""

_FAILURES = frozenset(
    {Reason.FAILED, Reason.TIMED_OUT, Reason.RATE_LIMITED, Reason.BREAKER_OPEN, Reason.QUOTA, Reason.NO_KEY}
)


@dataclass(frozen=True, slots=True)
class _Question:
    """All that has to be asked of the disk, before the event loop runs."""

    folder: Path
    uri: str
    language: str
    text: str
    position: Position


@dataclass(frozen=True, slots=True)
class _Answer:
    """`seconds` is the time from question to answer; `read` says whether the whole workspace took part in it."""

    said: Suggestion | Silence
    seconds: float
    read: bool


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "place", metavar="FILE:LINE[:COLUMN]", help="both count from 1, columns in characters; default: end of the line"
    )
    parser.add_argument("--provider", metavar="NAME", help="the provider to ask, instead of the one in the settings")
    parser.add_argument("--model", metavar="NAME", help="the model to ask for")
    parser.add_argument("--json", action="store_true", help="one JSON object: text, provider, model, source, …")


def run(arguments: Namespace, doors: Doors) -> int:
    place = parse_place(arguments.place)
    text = read_text(place.file)
    position = position_in(text, place)
    question = _Question(workspace_of(place.file), uri_of(place.file), language_of(place.file), text, position)
    answer = asyncio.run(_ask(question, doors, arguments))
    if arguments.json:
        print(json.dumps(_as_json(answer), ensure_ascii=False))
    elif isinstance(answer.said, Suggestion):
        print(answer.said.text)
    if isinstance(answer.said, Silence):
        return _explain(answer.said, answer.read, quiet=arguments.json)
    return 0


async def _ask(question: _Question, doors: Doors, arguments: Namespace) -> _Answer:
    house = doors.open_house([question.folder], arguments.config, arguments.provider, arguments.model)
    try:
        house.documents.open(question.uri, question.language, 1, question.text)
        read = await house.ready(READING_TIME)
        began = time.perf_counter()
        said = await house.suggest(question.uri, question.position, Trigger.INVOKED)
        return _Answer(said, time.perf_counter() - began, read)
    finally:
        await house.aclose()


def _explain(silence: Silence, read: bool, *, quiet: bool) -> int:
    if silence.reason in _FAILURES:
        raise CommandError(f"{silence}; `ai-lsp doctor` shows what works")
    if not quiet:
        unread = "" if read else "; the workspace was not read to its end"
        print(f"ai-lsp: no suggestion: {silence}{unread}", file=sys.stderr)
    return 0


def _as_json(answer: _Answer) -> dict[str, Any]:
    names = (
        "text",
        "provider",
        "model",
        "source",
        "latency_ms",
        "usage",
        "replaces",
        "reason",
        "detail",
        "passed_over",
    )
    shape: dict[str, Any] = dict.fromkeys(names) | {"latency_ms": round(answer.seconds * 1000, 3)}
    if isinstance(answer.said, Silence):
        return shape | {"text": "", "reason": str(answer.said.reason), "detail": str(answer.said)}
    completion = answer.said.completion
    return shape | {
        "text": answer.said.text,
        "provider": completion.provider,
        "model": completion.model,
        "source": str(completion.source),
        "usage": asdict(completion.usage) if completion.usage else None,
        "replaces": answer.said.range.end.column - answer.said.range.start.column,
        "passed_over": [_passed_over(sentence) for sentence in completion.passed_over],
    }


def _passed_over(sentence: str) -> dict[str, str]:
    """Who could not answer, and why."""
    provider, _, reason = sentence.partition(": ")
    return {"provider": provider, "reason": reason}
