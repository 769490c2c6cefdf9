"""What the editor says is wrong near a place. In: its diagnostics, and edits. Out: a snippet with the nearest ones.

Each moves along with its line. What is told while somebody types is often about code that is not finished, and changes with
every key, and so would the prompt: it counts from the first key after a rest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from ai_lsp.core.clock import Clock
from ai_lsp.core.context import Snippet, SnippetKind
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit

NEAR = 10
"""Lines."""
REST = 1.0
"""Seconds without a change."""
MOST_SHOWN = 3
_MOST_KEPT = 100
_LONGEST = 200
"""Characters of a message."""
_HASH = frozenset(
    {"python", "ruby", "shellscript", "bash", "perl", "r", "yaml", "toml", "julia", "elixir", "makefile", "dockerfile"}
)
_DASHES = frozenset({"lua", "sql", "haskell", "elm", "ada"})


class Severity(IntEnum):
    """By the numbers of the protocol (Language Server Protocol 3.18, DiagnosticSeverity)."""

    ERROR = 1
    WARNING = 2


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """`line` counts from 0."""

    line: int
    severity: Severity
    message: str


@dataclass(slots=True)
class _Told:
    """`waiting`: what is to count after the next rest; None: nothing new."""

    valid: tuple[Diagnostic, ...] = ()
    waiting: tuple[Diagnostic, ...] | None = None
    changed_at: float = float("-inf")


class DiagnosticLog(DocumentObserver):
    """Must be an observer of the documents that are spoken of; of others nothing is kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[str, _Told] = {}

    def tell(self, uri: str, found: Iterable[Diagnostic]) -> None:
        """All that is wrong in a document now."""
        told = self._told.get(uri)
        if told is None:
            return
        kept = tuple(sorted(found, key=lambda one: (one.severity, one.line))[:_MOST_KEPT])
        if self._rests(told):
            told.valid, told.waiting = kept, None
        else:
            told.waiting = kept

    def tell_of(self, uri: str, lines: range, found: Sequence[Diagnostic]) -> None:
        """All that is wrong in some lines of it now."""
        told = self._told.get(uri)
        if told is not None:
            known = told.valid if told.waiting is None else told.waiting
            self.tell(uri, [*(one for one in known if one.line not in lines), *found])

    def near(self, document: DocumentSnapshot, line: int, path: str) -> Snippet | None:
        """The lines that are wrong, each with what is wrong as a comment; `path` is the shown one."""
        told = self._told.get(document.uri)
        found = [] if told is None else [one for one in told.valid if abs(one.line - line) <= NEAR]
        found = [one for one in found if one.line < len(document.lines)]
        found.sort(key=lambda one: (one.severity, abs(one.line - line), one.line, one.message))
        shown = sorted(found[:MOST_SHOWN], key=lambda one: (one.line, one.severity, one.message))
        if not shown:
            return None
        text = "\n".join(_as_code(one, document) for one in shown)
        return Snippet(path, text, SnippetKind.DIAGNOSTIC, shown[0].line)

    def opened(self, document: DocumentSnapshot) -> None:
        self._told[document.uri] = _Told()

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        told = self._told.get(uri)
        if told is None:
            return
        if told.waiting is not None and self._rests(told):
            told.valid, told.waiting = told.waiting, None
        told.changed_at = self._clock.monotonic()
        if not told.valid and not told.waiting:
            return
        for edit in edits or ():
            told.valid = tuple(_moved(told.valid, edit))
            told.waiting = told.waiting and tuple(_moved(told.waiting, edit))
        if edits is None:
            told.valid, told.waiting = (), None

    def closed(self, uri: str) -> None:
        self._told.pop(uri, None)

    def _rests(self, told: _Told) -> bool:
        return self._clock.monotonic() - told.changed_at >= REST


def _moved(diagnostics: Iterable[Diagnostic], edit: Edit) -> Iterator[Diagnostic]:
    """Those whose lines are still there, where they are now."""
    added = edit.new_end.line - edit.old_end.line
    for one in diagnostics:
        begins_before = one.line < edit.start.line or (one.line == edit.start.line and edit.start.column > 0)
        if begins_before:
            yield one
        elif one.line >= edit.old_end.line:
            yield replace(one, line=one.line + added) if added else one
        elif one.line < edit.new_end.line:  # a formatter wrote these lines anew
            yield one


def _as_code(diagnostic: Diagnostic, document: DocumentSnapshot) -> str:
    code = document.line(diagnostic.line)
    indentation = code[: len(code) - len(code.lstrip())]
    message = " ".join(diagnostic.message.split())[:_LONGEST]
    return f"{code}\n{indentation}{_mark(document.language)} {diagnostic.severity.name.lower()}: {message}"


def _mark(language: str) -> str:
    """How a comment to the end of the line begins."""
    return "#" if language in _HASH else "--" if language in _DASHES else "//"
