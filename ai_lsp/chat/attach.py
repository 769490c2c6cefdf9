"""What of the person's code goes with a question: from open documents, and from files that the person names.

In: a question. Out: attachments, and a refusal with its reason for all that stays here. What must never happen: a file is
read that the person has not named, that lies outside of the workspace, or that is excluded, also by way of a link.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from ai_lsp.chat.question import Attachment, Question, Refusal, Scope
from ai_lsp.context.paths import path_of, uri_of
from ai_lsp.core.languages import language_of_file
from ai_lsp.core.reasons import Silence
from ai_lsp.core.text import DocumentSnapshot, Range
from ai_lsp.documents.store import Documents
from ai_lsp.prompts.fim import shown_path

LARGEST = 2_000_000
"""Bytes of a file that is read from disk."""
MOST_FILES = 50

_NOT_OPEN = "it is not open in the editor"
_OUTSIDE = "it lies in no folder of the workspace; open it in the editor to send it"


class Attacher:
    """`excluded` says why no model may see the document at an address; `folders` are those of the workspace."""

    def __init__(
        self,
        documents: Documents,
        excluded: Callable[[str], Awaitable[Silence | None]],
        folders: Callable[[], Sequence[Path]],
    ) -> None:
        self._documents = documents
        self._excluded = excluded
        self._folders = folders

    async def attach(self, question: Question) -> tuple[list[Attachment], list[Refusal]]:
        """Everything that goes with the question, as it is now."""
        found: list[Attachment] = []
        refused: list[Refusal] = []
        open_document = self._documents.snapshot(question.uri) if question.uri is not None else None
        for uri in dict.fromkeys(question.files[:MOST_FILES]):
            if uri != question.uri:
                self._sort(await self._file(uri), found, refused)
        refused += [
            Refusal(uri, f"at most {MOST_FILES} files go with a question") for uri in question.files[MOST_FILES:]
        ]
        if question.uri is not None:
            if open_document is None:
                refused.append(Refusal(question.uri, _NOT_OPEN))
            elif (silence := await self._excluded(question.uri)) is not None:
                refused.append(Refusal(question.uri, str(silence)))
            else:
                found += parts(open_document, question)
        return found, refused

    async def still_allowed(self, attachments: Iterable[Attachment]) -> set[str]:
        """Those of the addresses that a model may see now: settings may have changed since they were attached."""
        uris = {one.uri for one in attachments}
        return {uri for uri in uris if await self._excluded(uri) is None}

    @staticmethod
    def _sort(one: Attachment | Refusal, found: list[Attachment], refused: list[Refusal]) -> None:
        if isinstance(one, Refusal):
            refused.append(one)
        else:
            found.append(one)

    async def _file(self, uri: str) -> Attachment | Refusal:
        if (silence := await self._excluded(uri)) is not None:
            return Refusal(uri, str(silence))
        if (document := self._documents.snapshot(uri)) is not None:
            return _whole(uri, document.language, document.text)
        path = path_of(uri)
        if path is None:
            return Refusal(uri, _NOT_OPEN)
        place = await asyncio.to_thread(place_within, Path(path), self._folders())
        if place is None:
            return Refusal(uri, _OUTSIDE)
        # a link is as secret as what it leads to
        target = uri_of(str(place))
        if target is None or (silence := await self._excluded(target)) is not None:
            return Refusal(uri, str(silence))
        text = await asyncio.to_thread(read, place)
        return text if isinstance(text, Refusal) else _whole(uri, language_of_file(place.name), text)


def parts(document: DocumentSnapshot, question: Question) -> list[Attachment]:
    """The open document, the selection in it, and what the diagnostics say of it."""
    name = shown_path(path_of(document.uri) or document.uri)
    selection = question.selection
    focus = selection.start.line if selection else 0
    found: list[Attachment] = []
    if question.scope is Scope.FILE or selection is None:
        label = f"The file {name}:"
        found.append(Attachment(f"file {document.uri}", document.uri, label, document.language, document.text, focus))
    if selection is not None and selection.start != selection.end:
        label = f"The selection, {_lines(selection)} of {name}:"
        text = selected(document, selection)
        found.append(Attachment("selection", document.uri, label, document.language, text))
    if question.diagnostics:
        told = "\n".join(f"line {one.line + 1}: {one.severity}: {one.message}" for one in question.diagnostics)
        found.append(Attachment("diagnostics", document.uri, f"Diagnostics of {name}:", "text", told))
    return found


def selected(document: DocumentSnapshot, selection: Range) -> str:
    """The text of a range."""
    start, end = document.clamp(selection.start), document.clamp(selection.end)
    if start.line == end.line:
        return document.lines[start.line][start.column : end.column]
    first, *between = document.lines[start.line : end.line]
    return "".join([first[start.column :], *between, document.lines[end.line][: end.column]])


def place_within(path: Path, folders: Sequence[Path]) -> Path | None:
    """In a thread: where a file really lies, if that is inside of one of the folders."""
    try:
        place = Path(os.path.realpath(path))
        inside = any(place.is_relative_to(os.path.realpath(folder)) for folder in folders)
    except (OSError, ValueError):
        return None
    return place if inside else None


def read(place: Path) -> str | Refusal:
    """In a thread: the text of a file. A place that has become a link meanwhile is not followed."""
    uri = place.as_uri()
    try:
        descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123  # the descriptor is what has been checked
            kind = os.fstat(descriptor)
            if not stat.S_ISREG(kind.st_mode):
                return Refusal(uri, "it is not an ordinary file")
            content = file.read(LARGEST + 1)
    except OSError as error:
        return Refusal(uri, f"it cannot be read ({error.strerror or type(error).__name__})")
    if len(content) > LARGEST:
        return Refusal(uri, f"it is larger than {LARGEST / 1e6:.0f} MB")
    if b"\0" in content:
        return Refusal(uri, "it is not a text file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Refusal(uri, "it is not UTF-8")


def _whole(uri: str, language: str, text: str) -> Attachment:
    name = shown_path(path_of(uri) or uri)
    return Attachment(f"file {uri}", uri, f"The file {name}:", language, text)


def _lines(selection: Range) -> str:
    first, last = selection.start.line + 1, selection.end.line + 1
    return f"line {first}" if first == last else f"lines {first} to {last}"
