"""Turns a model's stream into text that may be shown, line by line as it comes.

In: pieces of an answer, cut anywhere. Out: `text`, which only grows; `shown`, how much of it is shown at once, which only
grows as well; `inside`, how much of it lies in the cursor's block, where it goes on after that; `stopped`, when nothing
more is wanted. A long first line is shown before all of it has come. What must never happen: a part of a mark, of a
repetition or of what stands after the cursor is shown; code is changed inside.
"""

from __future__ import annotations

import re

from ai_lsp.completion.anchors import Place
from ai_lsp.completion.blocks import Block
from ai_lsp.completion.cleaning import Echo, cut_at_mark, opening
from ai_lsp.completion.repetition import repeats, stutters

MOST_SHOWN = 8
"""Lines of a block that are shown at once."""
TAIL = 4
"""Lines that are kept for after the shown ones have been taken."""
LONG = 16
"""Characters of a first line from which it is shown as it comes."""
_LONGEST_BEGINNING = 200
_WORD = re.compile(r"\w+$")


class CompletionFilter:
    """One for each answer. Not `multi_line`: one line of it is shown at a time. `in_part`: a long first line is shown as
    it comes, to somebody who hears of it when it is whole.
    """

    def __init__(self, place: Place, *, multi_line: bool = True, in_part: bool = False) -> None:
        self._multi_line = multi_line
        # closers after the cursor are replaced or not by what the end of the line is
        self._in_part = in_part and not place.line_suffix.strip()
        self._language = place.document.language
        self._document = place.document
        self._echo = Echo(place)
        self._block = Block(place)
        self._indentation = place.line_prefix if not place.line_prefix.strip() else ""
        self._raw = ""
        self._begun = self._fenced = False
        self._lines: list[str] = []
        self._shown_lines: int | None = None
        self.text = ""
        self.shown: int | None = None
        self.inside: int | None = None
        self.stopped = False

    def feed(self, piece: str) -> None:
        """Take a piece of the stream."""
        if self.stopped:
            return
        self._raw += piece
        if not self._begin(ended=False):
            return
        while (line := self._next_line()) is not None:
            self._take(line)
        if stutters(self._raw):
            self._stop()
        elif self._in_part and not any(self._lines):
            self._begin_line()

    def end(self, *, drop: bool = False) -> None:
        """The stream has ended: what was held back is a line as well, unless it is to be dropped."""
        if self.stopped:
            return
        self._begin(ended=True)
        self._raw = self._raw.replace("\r\n", "\n").replace("\r", "\n")
        *lines, last = self._raw.split("\n")
        for line in [*lines, last] if last and not drop else lines:
            self._take(line)
        self._stop()

    @property
    def shows_part(self) -> bool:
        """Whether what is shown ends within a line that is still coming."""
        return bool(self.text) and not any(self._lines)

    @property
    def seen(self) -> str:
        """The text with the line that is still coming, as far as it can be trusted."""
        if self.stopped or not self._begun:
            return self.text
        line = self._raw.partition("\r")[0]
        if self._lines:
            return self.text + "\n" + line
        return "" if self._echo.pending(line) or line.startswith("<") else line

    def _begin(self, *, ended: bool) -> bool:
        if not self._begun:
            code = opening(self._raw, self._language, ended=ended)
            if code is not None:
                self._fenced = len(code) < len(self._raw) and "```" in self._raw[: len(self._raw) - len(code)]
                self._raw, self._begun = code, True
        return self._begun

    def _next_line(self) -> str | None:
        """The next whole line. A CR at the very end may be half of a line ending."""
        ends = [at for at in (self._raw.find("\n"), self._raw.find("\r")) if at >= 0]
        if not ends or (self._raw[min(ends)] == "\r" and min(ends) == len(self._raw) - 1):
            return None
        end = min(ends)
        skip = 2 if self._raw[end : end + 2] == "\r\n" else 1
        line, self._raw = self._raw[:end], self._raw[end + skip :]
        return line

    def _begin_line(self) -> None:
        """Show the whole words of a first line that is still coming, where nothing can take them back."""
        line = self._raw.partition("\r")[0]
        words = _WORD.sub("", line.partition("<")[0]).rstrip()
        is_safe = not self._echo.pending(line) and not self._block.may_end_at(line)
        if is_safe and len(words.strip()) >= LONG and len(line) <= _LONGEST_BEGINNING:
            self.text = "\n".join([*self._lines, words])
            self.shown = len(self.text)

    def _take(self, line: str) -> None:
        new = None if self.stopped else self._echo.strip(line)
        if new is None:
            return
        new, marked = cut_at_mark(new, self._is_code)
        if (self._fenced and new.strip() == "```") or (marked and not new.strip()) or not self._wanted(new):
            self._stop()
            return
        if self._block.leave(new) and any(self._lines):
            self._leave()
        if self._shown_lines is None and self._shows_enough(new):
            self._shown_lines = len(self._lines)
        self._block.add(new)
        self._lines.append(new.rstrip())
        self._publish()
        if marked or self._repeats() or self._full():
            self._stop()

    def _leave(self) -> None:
        """What comes now is for after all of the block has been taken."""
        self._shown_lines = self._shown_lines or len(self._lines)
        if self.inside is None:
            self.inside = len(self.text.rstrip())

    def _wanted(self, line: str) -> bool:
        return self._block.belongs(line) and not self._block.closes_too_much(line) and not stutters(line)

    def _shows_enough(self, line: str) -> bool:
        has_text = any(self._lines)
        return has_text and (self._block.ends_before(line) or len(self._lines) >= MOST_SHOWN)

    def _full(self) -> bool:
        return self._shown_lines is not None and len(self._lines) - self._shown_lines >= TAIL

    def _repeats(self) -> bool:
        said = repeats([self._indentation + self._lines[0], *self._lines[1:]])
        if said and any(map(str.isalnum, "".join(self._lines[-said:]))):
            del self._lines[-said:]
            return True
        return False

    def _publish(self) -> None:
        self.text = "\n".join(self._lines)
        if self._shown_lines is None and any(self._lines) and not (self._multi_line and self._block.multi_line):
            self._shown_lines = len(self._lines)
        if self._shown_lines is not None:
            self.shown = len("\n".join(self._lines[: self._shown_lines]).rstrip())
        elif any(self._lines):
            self.shown = len(self.text.rstrip())

    def _stop(self) -> None:
        while self._lines and not self._lines[-1].strip():
            self._lines.pop()
        self._shown_lines = min(self._shown_lines or len(self._lines), len(self._lines))
        self._publish()
        self._raw = ""
        self.stopped = True

    def _is_code(self, mark: str) -> bool:
        return mark in self._document.text
