"""Code from elsewhere: what is found, when it is worked out anew, and what never holds a request up or leaks."""

from __future__ import annotations

import asyncio
import threading

import pytest

from ai_lsp.context import related as related_module
from ai_lsp.context.edits import REST, EditLog
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.context.index import indexed
from ai_lsp.context.related import DEADLINE, ELSEWHERE, FAR, MOVED, RelatedCode
from ai_lsp.core.context import CodeContext, Snippet, SnippetKind
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.syntax.trees import SyntaxTrees
from tests.support.clock import FakeClock

MAIN = "file:///work/shop/main.py"
PRICES = "def price(item: str, currency: str) -> int:\n    return 3\n\n\nclass Discount:\n    rate: float\n"
TEXT = "from shop.prices import price\n\n\ndef total(items):\n    return sum(price(item) for item in items)\n"


class Desk:
    def __init__(self, text: str = TEXT) -> None:
        self.clock = FakeClock()
        trees, self.edits = SyntaxTrees(self.clock), EditLog(self.clock)
        self.documents = Documents([trees, self.edits])
        self.related = RelatedCode(self.documents, self.edits, self.clock, lambda path: path.endswith((".env", ".pem")))
        self.related.shown = lambda path: path.removeprefix("/work/")
        self.gatherer = ContextGatherer(self.documents, trees, self.clock, related=self.related)
        self.documents.open(MAIN, "python", 1, text)

    def index(self, path: str, text: str) -> None:
        file = indexed(path, path.removeprefix("/work/"), text)
        assert file is not None
        self.related.index.add(path, file)

    def context(self, line: int = 4) -> CodeContext:
        context = self.gatherer.gather(MAIN, Position(line, 0))
        assert isinstance(context, CodeContext)
        return context

    async def snippets(self, line: int = 4) -> tuple[Snippet, ...]:
        await self.related.snippets(self.context(line))
        await self.related.settled()
        return (await self.gatherer.with_snippets(self.context(line))).snippets

    def write(self, uri: str, line: int, text: str) -> None:
        place = Position(line, 0)
        self.documents.change(uri, 99, [Change(Range(place, place), text)])


async def test_what_is_imported_is_shown_with_its_header() -> None:
    desk = Desk()
    desk.index("/work/shop/prices.py", PRICES)
    desk.index("/work/other/prices.py", "def refund(x): ...\n")
    found = [one for one in await desk.snippets() if one.kind is SnippetKind.DEFINITION]
    assert found[0].path == "shop/prices.py"
    assert "def price(item: str, currency: str) -> int:" in found[0].text


async def test_without_snippets_a_context_costs_nothing() -> None:
    desk = Desk()
    assert desk.context().snippets == ()
    assert desk.related._tasks == {}


async def test_similar_code_and_edits_come_from_other_buffers() -> None:
    desk = Desk()
    cart = "def cart_total(items):\n    return sum(price(item) for item in items)\n"
    desk.documents.open("file:///work/shop/cart.py", "python", 1, cart + "\n" * 60)
    desk.write("file:///work/shop/cart.py", 40, "LIMIT = 3\n")
    found = {one.kind: one for one in await desk.snippets()}
    assert "def cart_total" in found[SnippetKind.SIMILAR].text
    assert found[SnippetKind.EDIT].text == "LIMIT = 3"
    assert found[SnippetKind.EDIT].first_line == 37


async def test_snippets_stay_the_same_while_somebody_types() -> None:
    desk = Desk(TEXT + "\n" * 80)
    first = await desk.snippets()
    desk.documents.open("file:///work/shop/cart.py", "python", 1, TEXT)
    for _ in range(5):
        desk.write(MAIN, 5, "x")
        desk.clock.move(0.2)
        assert (await desk.gatherer.with_snippets(desk.context())).snippets is first
    desk.clock.move(REST)
    assert await desk.snippets() is first, "the cursor is where it was"
    assert await desk.snippets(4 + MOVED) != first


async def test_the_first_key_after_a_rest_asks_for_others() -> None:
    desk = Desk(TEXT + "\n" * 80)
    first = await desk.snippets()
    desk.documents.open("file:///work/shop/cart.py", "python", 1, TEXT)
    desk.clock.move(REST)
    desk.write(MAIN, 5, "x")
    assert await desk.snippets(4 + MOVED) != first


async def test_an_edit_elsewhere_is_shown_after_a_rest() -> None:
    desk = Desk(TEXT + "\n" * 80)
    first = await desk.snippets()
    desk.documents.open("file:///work/shop/cart.py", "python", 1, TEXT)
    desk.clock.move(REST)
    desk.write("file:///work/shop/cart.py", 0, "LIMIT = 3\n")
    desk.clock.move(REST)
    assert SnippetKind.EDIT in {one.kind for one in await desk.snippets()} - {one.kind for one in first}


async def test_a_cursor_that_goes_far_gets_others() -> None:
    desk = Desk(TEXT + "\n" * 80)
    first = await desk.snippets()
    desk.documents.open("file:///work/shop/cart.py", "python", 1, TEXT)
    assert await desk.snippets(4 + FAR) is first
    await desk.snippets(5 + FAR)
    assert desk.related._kept[MAIN].line == 5 + FAR


async def test_a_little_further_on_no_request_waits_for_others() -> None:
    desk = Desk(TEXT + "\n" * 300)
    first = await desk.snippets()
    assert await desk.related.snippets(desk.context(5 + FAR)) is first
    await desk.related.settled()
    assert desk.related._kept[MAIN].line == 5 + FAR
    await desk.related.snippets(desk.context(6 + FAR + ELSEWHERE))
    assert desk.related._kept[MAIN].line == 6 + FAR + ELSEWHERE


async def test_engine_15_a_source_that_hangs_holds_no_request_up(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, go_on = Desk(), threading.Event()
    monkeypatch.setattr(related_module, "definitions", lambda *_: go_on.wait(10) and [])
    asked = asyncio.create_task(desk.gatherer.with_snippets(desk.context()))
    await desk.clock.advance(DEADLINE)
    assert (await asked).snippets == ()
    go_on.set()
    await desk.snippets()


async def test_engine_15_a_source_that_fails_costs_only_its_snippets(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> list[Snippet]:
        raise ZeroDivisionError

    desk = Desk()
    monkeypatch.setattr(related_module, "definitions", fails)
    assert await desk.snippets() == ()


async def test_engine_15_excluded_files_are_in_no_snippet() -> None:
    desk = Desk()
    desk.documents.open("file:///work/shop/.env", "python", 1, TEXT + "KEY = 'canary'\n")
    desk.documents.open("file:///work/shop/key.pem", "python", 1, TEXT + "canary\n" * 40)
    desk.write("file:///work/shop/key.pem", 30, "canary\n")
    assert all("canary" not in one.text for one in await desk.snippets())


async def test_equal_states_give_equal_snippets() -> None:
    one, other = Desk(), Desk()
    one.index("/work/shop/prices.py", PRICES)
    one.index("/work/shop/a.py", PRICES)
    other.index("/work/shop/a.py", PRICES)
    other.index("/work/shop/prices.py", PRICES)
    assert await one.snippets() == await other.snippets()


async def test_closing_ends_what_is_under_way() -> None:
    desk = Desk()
    task = asyncio.create_task(desk.related.snippets(desk.context()))
    await asyncio.sleep(0)
    await desk.related.aclose()
    await task


async def test_a_place_far_from_the_last_one_lacks_code_from_elsewhere_until_it_was_looked_for() -> None:
    desk = Desk("x = 1\n" * 200)
    start, far = Position(0, 0), Position(150, 0)
    assert not desk.gatherer.lacks(MAIN, start)  # nobody makes use of it yet
    await desk.snippets(0)
    assert [desk.gatherer.lacks(MAIN, place) for place in (start, Position(FAR, 0), far)] == [False, False, True]
    await desk.gatherer.warm(MAIN, far)
    await desk.related.settled()
    assert [desk.gatherer.lacks(MAIN, place) for place in (start, far)] == [True, False]
