from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ai_lsp.server.features import commands
from tests.server.desk import Desk
from tests.support.clock import settle

METHOD = "workspace/executeCommand"


async def test_the_editor_tells_what_became_of_a_suggestion(desk: Desk) -> None:
    for command in ("aiLsp.acceptSuggestion", "aiLsp.rejectSuggestion"):
        assert (await desk.call(METHOD, {"command": command, "arguments": ["s1"]}))["result"] is None
    assert desk.house.calls[-2:] == [("accepted", "s1"), ("rejected", "s1")]


async def test_the_status_is_shown_and_returned(desk: Desk) -> None:
    await desk.open("nothing\n")
    result = (await desk.call(METHOD, {"command": "aiLsp.showStatus"}))["result"]
    assert result["provider"] == "fake"
    (shown,) = desk.notifications("window/showMessage")
    assert shown == {"type": 3, "message": "ready [fake · echo]"}


@pytest.mark.parametrize(
    "params",
    [
        {"command": "no.such"},
        {"command": ""},
        {"command": "aiLsp.acceptSuggestion"},
        {"command": "aiLsp.acceptSuggestion", "arguments": [1]},
        {"command": "aiLsp.acceptSuggestion", "arguments": ["a", "b"]},
        {"command": "aiLsp.rejectSuggestion", "arguments": [{}]},
        {"command": "aiLsp.switchProvider"},
        {"command": "aiLsp.switchProvider", "arguments": [{"provider": "work"}]},
        {},
    ],
)
async def test_unknown_commands_and_wrong_arguments_are_refused(desk: Desk, params: dict[str, Any]) -> None:
    assert (await desk.call(METHOD, params))["error"]["code"] == -32602


async def test_another_provider_is_used_from_now_on(desk: Desk) -> None:
    answer = await desk.call(METHOD, {"command": "aiLsp.switchProvider", "arguments": ["work"]})
    assert desk.house.calls[-1] == ("switch", "work")
    assert answer["result"]["kind"] == "normal"


async def test_a_provider_that_does_not_exist_is_refused_with_its_name(desk: Desk) -> None:
    answer = await desk.call(METHOD, {"command": "aiLsp.switchProvider", "arguments": ["nobody"]})
    assert answer["error"] == {"code": -32803, "message": "there is no provider 'nobody'"}


async def test_all_commands_are_advertised() -> None:
    provider = (await Desk().initialize())["capabilities"]["executeCommandProvider"]
    assert provider == {"commands": list(commands.COMMANDS)}


async def test_fact_07_cancelling_a_command_ends_its_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def slow(_: Any, __: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("slow")

    monkeypatch.setitem(commands.COMMANDS, "test.slow", slow)
    msg_id = await desk.request(METHOD, {"command": "test.slow"})
    await desk.notify("$/cancelRequest", {"id": msg_id})
    await settle()
    assert desk.answers(msg_id)[0]["error"]["code"] == -32800
    assert ended == ["slow"]
