"""Splits code into tokens without a grammar. In: lines of text. Out: ids of a vocabulary. Any text is taken as it comes.

A token is a word or one other character, together with the blanks before it. Between two lines that are not blank stands
one newline token, which knows how many line ends there were (1 to 3) and how much the indentation changed, so that code
copied from another depth still matches. A boundary stands where a text begins, and wherever a secret was taken out.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from ai_lsp.providers.embedded.vocabulary import BOUNDARY, Vocabulary

MAX_LINE = 1000
"""Characters. A longer line is data, not code: it counts as blank."""

_PIECE = re.compile(r"\s*(?:\w+|[^\w\s])")


def pieces(text: str) -> list[str]:
    """The tokens of one line, each with the blanks before it. Blanks at the end belong to none."""
    return _PIECE.findall(text)


def piece_ends(text: str) -> list[int]:
    """Where the tokens of one line end."""
    return [match.end() for match in _PIECE.finditer(text)]


def indent_width(blanks: str) -> int:
    """Tabs count as one step each; where there are none, every blank does."""
    return blanks.count("\t") or len(blanks)


@dataclass(frozen=True, slots=True)
class Margin:
    """What the next line's newline token depends on: the last line's indentation (None: no line yet), blank lines since."""

    indent: int | None = None
    blank_lines: int = 0


def lex_lines(
    lines: Iterable[str], vocabulary: Vocabulary, margin: Margin, tokens: array[int], offsets: list[int]
) -> Margin:
    """Append the lines' tokens, and for each line how many tokens stand before it. Returns the margin that they leave."""
    indent, blank_lines = margin.indent, margin.blank_lines
    look_up = vocabulary.__getitem__
    find = _PIECE.findall
    for line in lines:
        offsets.append(len(tokens))
        code = line.lstrip()
        if not code or len(line) > MAX_LINE:
            blank_lines += 1
            continue
        width = indent_width(line[: len(line) - len(code)])
        tokens.append(BOUNDARY if indent is None else vocabulary.newline(blank_lines + 1, width - indent))
        tokens.extend(map(look_up, find(code)))
        indent, blank_lines = width, 0
    return Margin(indent, blank_lines)
