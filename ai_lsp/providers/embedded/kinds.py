"""Which files hold code, and which languages are read as one. In: a file name or a language identifier. Out: a family.

Languages of one family share an index: what is written in one helps in the other. Families never mix.
"""

from __future__ import annotations

from pathlib import PurePath

_FAMILIES: dict[str, tuple[str, str]] = {
    # family: (extensions, language identifiers of the Language Server Protocol)
    "python": ("py pyi pyw", "python"),
    "javascript": (
        "js jsx mjs cjs ts tsx mts cts vue svelte",
        "javascript javascriptreact typescript typescriptreact vue svelte",
    ),
    "go": ("go", "go"),
    "rust": ("rs", "rust"),
    "jvm": ("java kt kts scala groovy gradle", "java kotlin scala groovy"),
    "c": ("c h cc cpp cxx hh hpp hxx m mm", "c cpp objective-c objective-cpp cuda-cpp"),
    "csharp": ("cs", "csharp"),
    "ruby": ("rb rake", "ruby"),
    "php": ("php", "php"),
    "shell": ("sh bash zsh", "shellscript sh bash zsh"),
    "lua": ("lua", "lua"),
    "swift": ("swift", "swift"),
    "dart": ("dart", "dart"),
    "elixir": ("ex exs", "elixir"),
    "html": ("html htm", "html"),
    "css": ("css scss less", "css scss less sass"),
    "sql": ("sql", "sql"),
    "toml": ("toml", "toml"),
    "yaml": ("yaml yml", "yaml"),
    "json": ("json jsonc", "json jsonc"),
    "markdown": ("md markdown", "markdown"),
}
_BY_EXTENSION = {f".{ext}": family for family, (extensions, _) in _FAMILIES.items() for ext in extensions.split()}
_BY_LANGUAGE = {language: family for family, (_, languages) in _FAMILIES.items() for language in languages.split()}


def family_of_file(name: str) -> str | None:
    """The family that a file's extension tells; None: this kind of file is not read."""
    return _BY_EXTENSION.get(PurePath(name).suffix.lower())


def family_of_language(language: str) -> str:
    """The family of an open document's language; a language that is not in the table is a family of its own."""
    return _BY_LANGUAGE.get(language, language)
