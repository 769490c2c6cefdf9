"""A line of Markdown text made inert: nothing in it loads, and only `https:` links can be followed.

In: a line in pieces, without its line ending. Out: the same words, with a backslash before what would be an image, HTML or a
link that is not `https:`, and the rest of an address that some readers make a link of as a code span. Every decision is about
characters that stand together, so that it holds whatever stands around them. What must never happen: a code span that a
reader sees elsewhere.

Sources: CommonMark 0.31, chapter 6; GitHub Flavored Markdown, "Autolinks (extension)". Code spans are made to end in their
line: a run of backticks without a partner there is escaped, and then it has no partner anywhere.
"""

from __future__ import annotations

import re
from functools import cache

LONGEST_SPAN = 1000
"""Characters of a code span: so many may be held back until it is known to be one."""
_LONGEST_RUN = 100
_MOST_SIGNS = 20
_SEEN = 8
"""Characters before a place that decide about it."""

_TOKEN = re.compile(
    r"\\[\s\S]"  # escaped already
    r"|`+"
    r"|(?<=https)://"  # the one kind of address that may stay
    r"|(?<=:)(?<!https:)//(?=[\w/])|(?<![^\W_])(?<![:/])//(?=\w)|(?<=\bwww)\.|(?<=[\w.+-])@(?=\w)"  # other addresses
    r"|(?<=!)\["  # an image
    r"|\]\((?!https://)|\]:(?![ \t]{0,3}https://)"  # a link to elsewhere, the definition of one
    r"|<(?=[a-z/!?])"  # HTML, and addresses in angle brackets
    r"|(?<=~~)~",  # a fence, in a place where it is none
    re.IGNORECASE,
)
_ESCAPED = frozenset({"[", "](", "]:", "<", "~"})
_ADDRESS = re.compile(r"(?:[.,;:!?]{0,20}[\w/#$&+=%-])*")
_SIGNS = re.compile(r"[.,;:!?]*\Z")


def _beginnings(word: str) -> str:
    """A pattern for every beginning of a word, also the empty one."""
    pattern = ""
    for character in reversed(word):
        pattern = f"(?:{re.escape(character)}{pattern})?"
    return pattern


_UNDECIDED = re.compile(
    rf"(?:\\|<|@|\](?:\({_beginnings('https://')}|:[ \t]{{0,3}}{_beginnings('https://')})?|:?/{{0,2}})\Z", re.IGNORECASE
)


class Inline:
    """Belongs to one line. `in_table`: a code span with `|` in it is none there."""

    def __init__(self, *, in_table: bool = False) -> None:
        self.has_piped_span = False
        """Whether a code span with `|` has been left as it is: the line must not become the head of a table."""
        self._in_table = in_table
        self._seen = ""
        self._held = ""
        self._address: str | None = None
        """What follows an address that the text so far ended in."""
        self._in_run = False
        self._is_joined = False

    def feed(self, text: str) -> str:
        """What is sure by now."""
        return self._read(self._held + text, final=False)

    def end(self) -> str:
        """The rest of the line."""
        return self._read(self._held, final=True)

    def _read(self, text: str, *, final: bool) -> str:
        whole = self._seen + text
        out: list[str] = []
        at = self._go_on(whole, len(self._seen), out, final=final)
        end = len(whole)
        if not final and (undecided := _UNDECIDED.search(whole, max(at, end - 16))):
            end = undecided.start()
        while at < end and self._address is None:
            found = _TOKEN.search(whole, at)
            if found is None or found.start() >= end:
                self._plain(whole[at:end], out)
                at = end
                break
            self._plain(whole[at : found.start()], out)
            reached = self._token(whole, found, out, final=final)
            if reached is None:
                at = found.start()
                break
            at = reached
        self._held = whole[at:]
        self._seen = whole[max(at - _SEEN, 0) : at]
        return "".join(out)

    def _go_on(self, whole: str, at: int, out: list[str], *, final: bool) -> int:
        """Take the rest of an address, or of an endless run, that the text before ended with."""
        if self._address is not None:
            return self._take_address(whole, at, out, final=final)
        if self._in_run:
            end = len(whole) - len(whole[at:].lstrip("`"))
            out.append(r"\`" * (end - at))
            self._in_run = end == len(whole)
            return end
        return at

    def _take_address(self, whole: str, at: int, out: list[str], *, final: bool) -> int:
        """Up to the end of an address, without the punctuation behind it."""
        found = _ADDRESS.match(whole, at)
        end = found.end() if found else at
        out.append(whole[at:end])
        if not final and len(whole) - end <= _MOST_SIGNS and _SIGNS.match(whole, end):
            return end  # it may go on
        out.append(self._address or "")
        self._address = None
        self._is_joined = True
        return end

    def _plain(self, text: str, out: list[str]) -> None:
        out.append(text)
        self._is_joined = self._is_joined and not (" " in text or "\t" in text)

    def _token(self, whole: str, found: re.Match[str], out: list[str], *, final: bool) -> int | None:
        """Where to go on. None: it has to be seen what follows."""
        mark = found.group()
        if mark[0] == "`":
            return self._run(whole, found, out, final=final)
        if mark in {"://", "//", ".", "@"}:
            self._address = "" if mark == "://" else "`"
            if self._address:
                self._part(out)
            out.append(f"{mark}`" if mark == "@" else self._address + mark)
            return self._take_address(whole, found.end(), out, final=final)
        self._part(out)
        out.append(f"{mark[:-1]}\\{mark[-1]}" if mark in _ESCAPED else mark)
        return found.end()

    def _part(self, out: list[str]) -> None:
        """Some readers take all up to the next space for a part of an address, also a backslash that should escape."""
        if self._is_joined:
            out.append(" ")
            self._is_joined = False

    def _run(self, whole: str, run: re.Match[str], out: list[str], *, final: bool) -> int | None:
        """A run of backticks: a code span up to its partner, or nothing but characters."""
        size, after = len(run.group()), run.end()
        if size > _LONGEST_RUN:
            self._in_run = after == len(whole)
        else:
            partner = _partner(size).search(whole, after, after + LONGEST_SPAN + 2 * _LONGEST_RUN)
            if partner is not None and partner.start() - after > LONGEST_SPAN:
                partner = None
            reached = partner.end() if partner else after
            seen_enough = partner is not None or len(whole) - after > LONGEST_SPAN + size
            if not final and (reached == len(whole) or not seen_enough):
                return None
            if partner is not None and not (self._in_table and "|" in whole[after : partner.start()]):
                self.has_piped_span = self.has_piped_span or "|" in whole[after : partner.start()]
                self._part(out)
                out.append(whole[run.start() : reached])
                return reached
        self._part(out)
        out.append(r"\`" * size)
        return after


@cache
def _partner(size: int) -> re.Pattern[str]:
    return re.compile(rf"(?<!`)`{{{size}}}(?!`)")
