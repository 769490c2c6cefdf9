from __future__ import annotations

import asyncio

import pytest

from ai_lsp.server import deltas as deltas_module
from ai_lsp.server.deltas import Deltas
from tests.support.clock import FakeClock, settle


class Editor:
    """Takes pieces while it reads."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.reads = asyncio.Event()
        self.reads.set()
        self.got: list[tuple[float, str]] = []
        self.deltas = Deltas(self.take, self.room, clock)

    def take(self, text: str) -> None:
        self.got.append((round(self.clock.monotonic() - 1000, 3), text))

    async def room(self, most: int) -> None:
        await self.reads.wait()


@pytest.fixture
async def editor() -> Editor:
    return Editor(FakeClock())


async def test_the_first_piece_at_once_then_twenty_notifications_a_second(editor: Editor) -> None:
    for number in range(100):
        await editor.deltas.add(f"{number},")
        await editor.clock.advance(0.01)
    await editor.clock.run(editor.deltas.end())
    assert editor.got[:2] == [(0.0, "0,"), (0.05, "1,2,3,4,")]
    assert "".join(text for _, text in editor.got) == "".join(f"{number}," for number in range(100))
    assert len([at for at, _ in editor.got if at < 1]) == 20


async def test_after_a_pause_the_next_piece_comes_at_once(editor: Editor) -> None:
    await editor.deltas.add("a")
    await editor.clock.advance(10)
    await editor.deltas.add("b")
    await settle()
    assert editor.got == [(0.0, "a"), (10.0, "b")]


async def test_who_adds_waits_for_an_editor_that_does_not_read(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deltas_module, "MOST", 10)
    editor.reads.clear()
    await editor.deltas.add("12345")
    full = asyncio.create_task(editor.deltas.add("67890"))
    await editor.clock.advance(60)
    assert (full.done(), editor.got) == (False, [])
    editor.reads.set()
    await settle()
    assert (full.done(), editor.got) == (True, [(60.0, "1234567890")])


async def test_the_end_waits_for_the_last_piece(editor: Editor) -> None:
    await editor.deltas.end()
    await editor.deltas.add("a")
    await settle()
    await editor.deltas.add("b")
    ending = asyncio.create_task(editor.deltas.end())
    await settle()
    assert (ending.done(), editor.got) == (False, [(0.0, "a")])
    await editor.clock.advance(0.05)
    assert (ending.done(), editor.got[1:]) == (True, [(0.05, "b")])


async def test_what_is_stopped_sends_nothing_more(editor: Editor) -> None:
    await editor.deltas.add("a")
    await settle()
    await editor.deltas.add("b")
    editor.deltas.stop()
    await editor.clock.advance(1)
    assert editor.got == [(0.0, "a")]
