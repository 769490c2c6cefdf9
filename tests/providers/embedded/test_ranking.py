"""Facts about candidates, and figures that fit them."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.providers.embedded.buffer import Buffer
from ai_lsp.providers.embedded.build import build
from ai_lsp.providers.embedded.candidates import candidates
from ai_lsp.providers.embedded.choose import START_FEATURES, start_rows
from ai_lsp.providers.embedded.completer import continuations
from ai_lsp.providers.embedded.escapes import blend
from ai_lsp.providers.embedded.evidence import Level
from ai_lsp.providers.embedded.model import load_model
from ai_lsp.providers.embedded.place import Place, locate
from ai_lsp.providers.embedded.ranking import LINE_FEATURES, balance, line_rows, shortlist
from ai_lsp.providers.embedded.tokens import TOKEN_FEATURES, Knowledge, next_token

SHOP = "def price(item):\n    cost = base_cost(item)\n    return add_tax(cost)\n\n"


def known_and_place(workspace: str, above: str, line: str) -> tuple[Knowledge, Place]:
    index = build(iter([("workspace.py", workspace)]))
    buffer = Buffer(index.vocabulary)
    lines = [*above.split("\n"), line]
    buffer.update(lines, len(lines) - 1)
    return Knowledge(index, (), load_model()), locate(buffer, lines, len(lines) - 1, len(line))


def test_the_shipped_figures_name_the_features_in_their_order() -> None:
    model = load_model()
    assert model.token is not None
    assert len(model.token.weights) == len(TOKEN_FEATURES)
    assert len(model.line.weights) == len(LINE_FEATURES)
    assert len(model.start.weights) == len(START_FEATURES)


def test_rows_have_one_figure_for_each_feature() -> None:
    known, place = known_and_place(SHOP * 3, SHOP, "    cost = ba")
    pool = candidates(known, place, known.index.vocabulary.starting(" ba", "ba"))
    rows = line_rows(known, place, shortlist(known, pool), len(pool.by_text))
    assert rows
    assert all(len(row) == len(LINE_FEATURES) for row in rows)
    starts = start_rows(place, *continuations(known, place))
    assert starts
    assert all(len(row) == len(START_FEATURES) for _, row in starts)


def test_what_followed_in_the_workspace_comes_first() -> None:
    known, place = known_and_place(SHOP * 3 + "other = base_count()\n", "", "    cost = ba")
    ranked, path = continuations(known, place)
    assert ranked[0].text == "se_cost(item)"
    assert path.first[0][0] == "se_cost"
    assert sum(line.probability for line in ranked) <= 1.0 + 1e-9


@settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from(["", "    cost = ", "    return add_", "def ", "x", "if (", "\t"]))
def test_probabilities_of_next_tokens_sum_to_one_at_most(line: str) -> None:
    known, place = known_and_place(SHOP * 3, SHOP, line)
    assert sum(next_token(known, place, place.latest_first, None).values()) <= 1.0 + 1e-9


def test_levels_share_what_longer_contexts_leave() -> None:
    table = load_model().escape
    one = blend(table, [Level(0, 4, {7: 3.0}, 3)])
    both = blend(table, [Level(0, 4, {7: 3.0}, 3), Level(0, 1, {8: 5.0, 9: 5.0}, 10)])
    assert both[7] == one[7]
    assert isclose(both[8], both[9])
    assert sum(both.values()) < 1.0


@pytest.mark.parametrize(
    ("line", "expected"),
    [("f(a, [b])", (0, 0)), ("f(a", (1, 0)), ("a)", (1, 0)), ("f(a]", (0, 1)), ("f('(')", (0, 0)), ("x = 'a", (0, 2))],
)
def test_brackets_and_quotes_are_counted(line: str, expected: tuple[int, int]) -> None:
    assert balance(line) == expected
