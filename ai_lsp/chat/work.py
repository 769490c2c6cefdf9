"""Has a model do a task, and makes of its answer what can be shown to the person.

In: a task, and the models. Out: the answer as it comes, and then as a whole, with the change that it comes to. What must never
happen: code of an excluded file is sent, or a change is offered that is not the whole of what was asked for.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from ai_lsp.chat.answer import INTERRUPTED, Answerer
from ai_lsp.chat.asking import messages
from ai_lsp.chat.commands import TESTS
from ai_lsp.chat.diff import Replacement, replacements, unified
from ai_lsp.chat.edits import Refusal, fresh_text, new_text
from ai_lsp.chat.inert import Inert
from ai_lsp.chat.reply import Reply
from ai_lsp.chat.task import Task
from ai_lsp.context.paths import path_of
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import PrivacyError
from ai_lsp.core.reasons import Silence
from ai_lsp.core.text import LINE_ENDINGS, DocumentSnapshot, Position, Range
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.call import Events
from ai_lsp.prompts.fim import shown_path

NOTHING_TO_CHANGE = "the model found nothing to change"


class Models(Protocol):
    """What is needed of the house. Everything raises AIError."""

    def excluded(self, uri: str, /) -> Awaitable[Silence | None]:
        """Why no model may see the document at this address, or None."""

    async def surroundings(self, uri: str, position: Position) -> CodeContext | Silence:
        """What is known of a place in an open document, code from elsewhere included."""

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        """Who answers by the settings, or by what the person said."""

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events: ...


@dataclass(frozen=True, slots=True)
class Change:
    """What is to stand at `range` of the document at `uri`, as the editor had it at `version`. The replacements make just that.

    `version` None: there is no such file yet; `uri` None: nobody knows where it belongs.
    """

    uri: str | None
    version: int | None
    range: Range
    text: str
    replacements: tuple[Replacement, ...]
    diff: str

    @property
    def name(self) -> str:
        """What the file is called where there is little room."""
        return _name(self.uri or "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`remark` is one sentence for the person: why there is no change where one was asked for, or what else there is to know."""

    content: str
    provider: str
    model: str
    finish_reason: str | None = None
    usage: Usage | None = None
    change: Change | None = None
    remark: str = ""


Pieces = AsyncGenerator[str | Outcome, None]


async def carry_out(task: Task, models: Models) -> Pieces:
    """The answer as it comes, in pieces that may be shown, then one `Outcome`. Closing it ends the call upstream.

    Raises AIError where nothing has come, or where half an answer is of no use.
    """
    for document in filter(None, (task.document, task.existing)):
        reason = await models.excluded(document.uri)
        if reason is not None:
            raise PrivacyError(f"nothing was sent: {reason}")
    who = await models.answerer(task.provider, task.model)
    found = await models.surroundings(task.document.uri, task.range.start)
    context = found if isinstance(found, CodeContext) else None
    request = ChatRequest(messages(task, context, who.window), who.model)
    reply = Reply(Inert())
    async with aclosing(reply.read(models.chat(request, who.provider))) as pieces:
        async for piece in pieces:
            yield piece
    if reply.error is not None and (task.command.changes_code or not reply.shown):
        raise reply.error
    yield _outcome(reply, who, task)


def _outcome(reply: Reply, who: Answerer, task: Task) -> Outcome:
    end = reply.end
    remark = " ".join(filter(None, (reply.failure(), *reply.remarks())))
    if end is None:
        return Outcome(
            reply.content, who.provider, who.model or "", INTERRUPTED, remark=remark or str(Refusal.UNFINISHED)
        )
    outcome = Outcome(reply.content, end.provider, end.model, end.finish_reason, end.usage, remark=remark)
    return _with_change(outcome, reply.text, task) if task.command.changes_code else outcome


def again(change: Change, before: DocumentSnapshot, now: DocumentSnapshot | None) -> Change | None:
    """The same change in a document as it is now; None where the lines that it is about are no longer what they were."""
    if now is None or now.version == before.version:
        return change if now is not None else None
    end = change.range.end.line
    first = change.range.start.line
    if end >= len(now.lines) or now.lines[first : end + 1] != before.lines[first : end + 1]:
        return None
    return _changed(now, change.range, change.text)


def _with_change(outcome: Outcome, answer: str, task: Task) -> Outcome:
    if task.command is TESTS:
        return _with_tests(outcome, answer, task)
    text = new_text(answer, outcome.finish_reason, task.text, task.document.lines, task.command.keeps)
    if isinstance(text, Refusal):
        return replace(outcome, remark=str(text))
    change = _changed(task.document, task.range, text)
    return replace(outcome, change=change) if change.replacements else replace(outcome, remark=NOTHING_TO_CHANGE)


def _changed(document: DocumentSnapshot, where: Range, text: str) -> Change:
    diff = unified(document, where, text, _name(document.uri))
    return Change(document.uri, document.version, where, text, replacements(document, where, text), diff)


def _with_tests(outcome: Outcome, answer: str, task: Task) -> Outcome:
    text = fresh_text(answer, outcome.finish_reason, task.text)
    if isinstance(text, Refusal):
        return replace(outcome, remark=str(text))
    if task.existing is not None:
        return replace(outcome, change=_added(task.existing, text))
    ending = _ending(task.document)
    text = text.replace("\n", ending) + ending
    start = Range(Position(0, 0), Position(0, 0))
    diff = unified(DocumentSnapshot("", "", 0, ("",)), start, text, _name(task.new_file or ""))
    diff = diff.replace("--- a/" + _name(task.new_file or ""), "--- /dev/null", 1)
    return replace(outcome, change=Change(task.new_file, None, start, text, (Replacement(start, text),), diff))


def _added(document: DocumentSnapshot, text: str) -> Change:
    """At the end of a document, with two empty lines before it; the blanks that stood there go."""
    ending = _ending(document)
    filled = [number for number in range(len(document.lines)) if document.line(number).strip()]
    last = filled[-1] if filled else 0
    start = Position(last, len(document.line(last).rstrip())) if filled else Position(0, 0)
    finish = Position(len(document.lines) - 1, len(document.lines[-1]))
    gap = ending * 3 if filled else ""
    return _changed(document, Range(start, finish), gap + text.replace("\n", ending) + ending)


def _ending(document: DocumentSnapshot) -> str:
    first = document.lines[0]
    return first[len(first.rstrip(LINE_ENDINGS)) :] or "\n"


def _name(uri: str) -> str:
    return shown_path(path_of(uri) or uri.rsplit(":", 1)[-1])
