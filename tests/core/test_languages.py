"""One name for each language, whatever an editor calls it."""

from __future__ import annotations

import pytest

from ai_lsp.core.languages import language_name, language_of_file


@pytest.mark.parametrize(
    ("said", "file", "language"),
    [
        ("python", "a.py", "python"),
        ("prog", "file:///shop/a.py", "python"),
        ("c-sharp", "a.cs", "csharp"),
        ("tsx", "a.tsx", "typescriptreact"),
        ("C++", "a.h", "cpp"),
        ("plaintext", "a.py", "plaintext"),
        ("elm", "a.elm", "elm"),
        ("", "a", ""),
    ],
)
def test_the_name_that_the_house_uses(said: str, file: str, language: str) -> None:
    assert language_name(said, file) == language


@pytest.mark.parametrize(
    ("name", "language"),
    [("a.py", "python"), ("A.PY", "python"), ("Makefile", "plaintext"), (".py", "plaintext"), ("a.b/c", "plaintext")],
)
def test_the_ending_of_a_file_tells_its_language(name: str, language: str) -> None:
    assert language_of_file(name) == language
