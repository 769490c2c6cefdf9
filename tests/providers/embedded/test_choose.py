"""What is shown: the start of a line that is likely enough and saves the most."""

from __future__ import annotations

import pytest

from ai_lsp.providers.embedded.choose import Choice, alternatives, choose

STARTS = [Choice("total", 0.95), Choice("total = width", 0.8), Choice("total = width * height", 0.6)]


@pytest.mark.parametrize(
    ("threshold", "shown"),
    [(0.5, "total = width * height"), (0.7, "total = width"), (0.9, "total"), (0.99, None)],
)
def test_the_surer_it_has_to_be_the_less_is_shown(threshold: float, shown: str | None) -> None:
    choice = choose(STARTS, threshold, shortest=3)
    assert (choice.text if choice else None) == shown


def test_a_start_that_is_too_short_is_not_shown() -> None:
    assert choose([Choice("ab", 1.0)], 0.5, shortest=3) is None
    assert choose([Choice("abc", 1.0)], 0.5, shortest=3) is not None


def test_one_character_saves_nothing() -> None:
    assert choose([Choice("a", 1.0)], 0.5, shortest=1) is None


def test_a_long_unlikely_text_loses_against_a_short_sure_one_when_it_costs_more_than_it_saves() -> None:
    choice = choose([Choice("sure_thing", 0.95), Choice("sure_thing, maybe", 0.3)], 0.1, shortest=3)
    assert choice == Choice("sure_thing", 0.95)


def test_alternatives_go_other_ways_and_are_for_who_looks_for_them() -> None:
    found = [*STARTS, Choice("count = 0", 0.1), Choice("count", 0.15), Choice("price", 0.03), Choice("name", 0.001)]
    best = choose(found, 0.7, shortest=3)
    assert best is not None
    assert alternatives(found, best, shortest=3) == ("count = 0", "price")
