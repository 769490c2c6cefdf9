"""All places of the workspace, sorted by what stands before them, found at every length of context."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.providers.embedded.build import build
from ai_lsp.providers.embedded.index import DEPTH, WorkspaceIndex
from ai_lsp.providers.embedded.vocabulary import BOUNDARY
from ai_lsp.providers.embedded.wire import index_from, sections_of

texts = st.lists(st.text("ab \n(", max_size=60), min_size=1, max_size=4)


def places(index: WorkspaceIndex, latest_first: Sequence[int], length: int) -> list[int]:
    """Every place with these tokens before it, found by looking at each."""
    bare = [index.vocabulary.bare[token] for token in index.tokens]
    wanted = list(reversed(latest_first[:length]))
    return [n for n in range(length, len(bare)) if bare[n - length : n] == wanted]


@settings(deadline=None)  # a busy machine is no failure
@given(texts, st.data())
def test_it_finds_what_a_search_of_every_place_finds(texts: list[str], data: st.DataObject) -> None:
    index = build((str(n), text) for n, text in enumerate(texts))
    at = data.draw(st.integers(0, len(index.tokens) - 1))
    bare = [index.vocabulary.bare[token] for token in index.tokens]
    latest_first = bare[at::-1]
    ranges = index.ranges(latest_first)
    longest = min(DEPTH, len(latest_first))
    for length in range(1, longest + 1):
        expected = sorted(index.tokens[place] for place in places(index, latest_first, length))
        found = index.following(*ranges[length - 1], len(index.tokens)) if length <= len(ranges) else []
        assert sorted(found) == expected


@settings(deadline=None)  # a busy machine is no failure
@given(texts)
def test_an_index_survives_its_way_between_processes(texts: list[str]) -> None:
    index = build((str(n), text) for n, text in enumerate(texts))
    *_, received = index_from(sections_of(index))
    assert received is not None
    assert received.tokens == index.tokens
    assert received.places == index.places
    assert received.files == index.files
    assert received.vocabulary == index.vocabulary
    assert received.vocabulary.newline(1, 77) == index.vocabulary.newline(1, 77)
    assert received.vocabulary.starting("a", "a") == index.vocabulary.starting("a", "a")


def test_a_hidden_file_follows_nothing_until_it_is_shown_again() -> None:
    index = build(iter([("one", "alpha = beta"), ("two", "alpha = gamma")]))
    latest_first = [index.vocabulary["="], index.vocabulary["alpha"]]

    def following() -> set[str]:
        low, high = index.ranges(latest_first)[1]
        tokens = set(index.following(low, high, 10)) - {BOUNDARY}
        return {index.vocabulary.text[token].strip() for token in tokens}

    assert following() == {"beta", "gamma"}
    index.hide("two")
    index.hide("two")
    assert following() == {"beta"}
    index.show("two")
    assert following() == {"beta", "gamma"}


def test_many_places_are_drawn_evenly() -> None:
    index = build(iter([("one", "a b\n" * 1000)]))
    low, high = index.ranges([index.vocabulary["a"]])[0]
    assert high - low == 1000
    assert 90 <= len(index.following(low, high, 100)) <= 100
