"""What a file declares, found without a parser. In: a file's text and its language. Out: names with their headers.

Reads lines with one pattern for each kind of language: good enough to show what there is, quick enough for a whole
workspace, and safe to run in any thread. What looks like a declaration in a long string is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LONGEST_HEADER = 160
_MOST_LINES = 8
"""Lines that one header may take."""
_MOST_SYMBOLS = 2_000
_LONGEST_LINE = 400
_TAB = 4

_PYTHON = r"""
    (?:async\s+)?(?:def|class)\s+(?P<declared>\w+)
  | (?P<constant>[A-Z][A-Z0-9_]+|[A-Za-z_]\w*(?=\s*:\s*[A-Za-z"']))\s*(?::[^=]+)?(?:=(?!=)|$)
  | self\.(?P<attribute>\w+)\s*(?::[^=]+)?=(?!=)
"""
_SCRIPT = r"""
    (?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?
    (?:function\s*\*?|class|interface|enum|namespace|type(?=\s+\w+\s*(?:<[^>]*>)?\s*=))\s+(?P<declared>[\w$]+)
  | (?:export\s+)?(?:const|let|var)\s+(?P<constant>[\w$]+)\s*(?::[^=]+)?=
  | (?:(?:public|private|protected|static|readonly|async|get|set|override|abstract)\s+)*\#?
    (?!(?:if|for|while|switch|catch|function|return|super|await|typeof|new)\b)
    (?P<method>[\w$]+)\s*(?:<[^>]*>)?\([^;]*(?:\{|,|\()$
  | (?:(?:public|private|protected|static|readonly|declare)\s+)*(?P<field>[\w$]+)[?!]?:\s*[\w$<>\[\]|&{}"'. ]+;$
"""
_GO = r"""
    func\s+(?:\([^)]*\)\s*)?(?P<declared>\w+)
  | type\s+(?P<type>\w+)
  | (?:const|var)\s+(?P<constant>\w+)
  | (?P<field>[A-Z]\w*)\s+[\w*\[\].]+(?:\s+`.*)?$
"""
_RUST = r"""
    (?:pub(?:\([^)]*\))?\s+)?(?:default\s+)?(?:const\s+)?(?:async\s+)?(?:unsafe\s+)?(?:extern\s+"[^"]*"\s+)?
    (?:fn|struct|enum|trait|union|type|mod|static|const|macro_rules!)\s+(?:mut\s+)?(?P<declared>\w+)
  | impl(?:<[^>]*>)?\s+(?:[\w:<>,' ]+\s+for\s+)?(?P<type>\w+)
  | (?:pub(?:\([^)]*\))?\s+)(?P<field>\w+):\s*[^=]+,$
"""
_RUBY = r"""
    (?:def\s+(?:self\.)?|class\s+|module\s+)(?P<declared>\w+[?!]?)
  | (?P<constant>[A-Z][A-Z0-9_]+)\s*=
  | attr_\w+\s+:(?P<attribute>\w+)
"""
_PHP = r"""
    (?:(?:public|private|protected|static|final|abstract|readonly)\s+)*
    (?:function\s+&?|class\s+|interface\s+|trait\s+|enum\s+|const\s+)(?P<declared>\w+)
  | (?:(?:public|private|protected|static|readonly)\s+)+(?:[\w?|\\]+\s+)?\$(?P<attribute>\w+)
"""
_SHELL = r"(?:function\s+)?(?P<declared>[\w:-]+)\s*\(\)|function\s+(?P<method>[\w:-]+)|(?:export|readonly)\s+(?P<constant>\w+)="
_C = r"""
    (?:typedef\s+)?(?:template\s*<.*>\s*)?(?:[\w@()]+\s+)*?(?:class|struct|interface|enum|union|record|namespace)\s+(?P<declared>\w+)
  | \#\s*define\s+(?P<constant>\w+)
  | (?!(?:return|else|if|for|while|switch|throw|new|case|delete|goto|using|catch|do|await|yield|typedef)\b)
    (?:[\w<>\[\],.?*&:~@]+\s+){1,6}[*&]*(?P<method>[\w~:]+)\s*(?:<[^>]*>)?\([^;=]*[;{,)]?(?:\s*(?:const|override|noexcept|throws\s[\w,. ]+))*\s*[;{]?$
  | (?:(?:public|private|protected|internal|static|final|readonly|const)\s+)+[\w<>\[\],.?]+\s+(?P<field>\w+)\s*(?:=|;|\{)
"""

_PATTERNS = {
    family: re.compile(rf"[ \t]*(?:{pattern})", re.VERBOSE)
    for family, pattern in {
        "python": _PYTHON,
        "script": _SCRIPT,
        "go": _GO,
        "rust": _RUST,
        "ruby": _RUBY,
        "php": _PHP,
        "shell": _SHELL,
        "c": _C,
    }.items()
}
_FAMILIES = {
    "python": "python",
    **dict.fromkeys(("javascript", "javascriptreact", "typescript", "typescriptreact"), "script"),
    "go": "go",
    "rust": "rust",
    "ruby": "ruby",
    "php": "php",
    **dict.fromkeys(("shellscript", "sh", "bash"), "shell"),
    **dict.fromkeys(("c", "cpp", "csharp", "cs", "java", "kotlin", "objective-c"), "c"),
}
_ENDINGS = {
    **dict.fromkeys(("py", "pyi"), "python"),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"), "script"),
    "go": "go",
    "rs": "rust",
    "rb": "ruby",
    "php": "php",
    **dict.fromkeys(("sh", "bash"), "shell"),
    **dict.fromkeys(("c", "h", "cc", "cpp", "cxx", "hh", "hpp", "cs", "java"), "c"),
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declaration. `header` is in one line, without the indentation; `depth` is that indentation, in columns."""

    name: str
    line: int
    depth: int
    header: str


def family_of_language(language: str) -> str | None:
    """The kind of language by an editor's name for it; None: nothing is known of it."""
    return _FAMILIES.get(language)


def family_of_path(path: str) -> str | None:
    """The same by a file's ending."""
    return _ENDINGS.get(path.rpartition(".")[2].lower())


def outline(lines: Sequence[str], family: str) -> tuple[Symbol, ...]:
    """Declarations from top to bottom, each name once in its block."""
    found: list[Symbol] = []
    for symbol in _symbols(lines, _PATTERNS[family]):
        found.append(symbol)
        if len(found) == _MOST_SYMBOLS:
            break
    return tuple(found)


def _symbols(lines: Sequence[str], pattern: re.Pattern[str]) -> Iterator[Symbol]:
    seen: set[tuple[str, int]] = set()
    behind = 0
    for number, line in enumerate(lines):
        if number < behind or len(line) > _LONGEST_LINE or line.isspace():
            continue
        match = pattern.match(line.rstrip())
        if match is None or match.lastgroup is None:
            continue
        name = match[match.lastgroup]
        depth = _depth(line)
        if match.lastgroup == "declared" and depth == 0:
            seen.clear()
        if (name, depth) in seen and match.lastgroup != "method":
            continue
        seen.add((name, depth))
        header, behind = _header(lines, number)
        yield Symbol(name, number, depth, header)


def _header(lines: Sequence[str], first: int) -> tuple[str, int]:
    """A header with the lines that its brackets go on in, and the line after it."""
    header, row = lines[first].strip(), first + 1
    while header.count("(") > header.count(")") and row < min(first + _MOST_LINES, len(lines)):
        header += ("" if header.endswith("(") else " ") + lines[row].strip()
        row += 1
    return header[:_LONGEST_HEADER].removesuffix("{").rstrip(), row


def _depth(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(_TAB))
