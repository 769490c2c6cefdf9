"""CodeContext: what is near the cursor and may be used to complete the code there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from ai_lsp.core.text import DocumentSnapshot, Position


@dataclass(frozen=True, slots=True)
class Scope:
    """A function, class, method, type or module around the cursor. `header` is its first line or lines, stripped."""

    kind: str
    name: str
    header: str
    first_line: int
    last_line: int


class Place(Enum):
    """What the text at the cursor is part of. Without a grammar everything counts as code."""

    CODE = "code"
    COMMENT = "comment"
    STRING = "string"


class SnippetKind(StrEnum):
    """Why a piece of code may help. OWN and OUTLINE stand in the document itself, perhaps out of sight of the prompt; an
    OUTLINE has one header a line, USES have one name a line, as it is used there, and a DIAGNOSTIC says in comments what is
    wrong with its lines.
    """

    OUTLINE = "outline"
    OWN = "own"
    DEFINITION = "definition"
    SIMILAR = "similar"
    EDIT = "edit"
    USES = "uses"
    DIAGNOSTIC = "diagnostic"


VOLATILE = frozenset({SnippetKind.EDIT, SnippetKind.DIAGNOSTIC})
"""What changes from one minute to the next: it goes behind what stays, which services then find in their caches."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code from somewhere else in the workspace. `path` is relative to it, with slashes; `text` ends without a line ending,
    and begins in line `first_line` there.
    """

    path: str
    text: str
    kind: SnippetKind
    first_line: int


@dataclass(frozen=True, slots=True)
class CodeContext:
    """The place that is being completed and what surrounds it.

    `scopes` goes from the outermost to the innermost, `imports` holds the import statements of the file as written.
    Both are empty for a language without a grammar. `path` is None for a document that is not a local file.
    `snippets` has the most helpful first, and is empty until somebody asks for it (`ContextGatherer.with_snippets`).
    """

    document: DocumentSnapshot
    position: Position
    path: str | None
    scopes: tuple[Scope, ...] = ()
    imports: tuple[str, ...] = ()
    place: Place = Place.CODE
    snippets: tuple[Snippet, ...] = ()

    @property
    def uri(self) -> str:
        return self.document.uri

    @property
    def language(self) -> str:
        return self.document.language

    @property
    def prefix(self) -> str:
        """All text before the cursor."""
        return self.document.before(self.position)

    @property
    def suffix(self) -> str:
        """All text after the cursor."""
        return self.document.after(self.position)

    @property
    def line_prefix(self) -> str:
        """The cursor's line up to the cursor."""
        return self.document.lines[self.position.line][: self.position.column]

    @property
    def line_suffix(self) -> str:
        """The cursor's line after the cursor, without the line ending."""
        return self.document.line(self.position.line)[self.position.column :]
