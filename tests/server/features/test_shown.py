from __future__ import annotations

from typing import Any

import pytest

from tests.server.desk import Desk, at, inline_at


def item(suggestion: str = "s1", **more: Any) -> dict[str, Any]:
    command = {"title": "Accept", "command": "aiLsp.acceptSuggestion", "arguments": [suggestion]}
    return {"item": {"command": command, **more}}


async def calls_after(desk: Desk, method: str, params: Any) -> list[tuple[object, ...]]:
    before = len(desk.house.calls)
    await desk.notify(method, params)
    return desk.house.calls[before:]


@pytest.mark.parametrize("method", ["textDocument/didShowCompletion", "textDocument/didShowInlineEdit"])
async def test_an_editor_tells_what_it_shows(desk: Desk, method: str) -> None:
    assert await calls_after(desk, method, item()) == [("shown", "s1")]
    assert await calls_after(desk, method, {"item": {"command": {"arguments": ["s2"]}}}) == [("shown", "s2")]


async def test_the_item_that_we_sent_is_the_one_that_comes_back(desk: Desk) -> None:
    await desk.open("say hello\n")
    (sent,) = (await desk.call("textDocument/inlineCompletion", inline_at(0, 9)))["result"]["items"]
    assert await calls_after(desk, "textDocument/didShowCompletion", {"item": sent}) == [("shown", "s1")]
    command = {"command": sent["command"]["command"], "arguments": sent["command"]["arguments"]}
    await desk.call("workspace/executeCommand", command)
    assert desk.house.calls[-1] == ("accepted", "s1")


@pytest.mark.parametrize(
    ("text", "units", "size"),
    [(None, 5, 5), ("hello world", 5, 5), ("🙂 = 1", 2, 1), ("🙂 = 1", 6, 5), ("a\n🙂\nb", 4, 3), ("ab", 9, 2)],
)
async def test_a_part_that_was_taken_counts_characters(desk: Desk, text: str | None, units: int, size: int) -> None:
    told = item(insertText=text) if text is not None else item()
    calls = await calls_after(desk, "textDocument/didPartiallyAcceptCompletion", {**told, "acceptedLength": units})
    assert calls == [("accepted", "s1", size)]


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {},
        {"item": None},
        {"item": {"command": {"arguments": []}}},
        {"item": {"command": {"arguments": [{}]}}, "acceptedLength": 3},
        {"item": {"command": {"arguments": "s1"}}, "acceptedLength": 3},
    ],
)
async def test_what_has_another_shape_is_passed_over(desk: Desk, params: Any) -> None:
    for method in ("didShowCompletion", "didPartiallyAcceptCompletion", "didShowInlineEdit"):
        assert await calls_after(desk, f"textDocument/{method}", params) == []
    assert desk.sent == []


@pytest.mark.parametrize("length", [None, 0, -1, "3", True, 1.5])
async def test_a_length_that_is_none_is_passed_over(desk: Desk, length: Any) -> None:
    params = {**item(), "acceptedLength": length}
    assert await calls_after(desk, "textDocument/didPartiallyAcceptCompletion", params) == []


async def test_there_are_no_edits_elsewhere(desk: Desk) -> None:
    await desk.open("say hello\n")
    assert (await desk.call("textDocument/copilotInlineEdit", at(0, 9)))["result"] == {"edits": []}
