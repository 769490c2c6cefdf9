"""What languages are called. In: what an editor calls one, and the file's name. Out: the one name that the house uses.

Names are those of the Language Server Protocol (3.18, "Text Document Language Identifiers") and of VS Code.
"""

from __future__ import annotations

PLAIN = "plaintext"

_BY_EXTENSION = {
    "bash": "shellscript",
    "c": "c",
    "cc": "cpp",
    "cpp": "cpp",
    "cs": "csharp",
    "css": "css",
    "cts": "typescript",
    "cxx": "cpp",
    "dart": "dart",
    "ex": "elixir",
    "exs": "elixir",
    "go": "go",
    "h": "c",
    "hpp": "cpp",
    "hs": "haskell",
    "htm": "html",
    "html": "html",
    "java": "java",
    "js": "javascript",
    "json": "json",
    "jsx": "javascriptreact",
    "kt": "kotlin",
    "lua": "lua",
    "md": "markdown",
    "mjs": "javascript",
    "cjs": "javascript",
    "mts": "typescript",
    "php": "php",
    "pl": "perl",
    "py": "python",
    "pyi": "python",
    "pyw": "python",
    "r": "r",
    "rb": "ruby",
    "rs": "rust",
    "scala": "scala",
    "scss": "scss",
    "sh": "shellscript",
    "sql": "sql",
    "svelte": "svelte",
    "swift": "swift",
    "tex": "latex",
    "toml": "toml",
    "ts": "typescript",
    "tsx": "typescriptreact",
    "vue": "vue",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yaml",
    "zig": "zig",
    "zsh": "shellscript",
}

_OTHER_NAMES = {
    "bash": "shellscript",
    "c#": "csharp",
    "c++": "cpp",
    "c-sharp": "csharp",
    "cs": "csharp",
    "golang": "go",
    "js": "javascript",
    "jsonc": "json",
    "jsx": "javascriptreact",
    "objc": "objective-c",
    "py": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "shellscript",
    "ts": "typescript",
    "tsx": "typescriptreact",
    "zsh": "shellscript",
}
"""What other editors call them."""

_KNOWN = frozenset({*_BY_EXTENSION.values(), PLAIN})


def language_of_file(name: str) -> str:
    """By its ending; `plaintext` where that tells nothing."""
    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return _BY_EXTENSION.get(extension.lower(), PLAIN) if stem and dot else PLAIN


def common_name(said: str) -> str:
    """One name for what different editors call differently."""
    lower = said.lower()
    return _OTHER_NAMES.get(lower, lower)


def language_name(said: str, name: str) -> str:
    """What an editor says of an open file. An editor that is told to start us for all code may say the name of a mode
    instead (Eglot says `prog`): then the file's name tells more.
    """
    common = common_name(said)
    of_file = language_of_file(name)
    return common if common in _KNOWN or of_file == PLAIN else of_file
