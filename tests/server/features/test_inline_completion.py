from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.core.completion import Selected, Trigger
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position, Range
from tests.server.desk import URI, Desk, edit, inline_at
from tests.support.clock import settle

METHOD = "textDocument/inlineCompletion"


async def test_a_suggestion_is_an_item_with_its_place_and_what_tells_us_that_it_was_taken(desk: Desk) -> None:
    await desk.open("say hello⏎world\n")
    assert (await desk.call(METHOD, inline_at(0, 3)))["result"] == {
        "items": [
            {
                "insertText": "hello\nworld",
                "range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}},
                "command": {"title": "Accept", "command": "aiLsp.acceptSuggestion", "arguments": ["s1"]},
            }
        ]
    }


async def test_what_a_person_may_cycle_through_stands_behind_it(desk: Desk) -> None:
    await desk.open("say hello¦good bye\n")
    items = (await desk.call(METHOD, inline_at(0, 3)))["result"]["items"]
    assert [item["insertText"] for item in items] == ["hello", "good bye"]
    assert [("command" in item) for item in items] == [True, False]


async def test_silence_is_an_empty_list_so_that_an_editor_takes_away_what_it_shows(desk: Desk) -> None:
    await desk.open("nothing\n")
    assert (await desk.call(METHOD, inline_at(0, 3)))["result"] == {"items": []}


async def test_a_document_that_is_not_open_has_no_suggestion(desk: Desk) -> None:
    assert (await desk.call(METHOD, inline_at(3, 5, uri="file:///etc/passwd")))["result"] is None
    assert desk.house.last_empty == Silence(Reason.NOT_OPEN)


@pytest.mark.parametrize(
    ("kind", "trigger"),
    [
        (1, Trigger.INVOKED),
        (2, Trigger.AUTOMATIC),
        (0, Trigger.INVOKED),
        (3, Trigger.AUTOMATIC),
        (-1, Trigger.AUTOMATIC),
        ("x", Trigger.AUTOMATIC),
        (None, Trigger.AUTOMATIC),
    ],
)
async def test_trigger_kinds_that_the_specification_does_not_know_are_taken(
    desk: Desk, kind: Any, trigger: Trigger
) -> None:
    await desk.open("say x\n")
    assert len((await desk.call(METHOD, inline_at(0, 3, kind)))["result"]["items"]) == 1
    assert desk.house.calls[-1][3] is trigger


async def test_twenty_triggers_have_one_worker_and_the_last_one_is_answered(desk: Desk) -> None:
    """R3, as Neovim does it, which never cancels: each newer request ends the older one, which is answered `null`."""
    await desk.open("wait\nsay done\n")
    sent = [await desk.request(METHOD, inline_at(0, 4)) for _ in range(20)]
    last = await desk.request(METHOD, inline_at(1, 3))
    await settle()
    assert [desk.answers(msg_id)[0]["result"] for msg_id in sent] == [None] * 20
    assert desk.answers(last)[0]["result"]["items"][0]["insertText"] == "done"
    assert desk.house.most_working == 1
    assert desk.notifications("window/logMessage") == []


async def test_documents_do_not_supersede_each_other(desk: Desk) -> None:
    await desk.open("wait\n", "file:///a")
    await desk.open("wait\n", "file:///b")
    first = await desk.request(METHOD, inline_at(0, 4, uri="file:///a"))
    await desk.request(METHOD, inline_at(0, 4, uri="file:///b"))
    assert desk.answers(first) == []
    assert desk.house.working == 2


async def test_a_suggestion_for_a_text_that_went_on_is_not_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """R19: the range would mean another place."""
    await desk.open("say x\n")
    answer = desk.house._answer

    async def answer_after_an_edit(*args: Any) -> Any:
        found = await answer(*args)
        await desk.change(2, edit((0, 0), (0, 0), "\n\n"))
        return found

    monkeypatch.setattr(desk.house, "_answer", answer_after_an_edit)
    assert (await desk.call(METHOD, inline_at(0, 3)))["result"] is None


async def test_a_document_that_was_closed_meanwhile_has_no_suggestion(desk: Desk) -> None:
    await desk.open("wait\n")
    msg_id = await desk.request(METHOD, inline_at(0, 4))
    await desk.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    await desk.notify("$/cancelRequest", {"id": msg_id})
    await settle()
    assert len(desk.answers(msg_id)) == 1


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 9), ("utf-16", 7), ("utf-32", 6)])
async def test_places_count_in_the_units_that_the_editor_chose(encoding: str, character: int) -> None:
    desk = Desk()
    capabilities = (await desk.initialize(positionEncodings=[encoding, "utf-16"]))["capabilities"]
    assert capabilities["positionEncoding"] == encoding
    await desk.open("say 😀x\n")
    item = (await desk.call(METHOD, inline_at(0, character)))["result"]["items"][0]
    assert desk.house.calls[-1][2].column == 6  # type: ignore[attr-defined]  # a Position, among other things
    assert item["range"]["start"] == {"line": 0, "character": character}


@pytest.mark.parametrize("place", [(0, 99), (99, 0), (99, 99), (1, 1), (0, 2**31 - 1)])
async def test_a_place_that_does_not_exist_is_the_nearest_one(desk: Desk, place: tuple[int, int]) -> None:
    await desk.open("say x")
    assert (await desk.call(METHOD, inline_at(*place)))["result"]["items"][0]["range"]["start"] == {
        "line": 0,
        "character": 5,
    }


async def test_fact_24_the_params_stay_as_they_came(desk: Desk) -> None:
    await desk.open("say 😀\n")
    params = inline_at(0, 5)
    before = repr(params)
    await desk.call(METHOD, params)
    assert repr(params) == before


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 9), ("utf-16", 7), ("utf-32", 6)])
@pytest.mark.parametrize("text", ["say 😀x", "say 😀x\r\nnext\r\n"])
async def test_engine_23_astral_characters_line_endings_and_the_end_of_the_document(
    encoding: str, character: int, text: str
) -> None:
    desk = Desk()
    await desk.initialize(positionEncodings=[encoding, "utf-16"])
    await desk.open(text)
    for asked in (character, 999):
        item = (await desk.call(METHOD, inline_at(0, asked)))["result"]["items"][0]
        assert item["range"] == {key: {"line": 0, "character": character} for key in ("start", "end")}


async def test_engine_23_an_empty_document_has_a_place(desk: Desk) -> None:
    await desk.open("")
    assert (await desk.call(METHOD, inline_at(7, 7)))["result"] == {"items": []}


async def test_engine_24_null_keeps_the_screen_and_an_empty_list_clears_it(desk: Desk) -> None:
    await desk.open("nothing\nwait\n")
    assert (await desk.call(METHOD, inline_at(0, 3)))["result"] == {"items": []}
    older = await desk.request(METHOD, inline_at(1, 4))
    await desk.call(METHOD, inline_at(0, 3))
    assert desk.answers(older)[0]["result"] is None


async def test_engine_25_what_the_menu_has_selected_is_passed_on(desk: Desk) -> None:
    await desk.open("say x\n")
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}
    params = inline_at(0, 3)
    params["context"]["selectedCompletionInfo"] = {"range": where, "text": "saying"}
    await desk.call(METHOD, params)
    assert desk.house.selected == Selected(Range(Position(0, 0), Position(0, 3)), "saying")


async def test_an_editor_that_wants_it_is_told_when_asking_again_is_worth_it() -> None:
    desk = Desk()
    await desk.initialize(experimental={"aiLsp": {"refresh": True}})
    await desk.open("x")
    desk.house.refresh(URI)
    assert desk.notifications("aiLsp/refresh") == [{"uri": URI}]


async def test_it_is_told_so_only_behind_the_answer_that_it_is_about() -> None:
    desk = Desk()
    await desk.initialize(experimental={"aiLsp": {"refresh": True}})
    await desk.open("wait\n")
    asked = await desk.request(METHOD, inline_at(0, 4))
    await settle()
    desk.house.refresh(URI)
    assert desk.notifications("aiLsp/refresh") == []
    await desk.notify("$/cancelRequest", {"id": asked})
    await settle()
    assert [("id" in message, message.get("method")) for message in desk.sent[-2:]] == [
        (True, None),
        (False, "aiLsp/refresh"),
    ]
