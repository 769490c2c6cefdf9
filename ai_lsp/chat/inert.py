"""A model's Markdown made inert, as it comes: no image, no HTML, no link but to `https:`, nothing hidden. Code stays as it is.

In: pieces, cut anywhere. Out: Markdown that an editor may show as it is; all pieces together do not depend on the cuts. A
block of code that is open at the end is closed. What must never happen: something is taken for code, and left as it is,
that a reader shows as text. Where readers differ, the Markdown is changed until they agree.

At most a line, and of a line at most about a thousand characters, are held back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ai_lsp.chat.inert_blocks import LONGEST_HEAD, Blocks, Kind, Line, could_be_table_rule, width
from ai_lsp.chat.inert_inline import Inline
from ai_lsp.context.visible import Unhiding

_LINE_END = re.compile(r"[\r\n]")
_MARKS_ONLY = re.compile(r"[ \t\-*+_0-9.)]*\Z")
_LONGEST_MARKS = 100
_FENCE_INDENT = 3
_WORDS = re.compile(r"[\w+#./:={},;%@\" -]*\Z")
_BLANK = Line(Kind.BLANK)
_WORD = re.compile(r"[\w+#.-]*")


@dataclass(frozen=True, slots=True)
class _Fence:
    """`column`: lines that stand further left do not belong to the block."""

    run: str
    column: int

    @property
    def closing(self) -> str:
        return " " * self.column + self.run


class Inert:
    """Belongs to one answer."""

    def __init__(self) -> None:
        self._unhiding = Unhiding()
        self._blocks = Blocks()
        self._fence: _Fence | None = None
        self._inline: Inline | None = None
        self._as_it_is = False
        self._head = ""
        self._held = ""
        self._line: Line | None = None
        self._read = 0
        self._after_cr = False
        self._last = "\n"

    def feed(self, piece: str) -> str:
        """What may be shown by now."""
        return self._take(self._unhiding.feed(piece))

    def end(self) -> str:
        """The rest."""
        out = self._take(self._unhiding.end()) + self._piece("", ends=True)
        self._last = out[-1:] or self._last
        if self._fence is not None:
            out += ("" if self._last == "\n" else "\n") + f"{self._fence.closing}\n"
            self._fence = None
        return out

    def _take(self, text: str) -> str:
        out: list[str] = []
        at = 0
        while at < len(text):
            found = _LINE_END.search(text, at)
            end = found.start() if found else len(text)
            is_rest_of_end = found is not None and found.group() == "\n" and self._after_cr and end == at
            if not is_rest_of_end:
                out.append(self._piece(text[at:end], ends=found is not None))
            self._after_cr = found is not None and found.group() == "\r"
            if found is None:
                break
            out.append(found.group())
            at = found.end()
        shown = "".join(out)
        self._last = shown[-1:] or self._last
        return shown

    def _piece(self, text: str, *, ends: bool) -> str:
        """A part of a line, without its ending."""
        self._head += text[: max(LONGEST_HEAD - len(self._head), 0)]
        if ends and not self._head:
            return self._blank_line()
        if self._as_it_is:
            out = text
        elif self._inline is not None:
            out = self._inline.feed(text)
        else:
            text, self._held = self._held + text, ""
            out = self._inside(text, ends=ends) if self._fence is not None else self._outside(text, ends=ends)
        if ends:
            out += self._end_line()
        return out

    def _blank_line(self) -> str:
        if self._fence is None:
            self._blocks.passed(_BLANK, "")
        return ""

    def _hold(self, text: str) -> str:
        self._held = text
        return ""

    def _inside(self, text: str, *, ends: bool) -> str:
        """The beginning of a line in a fenced block."""
        assert self._fence is not None
        fence = self._fence
        if not fence.column and text and text[0] not in " \t`~":
            self._as_it_is = True
            return text
        column, at = width(text)
        rest = text[at:]
        if not rest and not ends and column <= fence.column + _FENCE_INDENT:
            return self._hold(text)
        if rest and column < fence.column:
            return self._left(text, rest, ends=ends)
        if rest and column <= fence.column + _FENCE_INDENT and rest[0] == fence.run[0] and not rest.strip("`~ \t"):
            if ends and _closes(rest, fence):
                return self._close()
            if not ends and len(rest) <= _LONGEST_MARKS:
                return self._hold(text)
            if rest.startswith(fence.run):
                # some readers take it for the end of the block, others do not
                text = f"{text[: at + _LONGEST_MARKS]}.{text[at + _LONGEST_MARKS :]}"
        self._as_it_is = True
        return text

    def _left(self, text: str, rest: str, *, ends: bool) -> str:
        """A line that stands outside of the list item that a block is in: the block has ended."""
        assert self._fence is not None
        if not rest.strip("`~ \t"):
            if not ends and len(rest) <= _LONGEST_MARKS:
                return self._hold(text)
            if ends and _closes(rest, self._fence):
                return self._close()  # it was meant to end it, and now it does so for every reader
        return f"{self._close()}\n{self._outside(text, ends=ends)}"

    def _close(self) -> str:
        assert self._fence is not None
        closing, self._fence = self._fence.closing, None
        self._blocks.closed_fence()
        return closing

    def _outside(self, text: str, *, ends: bool) -> str:
        """The beginning of a line that is in no fenced block."""
        line = self._line = self._blocks.read(text[:LONGEST_HEAD])
        self._read = len(text)
        if not ends and len(text) < LONGEST_HEAD and self._is_open(text, line):
            return self._hold(text)
        if ends and line.kind is Kind.FENCE and len(text) <= LONGEST_HEAD:
            return self._open(text, line)
        if line.kind is Kind.CODE or (line.kind is Kind.BLANK and ends):
            self._as_it_is = True
            return text
        self._inline = inline = Inline(in_table=self._blocks.in_table)
        escape = line.escape
        if self._blocks.after_piped_span and could_be_table_rule(text):
            escape = next((at for at, character in enumerate(text) if character in "|:-"), None)
        if escape is None:
            return inline.feed(text)
        return f"{inline.feed(text[:escape])}\\{inline.feed(text[escape:])}"

    def _is_open(self, text: str, line: Line) -> bool:
        """Whether it depends on the rest of the line what it is."""
        if len(text) <= _LONGEST_MARKS and _MARKS_ONLY.match(text):
            return True
        if line.kind is Kind.FENCE or (self._blocks.after_piped_span and could_be_table_rule(text)):
            return True
        return line.kind is Kind.TEXT and (not text[line.rest :].strip("`") or not text[line.rest :].strip("~"))

    def _open(self, text: str, line: Line) -> str:
        """A fenced block begins."""
        prefix = text[: line.rest] if text[: line.rest].strip() else " " * width(text)[0]
        info = line.info.strip()
        if not _WORDS.match(info):
            word = _WORD.match(info)
            info = word.group() if word else ""
        self._blocks.items = line.items
        self._fence = _Fence(line.run, line.column)
        self._as_it_is = True
        return f"{prefix}{line.run}{info}"

    def _end_line(self) -> str:
        inline, head = self._inline, self._head
        in_code = self._as_it_is and self._fence is not None
        known, self._line = self._line if len(head) == self._read else None, None
        self._inline, self._as_it_is, self._head = None, False, ""
        rest = inline.end() if inline is not None else ""
        if in_code or self._fence is not None:
            return rest
        line = known or self._blocks.read(head)
        if inline is not None and line.kind in {Kind.FENCE, Kind.BLANK, Kind.CODE}:
            line = Line(Kind.TEXT, line.items or self._blocks.items)  # too long to be looked at as a whole
        self._blocks.passed(line, head)
        self._blocks.after_piped_span = inline is not None and inline.has_piped_span
        return rest


def _closes(rest: str, fence: _Fence) -> bool:
    """CommonMark 4.5: as many marks as it was opened with, or more, and nothing else."""
    marks = rest.rstrip(" \t")
    return len(marks) >= len(fence.run) and not marks.strip(fence.run[0])
