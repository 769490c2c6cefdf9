"""Editors whose pause is several keys long find their answer ready: the person types on where they have asked."""

from __future__ import annotations

import asyncio

import pytest

from ai_lsp.completion.ahead import LASTS, MOMENT
from ai_lsp.completion.completer import Completer
from ai_lsp.core.completion import Suggestion
from ai_lsp.core.reasons import Silence
from ai_lsp.core.text import Position
from tests.completion.support_typist import Service, Typist
from tests.support.clock import settle

ASKED = "compute(a)"


class Told(Typist):
    """Notes where the server said that there is more."""

    def __init__(self, service: Service, editor: str = "Neovim") -> None:
        super().__init__(service, editor=editor)
        self.refreshed: list[str] = []
        self.engine.on_refresh(self.refreshed.append)

    async def ask_and_type_away(self) -> None:
        self.write("x = |")
        assert await self.ghost() == ASKED
        self.key("other")

    async def pause(self, seconds: float = 2 * MOMENT) -> None:
        await self.clock.advance(seconds)


async def test_keys_after_a_question_are_asked_about_before_the_editor_asks() -> None:
    typist = Told(Service(ASKED))
    await typist.ask_and_type_away()
    await typist.pause()
    assert [call.prompt.prefix for call in typist.service.calls] == ["x = ", "x = other"]
    assert typist.refreshed == [typist.uri]
    assert await typist.ghost() == ASKED
    assert len(typist.service.calls) == 2


async def test_an_editor_may_give_its_name_after_it_asked_to_be_told() -> None:
    typist = Told(Service(ASKED), editor="")
    typist.engine.meet("Neovim")
    await typist.ask_and_type_away()
    await typist.pause()
    assert typist.refreshed == [typist.uri]


async def test_only_the_last_of_several_quick_keys_is_asked_about() -> None:
    typist = Told(Service(ASKED))
    await typist.ask_and_type_away()
    await typist.pause(MOMENT / 2)
    typist.key("wise")
    await typist.pause()
    assert [call.prompt.prefix for call in typist.service.calls] == ["x = ", "x = otherwise"]


async def test_what_is_on_screen_still_fits_and_nothing_is_asked() -> None:
    typist = Told(Service(ASKED))
    typist.write("x = |")
    await typist.ghost()
    typist.key(ASKED[:3])
    await typist.pause()
    assert (len(typist.service.calls), typist.refreshed) == (1, [])


async def test_the_line_after_one_that_was_typed_to_its_end_is_offered_at_once() -> None:
    typist = Told(Service("a()\n    b()"))
    typist.write("if x:\n    |")
    assert await typist.ghost() == "a()"
    typist.key("a()\n    ")
    await typist.pause()
    assert (len(typist.service.calls), typist.refreshed) == (1, [typist.uri])
    assert await typist.ghost() == "b()"


@pytest.mark.parametrize("editor", ["Visual Studio Code", "some editor"])
async def test_editors_that_ask_soon_are_left_to_ask(editor: str) -> None:
    typist = Told(Service(ASKED), editor)
    typist.write("x = |")
    task = typist.ask()
    await typist.pause(0.2)
    assert task.done()
    typist.key("other")
    await typist.pause()
    assert len(typist.service.calls) == 1


async def test_editors_that_cannot_be_told_are_left_to_ask() -> None:
    typist = Typist(Service(ASKED))
    typist.write("x = |")
    await typist.ghost()
    typist.key("other")
    await typist.clock.advance(1)
    assert len(typist.service.calls) == 1


async def test_keys_long_after_the_question_are_nobody_s_business() -> None:
    typist = Told(Service(ASKED))
    typist.write("x = |")
    await typist.ghost()
    await typist.clock.advance(LASTS + 0.1)
    typist.key("other")
    await typist.pause()
    assert len(typist.service.calls) == 1


async def test_an_edit_elsewhere_ends_it() -> None:
    typist = Told(Service(ASKED))
    typist.write("a = 1\nx = |")
    await typist.ghost()
    typist.put(Position(0, 0), Position(0, 1), "b")
    await typist.pause()
    typist.key("other")
    await typist.pause()
    assert len(typist.service.calls) == 1


async def test_a_document_that_was_closed_is_not_asked_about() -> None:
    typist = Told(Service(ASKED))
    await typist.ask_and_type_away()
    typist.documents.close(typist.uri)
    await typist.pause()
    assert len(typist.service.calls) == 1


async def test_nothing_is_asked_once_the_engine_is_closed() -> None:
    typist = Told(Service(ASKED))
    await typist.ask_and_type_away()
    await typist.engine.aclose()
    await typist.pause()
    assert len(typist.service.calls) == 1


async def test_keys_that_are_typed_while_it_is_found_out_who_answers_move_the_cursor_along() -> None:
    typist = Told(Service())
    typist.write("x = |")
    asking = asyncio.Event()

    async def slow(_: str) -> Completer | Silence:
        await asking.wait()
        return typist.choice

    typist.engine._choose = slow
    task = typist.ask()
    await settle()
    typist.key("com")
    asking.set()
    await settle()
    assert [call.prompt.prefix for call in typist.service.calls] == ["x = com"]
    await typist.service.calls[0].finish("pute(a)")
    found = task.result()
    assert isinstance(found, Suggestion)
    assert (found.text, found.range.start) == ("pute(a)", typist.here)
