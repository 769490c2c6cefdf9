from __future__ import annotations

import pytest
from lsprotocol import types

from ai_lsp.core.text import Position, Range
from ai_lsp.server.convert import from_range, make_converter, to_position, to_range
from ai_lsp.server.positions import PositionEncoding

LINES = ["a😀b\r\n", "last"]
UTF_16 = PositionEncoding.UTF_16


def test_ranges_go_there_and_back() -> None:
    wire = types.Range(types.Position(0, 3), types.Position(1, 4))
    inside = to_range(wire, LINES, UTF_16)
    assert inside == Range(Position(0, 2), Position(1, 4))
    assert from_range(inside, LINES, UTF_16) == wire


@pytest.mark.parametrize(
    ("wire", "inside"), [((0, 2), (0, 1)), ((0, 99), (0, 3)), ((1, 99), (1, 4)), ((2, 0), (1, 4)), ((99, 7), (1, 4))]
)
def test_a_place_that_does_not_exist_is_the_nearest(wire: tuple[int, int], inside: tuple[int, int]) -> None:
    assert to_position(types.Position(*wire), LINES, UTF_16) == Position(*inside)


def test_two_converters_do_not_know_of_each_other() -> None:
    first, second = make_converter(), make_converter()
    change = {"textDocument": {"uri": "u", "version": 1}, "contentChanges": [{"range": None, "text": "x"}]}
    for converter in (first, second):
        (content,) = converter.structure(change, types.DidChangeTextDocumentParams).content_changes
        assert isinstance(content, types.TextDocumentContentChangeWholeDocument)
