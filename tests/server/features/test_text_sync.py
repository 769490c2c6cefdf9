"""Our copy of a document is the editor's, letter for letter, in every encoding."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.desk import URI, Desk, edit
from tests.support.lsp_client import Json

UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        ("a\x0cb\nsecond\n", edit((1, 0), (1, 0), "X"), "a\x0cb\nXsecond\n"),
        ("a\u2028b\nsecond\n", edit((1, 0), (1, 0), "X"), "a\u2028b\nXsecond\n"),
        ("a\x0b\x1c\x85b\nsecond", edit((1, 0), (1, 1), ""), "a\x0b\x1c\x85b\necond"),
        ("abc\rdef\r", edit((1, 0), (1, 0), "X"), "abc\rXdef\r"),
        ("abc\r\ndef\r\n", edit((0, 3), (1, 0), ""), "abcdef\r\n"),
    ],
)
async def test_fact_01_only_lf_crlf_and_cr_end_a_line(desk: Desk, text: str, change: Json, expected: str) -> None:
    await desk.open(text)
    await desk.change(2, change)
    assert desk.text() == expected


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        ("abc", edit((0, 10), (0, 10), "X"), "abcX"),
        ("abc\ndef\n", edit((0, 10), (0, 10), "X"), "abcX\ndef\n"),
        ("abc", edit((5, 0), (5, 0), "X"), "abcX"),
        ("abc\n", edit((1, 0), (9, 9), "X"), "abc\nX"),
        ("", edit((0, 0), (0, 0), "X"), "X"),
        ("a😀b\n", edit((0, 2), (0, 3), "X"), "aXb\n"),
        ("abc", edit((0, 2), (0, 1), "X"), "aXc"),
    ],
)
async def test_fact_02_places_that_do_not_exist_are_the_nearest_that_do(
    desk: Desk, text: str, change: Json, expected: str
) -> None:
    await desk.open(text)
    await desk.change(2, change)
    assert desk.text() == expected


async def test_each_change_counts_from_the_text_that_the_one_before_has_left(desk: Desk) -> None:
    await desk.open("😀\n")
    await desk.change(2, edit((0, 0), (0, 2), "ab\n"), edit((1, 0), (1, 0), "c😀"), edit((1, 3), (1, 3), "d"))
    assert desk.text() == "ab\nc😀d\n"


async def test_a_whole_text_takes_the_place_of_everything(desk: Desk) -> None:
    await desk.open("old\n")
    await desk.change(2, {"text": "new"}, edit((0, 3), (0, 3), "er"))
    assert desk.text() == "newer"


async def test_a_range_of_null_is_no_range(desk: Desk) -> None:
    await desk.open("old\n")
    await desk.change(2, {"range": None, "text": "new"})
    assert desk.text() == "new"


async def test_what_is_not_open_cannot_be_changed_or_closed(desk: Desk) -> None:
    await desk.change(2, edit((0, 0), (0, 0), "X"), uri="file:///unknown")
    await desk.notify("textDocument/didClose", {"textDocument": {"uri": "file:///unknown"}})
    assert desk.house.documents.snapshot("file:///unknown") is None
    assert desk.sent == []


async def test_an_older_version_is_taken_all_the_same(desk: Desk) -> None:
    await desk.open("a")
    await desk.change(5, edit((0, 1), (0, 1), "b"))
    await desk.change(3, edit((0, 2), (0, 2), "c"))
    assert desk.text() == "abc"


async def test_opening_again_is_a_new_text(desk: Desk) -> None:
    await desk.open("a")
    await desk.open("b")
    assert desk.text() == "b"


@pytest.mark.parametrize(
    "params",
    [None, {}, [], {"textDocument": {"uri": URI, "version": 2}}, {"contentChanges": [{"text": "x"}]}],
)
async def test_a_change_without_sense_changes_nothing(desk: Desk, params: Any) -> None:
    await desk.open("a")
    await desk.notify("textDocument/didChange", params)
    assert desk.text() == "a"
    assert "result" in await desk.call("aiLsp/status")


async def test_closing_forgets_the_document(desk: Desk) -> None:
    await desk.open("a")
    await desk.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
    await desk.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert desk.house.documents.get(URI) is None


# R19: the editor's way of applying its own edits, written as plainly as can be

texts = st.text(st.sampled_from(list("ab \t\n\r\x0c\u2028\u0085é€😀")), max_size=30)


def lines_of(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text) + ([""] if not text or text[-1] in "\r\n" else [])


def place_of(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """Line and character, as the editor would send them."""
    codec, unit = UNITS[encoding]
    for number, line in enumerate(lines_of(text)):
        body = line.rstrip("\r\n")
        if offset <= len(body) or not line[len(body) :]:
            return number, len(body[:offset].encode(codec)) // unit
        if offset < len(line):
            return number, len(body.encode(codec)) // unit  # between CR and LF is no place
        offset -= len(line)
    raise AssertionError(offset)


def offset_of(text: str, offset: int) -> int:
    """Where that place really is."""
    return offset - 1 if text[max(offset - 1, 0) : offset + 1] == "\r\n" else offset


@settings(deadline=None)
@given(st.sampled_from(list(UNITS)), texts, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), texts), max_size=5))
def test_any_edits_leave_the_same_text_as_in_the_editor(
    encoding: str, text: str, edits: list[tuple[float, float, str]]
) -> None:
    async def both() -> None:
        desk = Desk()
        await desk.initialize(positionEncodings=[encoding])
        await desk.open(text)
        mine, changes = text, []
        for first, second, new in edits:
            start, end = sorted((round(first * len(mine)), round(second * len(mine))))
            changes.append(edit(place_of(mine, start, encoding), place_of(mine, end, encoding), new))
            mine = mine[: offset_of(mine, start)] + new + mine[offset_of(mine, end) :]
        await desk.change(2, *changes)
        assert desk.text() == mine

    asyncio.run(both())
