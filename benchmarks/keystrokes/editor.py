"""What an editor holds and shows: the text around the cursor, and ghost text as each kind of editor treats it.

In: keys, and answers of a language server. Out: positions in the editor's own units, and what the person sees. Two kinds:
one asks 50 ms after each key and cancels what is outdated, counts in UTF-16 and takes ghost text away for `null`; the
other asks 200 ms after the last key and cancels nothing, counts in UTF-8 and keeps ghost text on `null`, and tells of
changes at most every 150 ms, and before it asks. Those are VS Code's and Neovim's ways (0.12: `vim.lsp.inline_completion`,
`vim.lsp._changetracking`), with the plug-ins of this project: they ask at once after a suggestion was taken and when the
server says that there is more, and hide ghost text that was typed away from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _utf8(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


@dataclass(frozen=True, slots=True)
class Kind:
    """`delay` in seconds from a key to the request. `keeps_on_null`: ghost text stays when the answer is null. `holds` in
    seconds: how long after it told of a change the next one may wait until it is told.
    """

    name: str
    client: str
    delay: float
    cancels: bool
    encoding: str
    units: Callable[[str], int]
    keeps_on_null: bool
    holds: float


VS_CODE = Kind("VS Code", "Visual Studio Code", 0.05, True, "utf-16", _utf16, False, 0.0)
NEOVIM = Kind("Neovim", "Neovim", 0.2, False, "utf-8", _utf8, True, 0.15)


@dataclass(slots=True)
class Buffer:
    """A text with a cursor. Everything happens at the cursor."""

    before: str
    after: str
    version: int = 1

    @property
    def line(self) -> int:
        return self.before.count("\n")

    @property
    def line_before(self) -> str:
        return self.before[self.before.rfind("\n") + 1 :]

    def position(self, kind: Kind) -> dict[str, int]:
        return {"line": self.line, "character": kind.units(self.line_before)}

    def edit(self, kind: Kind, text: str, delete_before: int = 0, delete_after: int = 0) -> dict[str, Any]:
        """The change as the protocol has it, after which it is made here as well."""
        kept = self.before[: len(self.before) - delete_before]
        gone = self.before[len(kept) :]
        assert "\n" not in gone, "only within a line"
        line = self.line
        after = kind.units(self.line_before + self.after[:delete_after])
        self.version += 1
        start = kind.units(kept[kept.rfind("\n") + 1 :])
        change = {"range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": after}}}
        self.before, self.after = kept + text, self.after[delete_after:]
        return {**change, "text": text}


@dataclass(frozen=True, slots=True)
class Ghost:
    """`text` is to be inserted at offset `anchor`, in place of `replaced` characters behind the cursor."""

    text: str
    anchor: int
    replaced: int
    since: float
    command: Any = None

    def rest(self, buffer: Buffer) -> str:
        """What of it is still to come after what was typed since; empty when that is something else."""
        typed = buffer.before[self.anchor :]
        if len(buffer.before) < self.anchor or "\n" in typed or not self.text.startswith(typed):
            return ""
        return self.text[len(typed) :]


@dataclass(slots=True)
class Screen:
    """The ghost text that the person sees."""

    kind: Kind
    buffer: Buffer
    ghost: Ghost | None = None
    flickers: int = 0

    @property
    def shown(self) -> str:
        return self.ghost.rest(self.buffer) if self.ghost else ""

    def typed(self) -> None:
        """After an edit. One kind of editor forgets what does not fit any more, the other shows it again if it fits."""
        if self.ghost and not self.shown and not self.kind.keeps_on_null:
            self.ghost = None

    def answered(self, ghost: Ghost | None, *, is_null: bool) -> None:
        """Ghost text flickers when it still fits, and goes away or turns into something that does not go on with it."""
        if is_null and self.kind.keeps_on_null:
            return
        old = self.shown
        new = ghost.rest(self.buffer) if ghost else ""
        self.flickers += bool(old) and not new.startswith(old)
        if ghost and self.ghost and old and new.startswith(old):
            ghost = Ghost(ghost.text, ghost.anchor, ghost.replaced, self.ghost.since, ghost.command)
        self.ghost = ghost


def ghost_of(item: Any, buffer: Buffer, kind: Kind, now: float) -> Ghost:
    """From an item, whose range an editor takes to be of the buffer as it is now."""
    inserted = item["insertText"]
    text = inserted if isinstance(inserted, str) else inserted["value"]
    span = item.get("range")
    if span is None:
        return Ghost(text, len(buffer.before), 0, now, item.get("command"))
    line = _line_at(buffer, span["start"]["line"])
    anchor = line[0] + _columns(line[1], span["start"]["character"], kind)
    end = line[0] + _columns(line[1], span["end"]["character"], kind)
    return Ghost(text, anchor, max(end - len(buffer.before), 0), now, item.get("command"))


def _line_at(buffer: Buffer, number: int) -> tuple[int, str]:
    """Where a line starts, and the line; of lines behind the cursor's, the cursor's."""
    start = 0
    for _ in range(min(number, buffer.line)):
        start = buffer.before.index("\n", start) + 1
    return start, (buffer.before[start:] + buffer.after.partition("\n")[0]).partition("\n")[0]


def _columns(line: str, units: int, kind: Kind) -> int:
    if line.isascii():
        return units
    return next((n for n in range(len(line) + 1) if kind.units(line[:n]) >= units), len(line))
