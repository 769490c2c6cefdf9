"""Characters that a person cannot see but a model reads: shown in prompts, dropped from replies.

In: any text. Out: the same text with bidirectional controls, tags, invisible separators, stray selectors, and control
characters other than tab and line ends written as `<U+202E>`, or without them. What must never happen: a word of Persian
or Hindi, or an emoji, comes out changed. There a joiner stands between two letters or pictures, and is kept.

Sources: Unicode 16, sections 23.2 (joiners, bidirectional controls) and 23.4 (variation selectors); UTS 51 (emoji).
"""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = bytes(code for code in (*range(32), 127) if chr(code) not in "\t\n\r")
_JOINERS = "\u200b\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f"
_KEYCAPS = "#*0123456789"
_FLAG = "\U0001f3f4(?:\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f)"
"""England, Scotland and Wales: the only sequences of tags that UTS 51 recommends."""
_HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_ANY = re.compile(f"[{_HIDDEN}{_JOINERS}{_SELECTORS}]")
_SELECTOR = re.compile(f"[{_SELECTORS}]")
_CANDIDATE = re.compile(f"(?P<flag>{_FLAG})|(?P<maybe>[{_JOINERS}{_SELECTORS}])|[{_HIDDEN}]")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-OQ-WYZ\\`-~])")
"""A terminal's commands (ECMA-48): dropped whole, their letters are no text."""
_LONGEST_COMMAND = 256
_UNSURE = re.compile(rf"(?:[{_JOINERS}]|[{_JOINERS}]?\U0001f3f4[\U000e0000-\U000e007f]{{0,5}})\Z")
"""The end of a piece of text that reads differently with what may follow."""


def is_plain(text: str) -> bool:
    """Whether there is surely nothing to show: a quick look that covers nearly all code."""
    if text.isascii():
        raw = text.encode("ascii")
        return len(raw.translate(None, _CONTROLS)) == len(raw)
    return _ANY.search(text) is None


def visible(text: str) -> str:
    """The text with everything hidden in it written out."""
    return text if is_plain(text) else _CANDIDATE.sub(lambda found: _shown(found, "<U+%04X>"), text)


def without_hidden(text: str) -> str:
    """The text without anything hidden, and without a terminal's commands."""
    if is_plain(text):
        return text
    return _CANDIDATE.sub(lambda found: _shown(found, ""), _ESCAPE.sub("", text))


class Unhiding:
    """`without_hidden` for text that comes in pieces. Holds back the few characters whose meaning is still open."""

    def __init__(self) -> None:
        self._last = ""
        self._held = ""

    def feed(self, piece: str) -> str:
        """What is sure by now."""
        if not self._held and is_plain(piece) and not piece.endswith("\U0001f3f4"):
            self._last = (self._last + piece)[-2:]
            return piece
        text = _without_commands(self._held + piece)
        unsure = _unsure_from(text)
        self._held = text[unsure:]
        return self._given(text[:unsure], self._held[:1])

    def end(self) -> str:
        """The rest."""
        text, self._held = self._held, ""
        return self._given(text, "")

    def _given(self, text: str, after: str) -> str:
        """`text` read between what went before and what comes after it."""
        before, text = self._last, text.replace("\x1b", "\0")
        self._last = (before + text)[-2:]
        whole = without_hidden(before + text + after)
        return whole[len(without_hidden(before)) : len(whole) - len(without_hidden(after)) if after else None]


def _without_commands(text: str) -> str:
    """Without whole commands; an escape before them that begins none must not begin one with what comes next."""
    done = max((command.end() for command in _ESCAPE.finditer(text)), default=0)
    return _ESCAPE.sub("", text[:done]).replace("\x1b", "\0") + text[done:]


def _unsure_from(text: str) -> int:
    begun = text.find("\x1b")
    if begun >= 0 and len(text) - begun <= _LONGEST_COMMAND:
        return len(text[:begun].rstrip(_JOINERS))
    found = _UNSURE.search(text)
    return found.start() if found else len(text)


def _shown(found: re.Match[str], form: str) -> str:
    character = found.group()
    if found["flag"] or (found["maybe"] and _belongs(found)):
        return character
    return form % ord(character) if form else ""


def _belongs(found: re.Match[str]) -> bool:
    """Whether a joiner stands inside a word or an emoji, or a selector behind the character that it is for."""
    text, at = found.string, found.start()
    before, after = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    if found.group() in _JOINERS:
        base = text[at - 2 : at - 1] if at > 1 and _ANY.match(before) else before
        return _joins(base) and _joins(after) and (base is before or _SELECTOR.match(before) is not None)
    return bool(before) and before in _KEYCAPS if before.isascii() else not _ANY.match(before)


def _joins(character: str) -> bool:
    """Letters and marks of scripts that use joiners, and pictures with their selectors and skin tones."""
    return not character.isascii() and not _ANY.match(character) and unicodedata.category(character)[0] in "LMSN"
