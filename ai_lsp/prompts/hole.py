"""Code completion by a model that only chats: a place in code as a conversation, and its answer as bare code again.

In: the text around the hole; then the answer, piece by piece. Out: messages; then the code to insert, as early as it is
sure. What must never happen: prose, marks, thoughts or text that stands before the cursor already is taken for code.

The answer is looked for in this order: between `<COMPLETION>` marks, in a fenced block, as plain text.
"""

from __future__ import annotations

import re

from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import Snippet
from ai_lsp.prompts.fim import shown_path
from ai_lsp.prompts.tokens import estimate_tokens

OPEN, CLOSE = "<COMPLETION>", "</COMPLETION>"

_SYSTEM = f"""\
You complete code. You are given the code before and after a cursor and answer with the text to be inserted at the cursor.
Rules:
- Answer with {OPEN}, the inserted text, {CLOSE} and nothing else: no explanation, no Markdown.
- Start exactly where the last line before the cursor stops. Repeat nothing that stands before or after the cursor.
- Keep to the indentation, names and style of the file.
- <ELSEWHERE> holds code of other places, only to know it: call it as it is written there.
- Insert only what belongs at this place: usually the rest of the line, or the rest of the block.
- Insert nothing where nothing is missing: {OPEN}{CLOSE}"""

_MARKS = re.compile(r"<(/?)(COMPLETION|BEFORE|AFTER|ELSEWHERE)>")
_BREAK = "\u2060"
_THOUGHT = re.compile(r"<(think|thinking)>.*?(</\1>|\Z)", re.DOTALL)
_FENCE = re.compile(r"(?:\A|\n)[ \t]*```[^\n`]*\n")
_FENCE_END = re.compile(r"\n?[ \t]*```\s*(?:\n|\Z)")
_LONGEST_LINE = 160
"""Characters of the cursor's line that are said once more."""
_SHORTEST_ECHO = 3
"""Characters. Anything shorter may well be meant twice, as brackets are."""


def hole_messages(prompt: CompletionPrompt) -> tuple[ChatMessage, ...]:
    """The conversation. Its first messages are always the same, so that services can keep them in their prompt caches."""
    return (*_OPENING, ChatMessage("user", _question(prompt)))


def _question(prompt: CompletionPrompt) -> str:
    path = f"\nFile: {_inert(shown_path(prompt.path))}" if prompt.path else ""
    elsewhere = "".join(map(_elsewhere, prompt.snippets))
    return (
        f"Language: {prompt.language}{path}\n{elsewhere}"
        f"<AFTER>{_inert(prompt.suffix)}</AFTER>\n"
        f"<BEFORE>{_inert(prompt.prefix)}</BEFORE>\n"
        f"The last line before the cursor:\n{_inert(_last_line(prompt.prefix)[-_LONGEST_LINE:])}"
    )


def _elsewhere(snippet: Snippet) -> str:
    return f"<ELSEWHERE>{_inert(snippet.path)}, line {snippet.first_line + 1}:\n{_inert(snippet.text)}</ELSEWHERE>\n"


def _inert(code: str) -> str:
    """Code that talks about our own marks keeps looking the same, but does not end anything."""
    return _MARKS.sub(rf"<{_BREAK}\1\2>", code)


def _last_line(prefix: str) -> str:
    return prefix[prefix.rfind("\n") + 1 :]


_OPENING = (
    ChatMessage("system", _SYSTEM),
    ChatMessage(
        "user",
        _question(CompletionPrompt("def area(width, height):\n    return wid", "\n\nprint(area(2, 3))\n", "python")),
    ),
    ChatMessage("assistant", f"{OPEN}th * height{CLOSE}"),
    ChatMessage(
        "user",
        _question(CompletionPrompt("function greet(name) {\n  ", "\n}\n\ngreet('Ada');\n", "javascript")),
    ),
    ChatMessage("assistant", f"{OPEN}console.log(`Hello, ${{name}}!`);{CLOSE}"),
)

HOLE_OVERHEAD = sum(estimate_tokens(message.content) + 8 for message in _OPENING) + 64
"""Tokens of a conversation beside the code."""


class HoleAnswer:
    """Takes an answer piece by piece and gives the code in it piece by piece."""

    def __init__(self, prompt: CompletionPrompt) -> None:
        self._line = _last_line(prompt.prefix)
        self._raw = ""
        self._code = _Code(self._line)
        self._inside: str | None = None

    def feed(self, piece: str) -> str:
        """The code that is now known to be part of the completion."""
        self._raw += piece
        if self._inside is None:
            self._look_for_start()
        if self._inside is None or self._code.ended:
            return ""
        code, self._raw = self._raw, ""
        return self._code.feed(code, _CLOSING[self._inside])

    def end(self) -> str:
        """What was held back, when the answer is complete."""
        if self._inside is None:
            self._inside = "plain"
            self._code.feed(_THOUGHT.sub("", self._raw).strip("\n") if self._raw.strip() else "", None)
        return self._code.end(_CLOSING[self._inside])

    def _look_for_start(self) -> None:
        visible = _THOUGHT.sub("", self._raw)
        tag, fence = visible.find(OPEN), _FENCE.search(visible)
        if tag >= 0 and (fence is None or tag < fence.start() or self._is_fence_around(visible, fence, tag)):
            self._inside, self._raw = "tag", visible[tag + len(OPEN) :]
        elif fence is not None and OPEN.startswith(visible[fence.end() : fence.end() + len(OPEN)].strip()):
            return
        elif fence is not None:
            self._inside, self._raw = "fence", visible[fence.end() :]

    @staticmethod
    def _is_fence_around(visible: str, fence: re.Match[str], tag: int) -> bool:
        return not visible[fence.end() : tag].strip()


_CLOSING = {"tag": re.compile(re.escape(CLOSE)), "fence": _FENCE_END, "plain": None}
_HELD = {_CLOSING["tag"]: len(CLOSE), _CLOSING["fence"]: 32}
"""Characters that may still turn out to be the beginning of the end."""


class _Code:
    """The code itself: ends at its closing mark, starts after what it repeats of the line before the cursor."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._held = ""
        self._started = False
        self.ended = False

    def feed(self, code: str, closing: re.Pattern[str] | None) -> str:
        self._held += code
        if closing is not None and (match := closing.search(self._held)) and self._is_whole(match, closing):
            self._held, self.ended = self._held[: match.start()], True
            return self._give(len(self._held))
        if closing is None:
            return ""
        # an end mark may have begun, and the last line ending may only belong to it
        return self._give(len(self._held) - _HELD[closing])

    def end(self, closing: re.Pattern[str] | None) -> str:
        if not self.ended and closing is not None and (match := closing.search(self._held)):
            self._held = self._held[: match.start()]
        elif not self.ended:
            self._held = self._held.removesuffix(_partial_close(self._held))
        self.ended = True
        return self._give(len(self._held))

    def _is_whole(self, match: re.Match[str], closing: re.Pattern[str]) -> bool:
        return closing is not _FENCE_END or match.end() < len(self._held) or match.group().endswith("\n")

    def _give(self, size: int) -> str:
        if size <= 0:
            return ""
        if not self._started:
            if not self.ended and size < len(self._line) + 2:
                return ""
            self._started = True
            rest = _without_echo(self._held, self._line)
            size -= len(self._held) - len(rest)
            self._held = rest
        given, self._held = self._held[: max(size, 0)], self._held[max(size, 0) :]
        if self.ended and given.endswith("\n"):
            given = given.removesuffix("\n").removesuffix("\r")
        return given


def _partial_close(held: str) -> str:
    """The beginning of an end mark that an answer was cut off in."""
    return next((CLOSE[:size] for size in range(len(CLOSE) - 1, 2, -1) if held.endswith(CLOSE[:size])), "")


def _without_echo(code: str, line: str) -> str:
    """Code without the part of the cursor's line that it repeats at its start."""
    if not line.strip():
        body = code.removeprefix("\r").removeprefix("\n")
        return body.removeprefix(line)
    if code.startswith(line):
        return code[len(line) :]
    bare, start = code.lstrip(" \t"), line.lstrip(" \t")
    if bare.startswith(start):
        return bare[len(start) :]
    for begin in range(len(line) - len(start), len(line) - _SHORTEST_ECHO + 1):
        tail = line[begin:]
        inside_word = begin > 0 and (line[begin - 1].isalnum() or line[begin - 1] == "_")
        if not inside_word and not tail[0].isspace() and any(map(str.isalnum, tail)) and bare.startswith(tail):
            return bare[len(tail) :]
    return code
