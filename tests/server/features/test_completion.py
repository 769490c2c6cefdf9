from __future__ import annotations

from typing import Any

import pytest

from tests.server.desk import URI, Desk, at, edit

METHOD = "textDocument/completion"


async def test_the_item_replaces_the_word_so_that_editors_can_match_it_with_what_was_typed(desk: Desk) -> None:
    await desk.open("say d(a, b):⏎    return a\n")
    result = (await desk.call(METHOD, at(0, 3)))["result"]
    assert result["isIncomplete"] is True
    (item,) = result["items"]
    assert item == {
        "label": "sayd(a, b):",
        "kind": 1,
        "detail": "ai-lsp · echo",
        "documentation": "sayd(a, b):\n    return a",
        "sortText": "0",
        "filterText": "sayd(a, b):",
        "insertTextFormat": 1,
        "insertTextMode": 1,
        "textEdit": {
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}},
            "newText": "sayd(a, b):\n    return a",
        },
        "command": {"title": "Accept", "command": "aiLsp.acceptSuggestion", "arguments": ["s1"]},
    }


async def test_what_begins_with_a_space_is_plainly_inserted_because_editors_show_an_edit_without_it(desk: Desk) -> None:
    await desk.open("say  and c\n")
    (item,) = (await desk.call(METHOD, at(0, 4)))["result"]["items"]
    assert item["insertText"] == " and c"
    assert "textEdit" not in item


async def test_a_long_suggestion_has_a_short_label(desk: Desk) -> None:
    await desk.open("say " + "x" * 200 + "\n")
    (item,) = (await desk.call(METHOD, at(0, 4)))["result"]["items"]
    assert len(item["label"]) == 60
    assert item["textEdit"]["newText"] == "x" * 200


async def test_silence_is_an_empty_and_incomplete_list(desk: Desk) -> None:
    await desk.open("nothing\n")
    assert (await desk.call(METHOD, at(0, 3)))["result"] == {"isIncomplete": True, "items": []}


async def test_a_newer_request_takes_the_place_of_an_older_one(desk: Desk) -> None:
    await desk.open("wait\nsay x\n")
    older = await desk.request(METHOD, at(0, 4))
    assert (await desk.call(METHOD, at(1, 3)))["result"]["items"]
    assert desk.answers(older)[0]["result"] is None


async def test_a_text_that_went_on_gets_no_item(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.open("say x\n")
    answer = desk.house._answer

    async def answer_after_an_edit(*args: Any) -> Any:
        found = await answer(*args)
        await desk.change(2, edit((0, 0), (0, 0), "\n"))
        return found

    monkeypatch.setattr(desk.house, "_answer", answer_after_an_edit)
    assert (await desk.call(METHOD, at(0, 3)))["result"] is None


async def test_a_document_that_is_not_open_gets_nothing(desk: Desk) -> None:
    assert (await desk.call(METHOD, at(0, 0, uri=URI + "x")))["result"] is None
