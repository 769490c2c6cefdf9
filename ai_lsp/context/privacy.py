"""What may leave this machine, and where to: the levels that a person sets, and texts made fit to go.

In: a level, hosts, the address of a service; and texts. Out: why the service may not be asked, or None; and the texts with
secrets masked and hidden characters shown. What must never happen: an address that cannot be read counts as allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import cast
from urllib.parse import urlsplit

from ai_lsp.context.redact import MARK, masked_halves, masked_lines, placeholder, private_key_lines
from ai_lsp.context.visible import is_plain, visible

_KEPT = 20_000
"""Lines whose fit form is remembered: a few megabytes."""
_LONGEST_KEPT = 1000
_SLICE = 1000
"""Lines that are read at a time: about three milliseconds."""


class Level(StrEnum):
    """How far code and conversations may go."""

    MACHINE = "machine"
    HOSTS = "hosts-i-control"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where the text for one provider may go. `hosts` are names or addresses, `*.example.com` for all below one."""

    level: Level = Level.ANYWHERE
    hosts: frozenset[str] = frozenset()

    def refusal(self, origin: str | None) -> str | None:
        """Why nothing may be sent to a service at `origin`, or None. None for an origin: nobody knows where it is."""
        if self.level is Level.ANYWHERE:
            return None
        host = _host(origin)
        if host is not None and (_is_this_machine(host) or (self.level is Level.HOSTS and self._names(host))):
            return None
        where = origin or "a place that it does not tell"
        if self.level is Level.MACHINE:
            return f"it is at {where}, and [privacy] in the user file keeps everything on this machine"
        return f"it is at {where}, which is not among the `hosts` of [privacy] in the user file; add it to allow this"

    def _names(self, host: str) -> bool:
        above = host.split(".")
        wild = {"*." + ".".join(above[n:]) for n in range(1, len(above))} if not _is_address(host) else set()
        return host in self.hosts or not wild.isdisjoint(self.hosts)


class Outgoing:
    """Makes texts fit to leave. Remembers lines, so that a text in which one changed costs microseconds."""

    def __init__(self) -> None:
        self._fit: dict[str, str] = {}
        self._above = self._below = ("", "")

    def text(self, text: str) -> str:
        """A whole text."""
        return "\n".join(self._lines(text, text.split("\n")))

    def halves(self, prefix: str, suffix: str) -> tuple[str, str]:
        """The texts before and after a cursor, read as the one that they are: a secret may lie on both sides."""
        start, end = prefix.rfind("\n") + 1, suffix.find("\n")
        end = len(suffix) if end < 0 else end
        above, left, right, below = prefix[:start], prefix[start:], suffix[:end], suffix[end:]
        if any(_KEY_WORDS in text for text in (above, left + right, below)):
            fit = self.text(prefix + suffix).split("\n")
            line = above.count("\n")
            if fit[line] == _PRIVATE_KEY:
                return "\n".join([*fit[:line], _PRIVATE_KEY]), "\n".join(["", *fit[line + 1 :]])
            above, below = "".join(f"{one}\n" for one in fit[:line]), "".join(f"\n{one}" for one in fit[line + 1 :])
        else:
            above, below = self._unchanged(above, below)
        left, right = map(visible, masked_halves(left + right, len(left)))
        return above + left, right + below

    def _unchanged(self, above: str, below: str) -> tuple[str, str]:
        """The fit forms of what is above and below a line. They stay the same while a person types in it."""
        if above != self._above[0]:
            self._above = above, self.text(above)
        if below != self._below[0]:
            self._below = below, self.text(below)
        return self._above[1], self._below[1]

    def reading(self, *texts: str) -> Iterator[None]:
        """Read new lines beforehand, pausing between slices: a large text would hold up everything else."""
        for text in map(self._unknown, texts):
            new = list(dict.fromkeys(line for line in text.split("\n") if line not in self._fit))
            for first in range(0, len(new), _SLICE):
                self._read(new[first : first + _SLICE])
                yield

    def _unknown(self, text: str) -> str:
        """Without what stood above or below the cursor's line the last time."""
        above, below = self._above[0], self._below[0]
        if above and text.startswith(above):
            return text[len(above) :]
        return text.removesuffix(below) if below.startswith("\n") else text

    def _lines(self, text: str, lines: list[str]) -> list[str]:
        fit = [*map(self._fit.get, lines)]
        if None in fit:
            new = [fit.index(None)]
            new += [number for number in range(new[0] + 1, len(fit)) if fit[number] is None]
            read = self._read(list(dict.fromkeys(lines[number] for number in new)))
            for number in new:
                # a line that nobody has made fit is an error, never its own text
                fit[number] = read[lines[number]]
        for number in private_key_lines(lines) if _KEY_WORDS in text else ():
            fit[number] = _PRIVATE_KEY
        return cast("list[str]", fit)

    def _read(self, lines: list[str]) -> dict[str, str]:
        """The fit form of lines, which is remembered but for the longest."""
        forms = masked_lines(lines)
        if not is_plain("\n".join(lines)):
            forms = list(map(visible, forms))
        fit = dict(zip(lines, forms, strict=True))
        if len(self._fit) + len(fit) > _KEPT:
            self._fit.clear()
        self._fit.update((line, text) for line, text in fit.items() if len(line) <= _LONGEST_KEPT)
        return fit


class Unmasked:
    """Ends an answer where it repeats a placeholder: what was masked must not be written into the person's code."""

    def __init__(self) -> None:
        self._held = ""
        self.found = False

    def feed(self, piece: str) -> str:
        """What may be shown by now."""
        if self.found:
            return ""
        text = self._held + piece
        mark = text.find(MARK)
        self.found = mark >= 0
        safe = mark if self.found else len(text) - _begun(text)
        self._held = text[safe:]
        return text[:safe]

    def end(self) -> str:
        """The rest."""
        return "" if self.found else self._held


_PRIVATE_KEY = placeholder("private-key")
_KEY_WORDS = "PRIVATE KEY"
"""Without them no text holds a key of several lines."""


def _begun(text: str) -> int:
    """How many characters at the end may be the beginning of a placeholder."""
    return next((size for size in range(len(MARK) - 1, 0, -1) if text.endswith(MARK[:size])), 0)


def _host(origin: str | None) -> str | None:
    try:
        return urlsplit(origin or "").hostname
    except ValueError:
        return None


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return _is_address(host) and ip_address(host).is_loopback


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
