"""A person who types lines key by key, looks at each suggestion, and takes it if it is right.

In: lines, and something that suggests. Out: a Tally. A suggestion that is right costs one key to take.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields

Suggest = Callable[[int], Awaitable[str]]
"""From a column of the line that is being typed to a suggestion, or to nothing."""


@dataclass(slots=True)
class Tally:
    """Counts. A suggestion that stays the same while it is typed into is one suggestion; `wrong_keys` are the places
    where a wrong one was on screen.
    """

    plain_keys: int = 0
    keys: int = 0
    places: int = 0
    shown_keys: int = 0
    wrong_keys: int = 0
    shown: int = 0
    wrong: int = 0
    taken: int = 0
    taken_characters: int = 0

    @property
    def saved(self) -> float:
        return 1.0 - self.keys / max(self.plain_keys, 1)

    @property
    def right(self) -> float:
        return 1.0 - self.wrong / max(self.shown, 1)

    @property
    def wrong_on_screen(self) -> float:
        return self.wrong_keys / max(self.places, 1)

    def add(self, other: Tally) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


async def type_line(line: str, suggest: Suggest, tally: Tally) -> None:
    """Type a line whose indentation the editor has made already, and the key that ends it."""
    tally.plain_keys += 1
    tally.keys += 1
    if not line:
        return
    column = len(line) - len(line.lstrip())
    tally.plain_keys += len(line) - column
    expected = ""
    while column < len(line):
        text = await suggest(column)
        rest = line[column:]
        tally.places += 1
        is_right = bool(text) and rest.startswith(text)
        if text:
            is_new = text != expected
            tally.shown_keys += 1
            tally.shown += is_new
            tally.wrong_keys += not is_right
            tally.wrong += is_new and not is_right
        if is_right and len(text) > 1:
            tally.taken += 1
            tally.taken_characters += len(text)
            column += len(text)
            expected = ""
        else:
            column += 1
            expected = text[1:] if text[:1] == rest[0] else ""
        tally.keys += 1
