"""Columns of the wire against Python's own codecs, over lines with everything that has ever gone wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.server.positions import PositionEncoding, negotiate

CODECS = {
    PositionEncoding.UTF_8: ("utf-8", 1),
    PositionEncoding.UTF_16: ("utf-16-le", 2),
    PositionEncoding.UTF_32: ("utf-32-le", 4),
}

characters = st.sampled_from(list("aé߿ࠀ€😀\u2028\u0085\x0c\x0b\t\ud800\udc00\U0010ffff‍"))
bodies = st.text(characters, max_size=12)
endings = st.sampled_from(["", "\n", "\r\n", "\r"])
encodings = st.sampled_from(list(PositionEncoding))


def reference_units(text: str, encoding: PositionEncoding) -> int:
    codec, unit = CODECS[encoding]
    return sum(len(character.encode(codec, "surrogatepass")) // unit for character in text)


@settings(deadline=None)
@given(bodies, endings, encodings)
def test_each_column_goes_to_the_wire_and_back(body: str, ending: str, encoding: PositionEncoding) -> None:
    line = body + ending
    for column in range(len(body) + 1):
        units = encoding.units(line, column)
        assert units == reference_units(body[:column], encoding)
        assert encoding.column(line, units) == column


@settings(deadline=None)
@given(bodies, endings, encodings, st.integers(0, 2**31))
def test_every_figure_leads_to_a_place_in_the_line(
    body: str, ending: str, encoding: PositionEncoding, units: int
) -> None:
    column = encoding.column(body + ending, units)
    assert 0 <= column <= len(body)
    assert encoding.units(body + ending, column) <= units


@pytest.mark.parametrize(("encoding", "inside"), [(PositionEncoding.UTF_8, (2, 3, 4)), (PositionEncoding.UTF_16, (2,))])
def test_a_place_inside_a_character_is_its_start(encoding: PositionEncoding, inside: tuple[int, ...]) -> None:
    assert [encoding.column("a😀b\n", units) for units in inside] == [1] * len(inside)


@pytest.mark.parametrize("encoding", PositionEncoding)
@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\r"])
def test_a_place_past_the_end_is_before_the_line_ending(encoding: PositionEncoding, ending: str) -> None:
    assert encoding.column("abc" + ending, 99) == 3
    assert encoding.column("äbc" + ending, 99) == 3


def test_the_client_prefers_and_we_follow() -> None:
    assert negotiate(["utf-8", "utf-16"]) is PositionEncoding.UTF_8
    assert negotiate(["utf-32", "utf-8"]) is PositionEncoding.UTF_32
    assert negotiate(["ucs-2", None, "utf-16"]) is PositionEncoding.UTF_16
    assert negotiate([]) is PositionEncoding.UTF_16
