"""What is got ready before it is asked for, and when."""

from __future__ import annotations

import asyncio

from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.house.warming import Warming
from tests.support.clock import settle

URI = "file:///work/a.py"


class Desk:
    """`warmed` holds the lines that were got ready; `ready` lets the tasks come to their end."""

    def __init__(self) -> None:
        self.warmed: list[int] = []
        self.ready = asyncio.Event()
        warming = Warming()
        self.documents = Documents([warming])
        warming.begin(self.warm, lambda _, position: position.line >= 50)
        self.documents.open(URI, "python", 1, "\n" * 100)

    async def warm(self, uri: str, position: Position) -> None:
        self.warmed.append(position.line)
        await self.ready.wait()

    async def type(self, line: int) -> None:
        place = Position(line, 0)
        self.documents.change(URI, 2, [Change(Range(place, place), "x")])
        await settle()


async def test_what_is_opened_and_what_is_edited_where_nothing_is_ready() -> None:
    desk = Desk()
    desk.ready.set()
    await settle()
    await desk.type(3)
    await desk.type(70)
    assert desk.warmed == [0, 70]


async def test_one_place_at_a_time() -> None:
    desk = Desk()
    await desk.type(70)
    assert desk.warmed == [0]
    desk.ready.set()
    await settle()
    await desk.type(70)
    assert desk.warmed == [0, 70]


async def test_nothing_goes_on_for_a_document_that_was_closed() -> None:
    desk = Desk()
    await settle()
    desk.documents.close(URI)
    await settle()
    assert len(asyncio.all_tasks()) == 1
