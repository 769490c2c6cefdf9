from __future__ import annotations

import pytest

from ai_lsp.core.usage import Usage
from ai_lsp.house.prices import Prices
from ai_lsp.settings.schema import PriceTable, ProviderTable, Settings

MILLION = Usage(1_000_000, 1_000_000, cached_input_tokens=500_000)


def cost(provider: str, model: str, table: ProviderTable | None = None) -> float | None:
    settings = Settings(providers={provider: table} if table else {})
    return Prices(lambda: settings).cost(provider, model, MILLION, 0.0)


def test_what_the_person_says_wins() -> None:
    price = PriceTable(input=1.0, output=2.0, cached=0.5)
    assert cost("work", "gpt-6-luna", ProviderTable(kind="openai", price=price)) == pytest.approx(0.5 + 0.25 + 2.0)


def test_else_what_is_known_of_the_model() -> None:
    known = cost("openai", "gpt-6-luna")
    assert known is not None
    assert known > 0


def test_else_nothing() -> None:
    assert cost("openai", "a-model-that-nobody-knows") is None
