"""From a model's answer to the text that takes the place of the selected lines.

In: the answer, how it ended, and the lines. Out: their new text, or one sentence that says why there is none. The new text
has the line endings and the indentation of the document; lines that were not to change come out as they were, with the secrets
and hidden characters for which the model saw something else. What must never happen: an answer that is evidently not whole, or
what stood in the place of a secret, is written into the person's code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import cycle
from typing import Final

from ai_lsp.chat.blocks import code_in
from ai_lsp.chat.diff import kept
from ai_lsp.chat.indentation import fitted
from ai_lsp.chat.patch import is_diff, patched
from ai_lsp.context.privacy import Outgoing
from ai_lsp.context.redact import MARK
from ai_lsp.context.visible import visible, without_hidden
from ai_lsp.core.text import LINE_ENDINGS
from ai_lsp.documents.lines import split_lines
from ai_lsp.prompts.chat import unreserved


class Refusal(StrEnum):
    """Why an answer is not offered as a change. The value is the sentence for the person."""

    CUT_OFF = (
        "the answer was cut off at its longest allowed length, so nothing is offered; select less, or raise"
        " `max_tokens` of the provider"
    )
    UNFINISHED = "the answer broke off before its end, so nothing is offered; try again"
    NO_CODE = "the answer holds no code to put there; the answer itself says why"
    TOO_LONG = (
        "the answer is far longer than code that a person could look at, so nothing is offered; try another model"
    )
    LEFT_OUT = "the answer leaves code out, so nothing is offered; select less, or try another model"
    MASKED = (
        "the answer would write what stands in the place of a secret or a hidden character into the code, so nothing is"
        " offered; leave those lines out of the selection"
    )


_WHOLE: Final = frozenset(
    ("stop", "stop_sequence", "end_turn", "eos", "eos_token", "end", "complete", "completed", "finished", "done")
)
"""How services say that an answer has come to its own end. Ours say `stop`; others may use words of their own."""
_TOO_LONG: Final = ("length", "max_", "limit")
_LONGEST: Final = 500_000
"""Characters of an answer that are read: more would keep everything else waiting."""
_FEWEST: Final = 6
"""Lines from which on something can be said about how many of them are left."""
_ELLIPSIS: Final = r"(?:\.\.\.|…)"
_LEADER: Final = r"(?:#|//|--|;+|%|/\*+|<!--|\{/\*|\(\*)"
_PARTS: Final = r"(?:code|file|functions?|class(?:es)?|methods?|implementation|module|body|logic|contents?|program|script|tests?|lines)"
_REST: Final = (
    rf"\b(?:rest|remain\w*|existing|unchanged|same as|as before|omitted|(?:previous|other|more|your) {_PARTS})\b"
)
_PLACEHOLDERS: Final = (
    re.compile(rf"^\s*{_LEADER}\s*{_ELLIPSIS}\s*(?:\*/|-->|\*/\}}|\*\))?\s*$"),
    re.compile(rf"^\s*{_LEADER}.*(?:{_ELLIPSIS}.*{_REST}|{_REST}.*{_ELLIPSIS})", re.IGNORECASE),
    re.compile(rf"^\s*{_LEADER}\W*(?:the )?(?:rest|remainder) of (?:the |your |this )?{_PARTS}\b", re.IGNORECASE),
    re.compile(
        rf"^\s*{_LEADER}\W*(?:unchanged|existing {_PARTS}|same as (?:before|above)|no changes?(?: here)?)\W*$",
        re.IGNORECASE,
    ),
    re.compile(r"^\s*\[…\]\s*$"),
)
_LONGEST_PLACEHOLDER: Final = 200
"""Characters: what stands for code that was left out is short, and the patterns would take long on long lines."""
_BARE: Final = re.compile(rf"^\s*{_ELLIPSIS}\s*$")
_SHOWN: Final = re.compile(r"<U\+[0-9A-F]{4,6}>")


def new_text(
    answer: str, finish_reason: str | None, old: str, document: Sequence[str], keeps: float = 0.0
) -> str | Refusal:
    """What is to stand in the place of `old`, which is whole lines without the ending of the last one.

    `keeps` is the part of those lines that at least has to be left. `document` is all lines with their endings, for its habits.
    """
    broken = _broken(answer, finish_reason)
    if broken is not None:
        return broken
    before = "\n".join(line.rstrip(LINE_ENDINGS) for line in split_lines(old))
    code = code_in(without_hidden(answer), before)
    if code is not None and is_diff(code) and not is_diff(before):
        code = patched(before, code)
    if code is None:
        return Refusal.NO_CODE
    lines = restored(code.split("\n"), before.split("\n"))
    refusal = _refusal(lines, before.split("\n"), keeps)
    if refusal is not None:
        return refusal
    return _joined(fitted(lines, before.split("\n"), [line.rstrip(LINE_ENDINGS) for line in document]), old, document)


def fresh_text(answer: str, finish_reason: str | None, seen: str = "") -> str | Refusal:
    """The text of a new file, or for the end of one. It ends at its last character that is not blank. `seen` is the code that
    the model was shown.
    """
    broken = _broken(answer, finish_reason)
    if broken is not None:
        return broken
    code = code_in(without_hidden(answer), "")
    if code is None:
        return Refusal.NO_CODE
    lines = code.split("\n")
    return _refusal(lines, seen.split("\n"), 0.0) or code.rstrip()


def _broken(answer: str, finish_reason: str | None) -> Refusal | None:
    """Why an answer that ended like this is not read, or None."""
    if len(answer) > _LONGEST:
        return Refusal.TOO_LONG
    reason = (finish_reason or "stop").lower()
    if reason in _WHOLE:
        return None
    return Refusal.CUT_OFF if any(word in reason for word in _TOO_LONG) else Refusal.UNFINISHED


def inert(text: str) -> str:
    """Text that talks about the marks of our questions keeps looking nearly the same, but ends nothing."""
    return _OUR_MARKS.sub(r"<\1 \2>", text)


_OUR_MARKS: Final = re.compile(r"<(/?)(SELECTION|BEFORE|AFTER|DIAGNOSTICS|IMPORTS|ELSEWHERE|INSTRUCTION|EXISTING)>")


def restored(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """The lines of an answer, where a line of the text before was shown to the model in another form, as they really are.

    Where several lines were shown in one form, they are told apart by their order, if all of them are there.
    """
    masked = Outgoing().text(inert("\n".join(old))).split("\n")
    real: dict[str, list[str]] = {}
    for line, fit in zip(old, masked, strict=True):
        body = line.strip()
        shown = unreserved(inert(body))
        for form in {unreserved(fit.strip()), shown, visible(shown), without_hidden(body)} - {body}:
            real.setdefault(form, []).append(body)
    said = Counter(line.strip() for line in new)
    turns = {form: cycle(bodies) for form, bodies in real.items() if len(set(bodies)) == 1 or len(bodies) == said[form]}
    return [_lead(line) + next(turns[line.strip()]) if line.strip() in turns else line for line in new]


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _refusal(new: Sequence[str], old: Sequence[str], keeps: float) -> Refusal | None:
    known = {line.strip() for line in old}
    fresh = [line for line in new if line.strip() not in known]
    if any(MARK in line or _SHOWN.search(line) for line in fresh):
        return Refusal.MASKED
    short = [line for line in fresh if len(line) <= _LONGEST_PLACEHOLDER]
    if any(pattern.search(line) for line in short for pattern in _PLACEHOLDERS):
        return Refusal.LEFT_OUT
    was, filled = ([line.strip() for line in lines if line.strip()] for lines in (old, new))
    # three dots are a statement in some languages; they stand for something where code has gone
    if any(map(_BARE.match, fresh)) and len(filled) < len(was):
        return Refusal.LEFT_OUT
    left = sum(line in set(filled) for line in was)
    if len(was) >= _FEWEST and left < keeps * len(was):
        return Refusal.LEFT_OUT
    return None


def _joined(new: Sequence[str], old: str, document: Sequence[str]) -> str:
    """The lines with the endings of the text before; a line that only differs in its blanks at the end stays as it was."""
    was = split_lines(old)
    ending = next((line[len(line.rstrip(LINE_ENDINGS)) :] for line in (*was[:-1], *document[:1]) if line), "") or "\n"
    lines = [line + ending for line in new]
    for number, at in kept([line.rstrip() for line in was], [line.rstrip() for line in new]):
        body = was[number].rstrip(LINE_ENDINGS)
        lines[at] = body + (was[number][len(body) :] or ending)
    return "".join(lines[:-1]) + lines[-1].rstrip(LINE_ENDINGS)
