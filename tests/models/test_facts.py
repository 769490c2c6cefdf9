from __future__ import annotations

from datetime import date

import pytest

from ai_lsp.core.usage import Usage
from ai_lsp.models.facts import ModelFacts, Price, as_of, facts_for, origin_facts
from ai_lsp.prompts.fim import FAMILIES


@pytest.mark.parametrize("name", ["gpt-6-luna", "openai/gpt-6-luna", "GPT-6-Luna", "gpt-6-luna-20261001"])
def test_a_model_is_known_under_every_spelling_of_its_name(name: str) -> None:
    assert facts_for(name).window == 922_000


@pytest.mark.parametrize(
    ("name", "fim"),
    [
        ("qwen2.5-coder:7b-base", "qwen"),
        ("Qwen/Qwen3-Coder-30B", "qwen"),
        ("deepseek-coder-v2", "deepseek"),
        ("codestral-2508", "codestral"),
        ("codestral-latest", "native"),
        ("llama3", None),
    ],
)
def test_the_family_comes_from_the_beginning_of_the_name(name: str, fim: str | None) -> None:
    assert facts_for(name).fim == fim
    assert fim in {None, "native", *FAMILIES}


def test_nothing_is_known_of_an_unknown_model() -> None:
    assert facts_for("my-own-model") == ModelFacts()
    assert origin_facts("https://api.example.com") == {}


def test_a_service_with_a_code_endpoint_of_its_own() -> None:
    assert origin_facts("https://api.deepseek.com")["fim_path"] == "/beta/completions"


def test_cost() -> None:
    price = Price(input=2.0, output=10.0, cached=0.2, cache_write=2.5, above=200_000, times=2.0)
    usage = Usage(input_tokens=1000, output_tokens=100, cached_input_tokens=500, cache_write_tokens=100)
    assert price.cost(usage) == pytest.approx((400 * 2 + 500 * 0.2 + 100 * 2.5 + 100 * 10) / 1e6)
    assert price.cost(Usage(input_tokens=300_000)) == pytest.approx(1.2)
    assert Price(1.0, 1.0).cost(Usage(input_tokens=10, cached_input_tokens=10)) == pytest.approx(1e-5)


def test_a_model_that_is_going_is_announced() -> None:
    facts = facts_for("gpt-4o")
    assert facts.warning("gpt-4o", date(2026, 11, 21)) == (
        "the model gpt-4o will be shut down on 2027-01-14; choose another one"
    )
    assert "was shut down on 2027-01-14" in (facts.warning("gpt-4o", date(2027, 2, 1)) or "")
    assert facts_for("gpt-6-luna").warning("gpt-6-luna", date(2026, 11, 21)) is None


def test_the_facts_have_a_date() -> None:
    assert as_of() >= date(2026, 11, 1)
