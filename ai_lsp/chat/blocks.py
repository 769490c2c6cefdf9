"""The code in a model's answer. In: the answer as it came, and the text that it was asked to change. Out: code, or none.

Looked for in this order: fenced blocks, of which the one that is most like the text before; then the answer itself, without
what is evidently prose. What must never happen: prose is taken for code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_THOUGHT = re.compile(r"\A\s*<(think|thinking)>.*?(?:</\1>|\Z)", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_MARKS = re.compile(r"^[ \t]*</?SELECTION>[ \t]*\n|</?SELECTION>", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(\d+)(?:[ \t]*[|│:→][ \t]?|\t)")
_CODE = re.compile(
    r"[;{}=<>\[\]@$]|\w\(|->|::|^(?:#|//|--|/\*|\*|<!--|import |from |def |class |return\b|use |package )"
)
_PROSE = re.compile(r"[-*>]?\s*[A-Z*_`'\"]?[\w`*']+(?:[ ,;]+\S+){2,}")
_ENOUGH = 300
"""Characters of a line that say whether it is prose."""
_FEW = 5
"""Characters: a line of fewer is alike in all code."""


def code_in(answer: str, before: str) -> str | None:
    """The code of an answer to a question about the text `before`; None where there is none. Lines end at LF."""
    answer = _THOUGHT.sub("", answer.replace("\r\n", "\n"))
    known = {line.strip() for line in before.split("\n")}
    blocks = list(_blocks(answer.split("\n"), holds_fences=any(map(_FENCE.match, before.split("\n")))))
    if blocks:
        code = _most_like(blocks, before, known)
    elif (plain := _without_prose(answer, known)) is not None:
        code = plain
    else:
        return None
    code = _without_numbers(_MARKS.sub("", code), before)
    lines = code.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(line.rstrip("\r") for line in lines[filled[0] : filled[-1] + 1]) if filled else None


def _blocks(lines: Sequence[str], *, holds_fences: bool) -> Iterator[str]:
    """What stands between fences. A block without an end goes to the end of the answer.

    Where the text before has fences of its own, what is between the first and the last one of the answer is one block.
    """
    fences = [number for number, line in enumerate(lines) if _FENCE.match(line)]
    if not fences:
        return
    if holds_fences and len(fences) > 2:
        yield "\n".join(lines[fences[0] + 1 : fences[-1]])
        return
    opened: list[tuple[int, str]] = []
    for number in fences:
        mark, language = _parts(lines[number])
        closes = bool(opened) and not language and mark[0] == opened[-1][1][0] and len(mark) >= len(opened[-1][1])
        if not closes:
            if not opened or language:
                opened.append((number, mark))
            continue
        first, _ = opened.pop()
        if not opened:
            yield "\n".join(lines[first + 1 : number])
    if opened:
        yield "\n".join(lines[opened[0][0] + 1 :])


def _parts(line: str) -> tuple[str, str]:
    found = _FENCE.match(line)
    assert found is not None
    return found[1], found[2].strip()


def _most_like(blocks: Sequence[str], before: str, known: set[str]) -> str:
    """The block that shares most of its lines with the text before; of equals the last. The text itself is none of them, where
    there is another: some models show what was, and then what should be.
    """
    others = [block for block in blocks if block.strip() != before.strip()] or blocks
    return max(reversed(others), key=lambda block: len(_common(block, known)))


def _common(text: str, known: set[str]) -> set[str]:
    return {line for line in map(str.strip, text.split("\n")) if len(line) >= _FEW and line in known}


def _without_prose(answer: str, known: set[str]) -> str | None:
    """An answer without fences is code as a whole, but for paragraphs of prose before and after it."""
    paragraphs = re.split(r"\n[ \t]*\n", answer.strip("\n"))
    while paragraphs and _is_prose(paragraphs[0], known):
        del paragraphs[0]
    while paragraphs and _is_prose(paragraphs[-1], known):
        del paragraphs[-1]
    if not paragraphs or not "".join(paragraphs).strip():
        return None
    if any(_is_prose(paragraph, known) for paragraph in paragraphs):
        return None
    first = paragraphs[0].split("\n")
    if len(first) > 1 and first[0].rstrip().endswith(":") and _is_prose(first[0], known):
        paragraphs[0] = "\n".join(first[1:])
    return "\n\n".join(paragraphs)


def _is_prose(paragraph: str, known: set[str]) -> bool:
    """Whether no line looks like code, and none of them is known from the text before."""
    lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
    if any(line in known for line in lines):
        return False
    lines = [line[:_ENOUGH] for line in lines]
    return bool(lines) and all(_PROSE.match(line) and not _CODE.search(line) for line in lines)


def _without_numbers(code: str, before: str) -> str:
    """Without the line numbers that a model has put before each line, which rise one by one."""
    lines = code.split("\n")
    found = [_NUMBERED.match(line) for line in lines if line.strip()]
    numbers = [int(match[1]) for match in found if match]
    if len(numbers) < 2 or len(numbers) != len(found) or any(b - a != 1 for a, b in pairwise(numbers)):
        return code
    if any(map(_NUMBERED.match, before.split("\n"))):
        return code
    return "\n".join(_NUMBERED.sub("", line, count=1) for line in lines)
