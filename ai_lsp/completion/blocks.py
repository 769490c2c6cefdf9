"""Where a suggestion ends: brackets, indentation, and what stands after the cursor already. Pure.

In: an answer, line by line. Out: whether a line still belongs to it, and whether the part that is shown ends before it.
Indentation is compared as it stands, so that odd widths and tabs stay what they are.
"""

from __future__ import annotations

import re

from ai_lsp.completion.anchors import Place, next_line

_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`|//.*$|(?<!\S)#.*$')
_CLOSERS = ")]}"
_CONTINUES = re.compile(r"\s*(?:[)\]}]|(?:else|elif|except|finally|catch|case|rescue|ensure|end|fi|done|esac|then)\b)")
_QUOTES = ('"""', "'''")


class Block:
    """The block that an answer fills. Feed it each line once, in order."""

    def __init__(self, place: Place) -> None:
        start = place.line_prefix
        self._base = width(start)
        self._next_line, self._next_width = next_line(place), _next_width(place)
        self._first = start
        self._suffix = place.line_suffix.strip()
        self._depth = 0
        self._deep = False
        self._quote = next((quote for quote in _QUOTES if start.count(quote) % 2), None)
        self._opened_at_start = opens_block(start)
        self._count = 0

    @property
    def multi_line(self) -> bool:
        """Whether more than the first line is needed for something whole."""
        return self._deep or self._depth > 0 or self._opened_at_start or self._quote is not None

    def belongs(self, line: str) -> bool:
        """False: the answer says what stands after the cursor."""
        if self._count == 0:
            whole = (self._first + line).strip()
            return not (self._next_line and _telling(whole) and whole == self._next_line)
        bare = line.strip()
        if not bare or self._quote is not None:
            return True
        if bare != self._next_line or width(line) != self._next_width:
            return True
        return not (_telling(bare) or self._depth <= 0)

    def may_end_at(self, start: str) -> bool:
        """Whether a line that begins like this may turn out not to belong."""
        whole = (start if self._count else self._first + start).strip()
        return whole[:1] in _CLOSERS or self._next_line.startswith(whole)

    def leave(self, line: str) -> bool:
        """Whether the answer goes on outside of the block with this line. If so, the block is that of the line from now on."""
        if self._count == 0 or not line.strip() or self._quote is not None or width(line) >= self._base:
            return False
        self._base = width(line)
        return True

    def ends_before(self, line: str) -> bool:
        """Whether the part that is shown is whole without this line."""
        if self._count == 0 or not line.strip() or self._quote is not None:
            return False
        if not self.multi_line:
            return True
        back = width(line) <= self._base and self._depth <= 0
        return back and not _CONTINUES.match(line) and (self._deep or not self._opened_at_start)

    def add(self, line: str) -> None:
        """The line has been taken."""
        code = self._outside_quotes(line)
        self._depth += sum(code.count(one) for one in "([{") - sum(code.count(one) for one in _CLOSERS)
        if self._count and line.strip():
            self._deep = self._deep or width(line) > self._base
        elif not self._count:
            self._opened_at_start = opens_block(self._first + line) or (self._opened_at_start and not line.strip())
            self._depth = max(self._depth, 0)
        self._count += 1

    def closes_too_much(self, line: str) -> bool:
        """Whether a line closes a bracket that was open before the answer, and that the text after it closes already."""
        code = _LITERAL.sub("", line)
        after = self._depth + sum(code.count(one) for one in "([{") - sum(code.count(one) for one in _CLOSERS)
        bare = line.strip()
        return self._count > 0 and after < 0 and bare[:1] in _CLOSERS and self._next_line[:1] == bare[:1]

    def _outside_quotes(self, line: str) -> str:
        """The code of a line: without literals, comments and what lies in a string of several lines."""
        for quote in _QUOTES:
            if line.count(quote) % 2 and self._quote in (None, quote):
                opened = self._quote is None
                self._quote = quote if opened else None
                return line.split(quote, maxsplit=1)[0] if opened else line.rsplit(quote, 1)[1]
        return "" if self._quote is not None else _LITERAL.sub("", line)


def width(line: str) -> int:
    """Characters of white space that a line begins with."""
    return len(line) - len(line.lstrip(" \t"))


def _next_width(place: Place) -> int:
    """Of the first line with text after the cursor's."""
    return next((width(line) for line in place.document.lines[place.position.line + 1 :] if line.strip()), 0)


def opens_block(line: str) -> bool:
    """Whether a line promises more lines."""
    return _LITERAL.sub("", line).rstrip().endswith((":", "{", "(", "[", "=>", "->", "do", "then"))


def _telling(line: str) -> bool:
    """Whether a line says enough to be recognised again: a bracket or `else` may well be meant twice."""
    return sum(map(str.isalnum, line)) >= 3
