"""A model that answers with a diff where the whole text was asked for. In: the diff, and the text that it is of. Out: the text
with its changes, or None where they do not fit to exactly one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_HEADS = ("--- ", "+++ ", "diff ", "index ")


def is_diff(code: str) -> bool:
    """Whether every line is one of a diff, and some of them change something."""
    lines = [line for line in code.split("\n") if line]
    if not any(line.startswith("@@") for line in lines):
        return False
    return all(line.startswith(("+", "-", " ", "@@", "\\", *_HEADS)) for line in lines)


def patched(before: str, diff: str) -> str | None:
    lines = before.split("\n")
    for old, new in _hunks(diff.split("\n")):
        place = _only_place(lines, old)
        if place is None:
            return None
        lines[place : place + len(old)] = new
    return "\n".join(lines)


def _hunks(lines: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    old: list[str] = []
    new: list[str] = []
    for line in [*lines, "@@"]:
        if line.startswith("@@"):
            if old or new:
                yield old, new
            old, new = [], []
        elif not line.startswith((*_HEADS, "\\")):
            if not line.startswith("+"):
                old.append(line[1:])
            if not line.startswith("-"):
                new.append(line[1:])


def _only_place(lines: Sequence[str], old: Sequence[str]) -> int | None:
    """Where these lines stand, if it is once. Of lines that are to be put in, nobody knows where."""
    places = [at for at in range(len(lines) - len(old) + 1) if list(lines[at : at + len(old)]) == list(old)]
    return places[0] if old and len(places) == 1 else None
