from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.server.features.workspace import section
from tests.server.desk import Desk
from tests.support.clock import settle

METHOD = "workspace/didChangeConfiguration"


@pytest.mark.parametrize(
    ("settings", "ours"),
    [
        ({"aiLsp": {"provider": "embedded"}}, {"provider": "embedded"}),
        ({"aiLsp.provider": "embedded", "other": 1}, {"provider": "embedded"}),
        ({"aiLsp": {"a": 1}, "aiLsp.completion.b": 2}, {"a": 1, "completion.b": 2}),
        ({"aiLsp": {}}, None),
        ({"aiLsp": "text"}, None),
        ({"python": {}}, None),
        (None, None),
        ([1], None),
    ],
)
def test_our_section_is_found_in_every_spelling(settings: Any, ours: dict[str, Any] | None) -> None:
    assert section(settings) == ours


async def test_settings_that_come_with_the_message_are_passed_on(desk: Desk) -> None:
    await desk.notify(METHOD, {"settings": {"aiLsp": {"provider": "work"}}})
    assert desk.house.settings == {"provider": "work"}


async def test_settings_that_came_with_initialize_are_passed_on() -> None:
    for options in ({"provider": "work"}, {"aiLsp": {"provider": "work"}}):
        desk = Desk()
        await desk.initialize(params={"initializationOptions": options})
        assert desk.house.settings == {"provider": "work"}


async def answer(desk: Desk, result: Any) -> None:
    (request,) = [message for message in desk.sent if message.get("method") == "workspace/configuration"]
    assert request["params"] == {"items": [{"section": "aiLsp"}]}
    await desk.hear({"jsonrpc": "2.0", "id": request["id"], "result": result})
    await settle()
    desk.sent.clear()


async def test_settings_that_the_editor_holds_back_are_asked_for() -> None:
    desk = Desk()
    await desk.initialize(workspace={"configuration": True}, params={"initializationOptions": {"a": 1, "b": 1}})
    await answer(desk, [{"b": 2}])
    assert desk.house.settings == {"a": 1, "b": 2}
    await desk.notify(METHOD, {"settings": None})
    await answer(desk, [{"b": 3}])
    assert desk.house.settings == {"b": 3}


@pytest.mark.parametrize("result", [None, [], [None], ["text"], {}, 5])
async def test_an_odd_answer_leaves_the_settings_as_they_are(result: Any) -> None:
    desk = Desk()
    await desk.initialize(workspace={"configuration": True}, params={"initializationOptions": {"a": 1}})
    await answer(desk, result)
    assert desk.house.settings == {"a": 1}


@pytest.mark.parametrize("params", [None, {}, [], {"settings": None}, {"settings": 5}])
async def test_a_message_without_settings_changes_nothing(desk: Desk, params: Any) -> None:
    calls = list(desk.house.calls)
    await desk.notify(METHOD, params)
    assert desk.house.calls == calls


async def test_folders_come_and_go() -> None:
    desk = Desk()
    await desk.initialize(params={"workspaceFolders": [{"uri": "file:///a", "name": "a"}]})
    change = {"added": [{"uri": "file:///b", "name": "b"}], "removed": [{"uri": "file:///a", "name": "a"}]}
    await desk.notify("workspace/didChangeWorkspaceFolders", {"event": change})
    assert desk.house.calls[-1] == ("folders", ("/b",))
    await desk.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": None}})
    await desk.notify("workspace/didChangeWorkspaceFolders", None)
    assert desk.house.calls[-1] == ("folders", ("/b",))


async def test_watched_files_are_accepted(desk: Desk) -> None:
    await desk.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": "file:///a", "type": 2}]})
    assert desk.sent == []
