"""Every language in the table can be loaded, and nothing is loaded before it is needed."""

import subprocess
import sys

import pytest

from ai_lsp.syntax import languages
from ai_lsp.syntax.languages import GRAMMARS, Grammar, load
from ai_lsp.syntax.queries import SOURCES


@pytest.mark.parametrize("language", GRAMMARS)
def test_every_grammar_fits_its_query_file(language: str) -> None:
    assert load(language) is not None
    assert load(language) is load(language)


def test_every_query_file_belongs_to_a_language() -> None:
    assert {grammar.query for grammar in GRAMMARS.values()} == set(SOURCES)


@pytest.mark.parametrize(
    "grammar",
    [
        Grammar("no_such_module", "python"),
        Grammar("tree_sitter_python", "python", "no_such_function"),
        Grammar("tree_sitter_python", "rust"),  # the query does not fit
    ],
)
def test_a_grammar_that_cannot_be_used_leaves_the_text(grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(languages.GRAMMARS, "broken", grammar)
    load.cache_clear()
    assert load("broken") is None
    load.cache_clear()


def test_no_parser_is_loaded_at_start() -> None:
    code = "import sys, ai_lsp.context.gather; print([name for name in sys.modules if name.startswith('tree_sitter')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
