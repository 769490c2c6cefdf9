"""What models say around and inside code that is no code: thoughts, fences, marks of their training, echoes.

In: the beginning of an answer, or a line of it. Out: the code alone. Pure. A mark that the person's own document
contains is code, and nothing else is cut: neither comments nor quotes nor paths end an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ai_lsp.completion.anchors import Place

_THOUGHT = ("<think>", "</think>")
_FENCE = re.compile(r"```[\w+#.-]*[ \t]*\n")
_MARK = re.compile(
    r"<\|[a-z_]{2,24}\|>|<fim_[a-z]+>|<(?:file_sep|repo_name)>|<EOT>|<(?:PRE|SUF|MID)>|</?COMPLETION>"
    r"|<[｜|][^｜|\n<>]{2,24}[｜|]>|<\[(?:fim-[a-z]+|end▁of▁sentence)\]>"  # noqa: RUF001  # some models' marks have wide bars
)
_SHORTEST_ECHO = 3
"""Characters. Anything shorter may well be meant twice."""
_FENCED_LANGUAGES = frozenset({"markdown", "mdx", "quarto", "rmd", "asciidoc", "restructuredtext"})


def opening(raw: str, language: str, *, ended: bool) -> str | None:
    """The answer from where its code begins; None: not known yet."""
    head = raw.lstrip()
    if head.startswith(_THOUGHT[0]):
        _, mark, rest = head.partition(_THOUGHT[1])
        return opening(rest.lstrip("\n"), language, ended=ended) if mark else ("" if ended else None)
    if not ended and _THOUGHT[0].startswith(head):
        return None
    if language in _FENCED_LANGUAGES or not head.startswith("`"):
        return raw
    if not ended and "\n" not in head and len(head) < 40:
        return None
    fence = _FENCE.match(head)
    return head[fence.end() :] if fence else raw


def cut_at_mark(line: str, is_code: Callable[[str], bool]) -> tuple[str, bool]:
    """(the line up to a mark of a model's training, whether there is one). `is_code` knows the person's own marks."""
    for mark in _MARK.finditer(line):
        if not is_code(mark.group()):
            return line[: mark.start()], True
    return line, False


class Echo:
    """Takes away what an answer repeats of the text before the cursor: the cursor's line, with up to two before it."""

    def __init__(self, place: Place) -> None:
        lines, number = place.document.lines, place.position.line
        self._before = [lines[at].strip() for at in range(max(number - 2, 0), number)]
        self._line = place.line_prefix
        self._next: int | None = None
        self.over = False

    def pending(self, start: str) -> bool:
        """Whether an answer that begins like this may yet turn out to be an echo."""
        said, expected = start.strip(), [line for line in (*self._before, self._line.strip()) if line]
        echoes = self._next is not None or any(line.startswith(said) or said.startswith(line) for line in expected)
        return not self.over and echoes

    def strip(self, line: str) -> str | None:
        """The new part of the next line; None: all of it was said before."""
        if self.over:
            return line
        known = self._known(line)
        if known is not None:
            self._next = known + 1
            return None
        self.over = True
        return self._without_prefix(line)

    def _known(self, line: str) -> int | None:
        """Which of the lines before the cursor this one repeats."""
        bare = line.strip()
        if len(bare) < _SHORTEST_ECHO or not any(map(str.isalnum, bare)):
            return None
        candidates = range(len(self._before)) if self._next is None else range(self._next, len(self._before))
        return next((at for at in candidates if self._before[at] == bare), None)

    def _without_prefix(self, line: str) -> str:
        bare, start = line.lstrip(" \t"), self._line.lstrip(" \t")
        if not start.strip():
            # an answer that came with lines of its own indentation, behind an indentation that is there already
            return line.removeprefix(self._line) if self._next is not None else line
        if len(start.strip()) >= _SHORTEST_ECHO and bare.startswith(start):
            return bare[len(start) :]
        return line
