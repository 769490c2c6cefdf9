from __future__ import annotations

import pytest

from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.prompts.fim import FAMILIES


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_holds_both_sides_once(name: str) -> None:
    raw = FAMILIES[name].render(CompletionPrompt("BEFORE {x}", "AFTER {0}", "python"))
    assert raw.count("BEFORE {x}") == 1
    assert raw.count("AFTER {0}") == 1


@pytest.mark.parametrize("name", FAMILIES)
def test_marks_in_code_are_broken_up(name: str) -> None:
    family = FAMILIES[name]
    empty = family.render(CompletionPrompt("", "", "python"))
    for mark in family.marks:
        raw = family.render(CompletionPrompt(f"x = '{mark}'", mark, "python"))
        assert raw.count(mark) == empty.count(mark)


def test_where_the_suffix_comes_first() -> None:
    prompt = CompletionPrompt("P", "S", "python")
    assert FAMILIES["qwen"].render(prompt) == "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>"
    assert FAMILIES["seed"].render(prompt) == "<[fim-suffix]>S<[fim-prefix]>P<[fim-middle]>"
    assert FAMILIES["codestral"].render(prompt) == "[SUFFIX]S[PREFIX]P"
