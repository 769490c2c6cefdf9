"""Ask a model, and see its answer as it comes. Without a prompt, at a terminal: talk with it.

Files that are named go with the question; nothing else of this machine does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ai_lsp.chat.reply import Reply
from ai_lsp.cli.answer import Screen, new_reply, nowhere, receive
from ai_lsp.cli.conversation import Conversation
from ai_lsp.cli.doors import Doors, House
from ai_lsp.cli.failure import CommandError, UsageError
from ai_lsp.cli.files import workspace_of
from ai_lsp.cli.key_changes import passphrases
from ai_lsp.cli.question import attached_files, prompt_of, whole_question
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.chat import ChatMessage, ChatRequest

EXAMPLES = """\
  ai-lsp chat "how do I reverse a list in Lua?"
  ai-lsp chat "what is wrong here?" --file app/models.py
  git diff | ai-lsp chat                                     standard input is the prompt
  ai-lsp chat                                                a conversation; Ctrl-D ends it
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("prompt", nargs="?", metavar="PROMPT", help="the question, or - for standard input")
    parser.add_argument(
        "--file", action="append", default=[], type=Path, metavar="F", help="a file to send along; may be repeated"
    )
    parser.add_argument("--provider", metavar="NAME", help="the provider to ask, instead of the one in the settings")
    parser.add_argument("--model", metavar="NAME", help="the model to ask")
    parser.add_argument("--json", action="store_true", help="one JSON object: content, finish_reason, usage, …")


def run(arguments: Namespace, doors: Doors) -> int:
    files = attached_files(arguments.file)
    if files:
        places = {file.absolute(): workspace_of(file) for file in arguments.file}
        asyncio.run(_refuse_excluded(places, doors, arguments.config))
    prompt = prompt_of(arguments.prompt)
    if prompt is not None:
        return _answer(whole_question(files, prompt), doors, arguments)
    if arguments.json or not sys.stdout.isatty():
        raise UsageError("there is no prompt; write it as an argument, or - to read it from standard input")
    talk = Conversation(arguments.provider, arguments.model, files)
    said = _passphrases(arguments, doors)
    talk.hold(lambda: _opened(arguments, doors, said))
    return 0


def _passphrases(arguments: Namespace, doors: Doors) -> dict[bool, str]:
    async def unlock(house: House) -> None:
        who = await house.answerer(arguments.provider, arguments.model)
        await house.key_changes().unlock(who.provider)

    return passphrases(doors, arguments.config, unlock)


def _opened(arguments: Namespace, doors: Doors, said: dict[bool, str]) -> House:
    house = doors.open_house([], arguments.config, None, None)
    house.key_changes().passphrases.update(said)
    return house


def _answer(question: str, doors: Doors, arguments: Namespace) -> int:
    reply = asyncio.run(_ask(question, doors, arguments, _passphrases(arguments, doors)))
    if arguments.json:
        print(json.dumps(_as_json(reply)))  # ASCII: a terminal may take other control characters for commands
    for remark in reply.remarks():
        print(f"ai-lsp: {one_line(remark)}", file=sys.stderr)
    if (failure := reply.failure()) is not None:
        raise CommandError(one_line(failure))
    return 0


async def _refuse_excluded(places: Mapping[Path, Path], doors: Doors, config: Path | None) -> None:
    async with aclosing(doors.open_house([], config, None, None)) as house:
        for file, workspace in places.items():
            reason = await house.excluded_file(file, workspace)
            if reason is not None:
                raise CommandError(f"{file} was not sent: {reason}")


async def _ask(question: str, doors: Doors, arguments: Namespace, said: dict[bool, str]) -> Reply:
    reply = new_reply()
    request = ChatRequest((ChatMessage("user", question),), arguments.model)
    async with aclosing(_opened(arguments, doors, said)) as house:
        if arguments.json:
            await receive(house, request, arguments.provider, reply, nowhere)
        else:
            with Screen() as screen:
                await receive(house, request, arguments.provider, reply, screen)
    return reply


def _as_json(reply: Reply) -> dict[str, Any]:
    end, failure = reply.end, reply.failure()
    return {
        "content": reply.text,
        "finish_reason": end.finish_reason if end else None,
        "usage": asdict(end.usage) if end and end.usage else None,
        "provider": end.provider if end else None,
        "model": end.model if end else None,
        "passed_over": list(end.passed_over) if end else [],
        "error": None if failure is None else one_line(failure),
    }
