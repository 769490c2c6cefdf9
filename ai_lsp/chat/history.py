"""From what was said to the messages that a model gets, as many as there is room for in its window.

In: a conversation and a number of tokens. Out: messages, and what had to be left out, which the person is told. What must
never happen: the newest question is shortened in its words, or something is left out in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ai_lsp.chat.question import Attachment, Refusal, Said
from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.errors import ContextOverflowError
from ai_lsp.documents.lines import split_lines
from ai_lsp.prompts.budget import SAFETY
from ai_lsp.prompts.chat import block, unreserved
from ai_lsp.prompts.fim import shown_path
from ai_lsp.prompts.tokens import BYTES_PER_TOKEN, estimate_tokens, weight

PER_MESSAGE = 8
"""Tokens that a chat template adds to each message."""
LONGEST_ANSWER = 4096
"""Tokens that are kept free for the answer, where the window has four times as many."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """`dropped` counts the messages that were left out; `cut` has the labels of attachments that were shortened."""

    messages: tuple[ChatMessage, ...]
    dropped: int = 0
    cut: tuple[str, ...] = ()


def fit(system: str, said: Sequence[Said], window: int | None) -> Fitted:
    """`window` in tokens; None: not known. Raises ContextOverflowError where the newest question alone is too long."""
    kept = newest_only(said)
    if window is None:
        return Fitted(_messages(system, kept))
    room = int((window - min(LONGEST_ANSWER, window // 4)) * SAFETY) - _tokens(ChatMessage("system", system))
    fixed = [one for one in kept if one.message.role == "system"]
    turns = [one for one in kept if one.message.role != "system"]
    room -= sum(_tokens_of(one) for one in fixed)
    newest, cut = _cut(turns[-1], room)
    room -= _tokens_of(newest)
    first = _first_that_fits(turns[:-1], room)
    return Fitted(_messages(system, [*fixed, *turns[first:-1], newest]), first, cut)


def left_out(fitted: Fitted, refused: Sequence[Refusal]) -> list[str]:
    """What the model does not get to see, a line each."""
    lines = [f"{shown_path(one.uri)} was not sent: {one.reason}" for one in refused]
    lines += [f"only a part was sent of: {label.rstrip(':')}" for label in fitted.cut]
    if fitted.dropped:
        messages = "the oldest message" if fitted.dropped == 1 else f"the {fitted.dropped} oldest messages"
        lines.append(f"{messages} of this conversation did not fit into the model's window and were left out")
    return lines


def newest_only(said: Sequence[Said]) -> list[Said]:
    """The conversation with each attachment where it was sent last: what was said of it before is about older text."""
    seen: set[str] = set()
    kept: list[Said] = []
    for one in reversed(said):
        attachments = tuple(attached for attached in one.attachments if attached.key not in seen)
        seen.update(attached.key for attached in attachments)
        kept.append(replace(one, attachments=attachments))
    return kept[::-1]


def _first_that_fits(turns: Sequence[Said], room: int) -> int:
    """The number of turns at the beginning that there is no room for. What is left begins with a question."""
    first = len(turns)
    while first and (needed := _tokens_of(turns[first - 1])) <= room:
        room -= needed
        first -= 1
    while 0 < first < len(turns) and turns[first].message.role != "user":
        first += 1
    return first


def _cut(newest: Said, room: int) -> tuple[Said, tuple[str, ...]]:
    """The newest question with its attachments shortened, the longest first, until there is room for it."""
    if estimate_tokens(newest.message.content) + PER_MESSAGE > room:
        raise ContextOverflowError(
            f"the message has about {estimate_tokens(newest.message.content):,} tokens, and the model has room for"
            f" {max(room, 0):,}; shorten it, or choose a model with a larger window"
        )
    cut: dict[str, None] = {}
    attachments = list(newest.attachments)
    while attachments and (over := _tokens_of(replace(newest, attachments=tuple(attachments))) - room) > 0:
        longest = max(range(len(attachments)), key=lambda number: len(attachments[number].text))
        found = attachments[longest]
        cut[found.label] = None
        left = weight(found.text) - int((over + PER_MESSAGE) * BYTES_PER_TOKEN)
        if left < _SHORTEST:
            del attachments[longest]
        else:
            attachments[longest] = replace(found, text=around(found.text, found.focus, left), focus=0)
    return replace(newest, attachments=tuple(attachments)), tuple(cut)


_SHORTEST = 200
"""Bytes of code below which a rest of it is of no use."""
_LEFT_OUT = "[… left out …]\n"


def around(text: str, focus: int, size: int) -> str:
    """Whole lines of a text around one of them, in `size` bytes; marks stand where something is left out.

    Of the room, a third is for what stands before; what one side does not need, the other gets.
    """
    lines = split_lines(text)
    focus = min(max(focus, 0), len(lines) - 1)
    before, after = lines[:focus][::-1], lines[focus:]
    room = size - 2 * len(_LEFT_OUT)
    first = _taken(before, room // 3)
    last = _taken(after, room - sum(map(weight, before[:first])))
    first = _taken(before, room - sum(map(weight, after[:last])))
    shown = "".join([*before[:first][::-1], *after[:last]])
    return f"{_LEFT_OUT if first < focus else ''}{shown}{_LEFT_OUT if last < len(after) else ''}"


def _taken(lines: Sequence[str], room: int) -> int:
    """How many of the lines there is room for."""
    for number, line in enumerate(lines):
        room -= weight(line)
        if room < 0:
            return number
    return len(lines)


def _messages(system: str, said: Sequence[Said]) -> tuple[ChatMessage, ...]:
    """One message after another; what the client says as the system comes behind our own words."""
    systems = [system, *(one.message.content for one in said if one.message.role == "system")]
    rest = tuple(_message(one) for one in said if one.message.role != "system")
    told = unreserved("\n\n".join(filter(None, systems)))
    return (ChatMessage("system", told), *rest) if told else rest


def _message(said: Said) -> ChatMessage:
    blocks = [block(one.label, one.language, one.text) for one in said.attachments]
    return replace(said.message, content=unreserved("\n\n".join([*blocks, said.message.content])))


def _tokens(message: ChatMessage) -> int:
    return estimate_tokens(message.content) + PER_MESSAGE


def _tokens_of(said: Said) -> int:
    return _tokens(said.message) + sum(map(_attachment_tokens, said.attachments))


def _attachment_tokens(attachment: Attachment) -> int:
    return estimate_tokens(attachment.label) + estimate_tokens(attachment.text) + PER_MESSAGE
