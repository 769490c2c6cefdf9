from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.core.reasons import Reason, Silence
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


async def test_settings_from_both_ways_are_one() -> None:
    desk = Desk()
    options = {"completion": {"maxTokens": 1, "enabled": True}}
    await desk.initialize(workspace={"configuration": True}, params={"initializationOptions": options})
    await answer(desk, [{"completion": {"maxTokens": 2}, "provider": "work"}])
    assert desk.house.settings == {"completion": {"maxTokens": 2, "enabled": True}, "provider": "work"}


async def test_the_house_knows_that_settings_are_on_their_way() -> None:
    desk = Desk()
    await desk.initialize(workspace={"configuration": True})
    expects = [desk.house.expects_settings]
    await answer(desk, [{"provider": "work"}])
    expects.append(desk.house.expects_settings)
    await desk.notify(METHOD, {"settings": None})
    expects.append(desk.house.expects_settings)
    assert expects == [True, False, True]


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


async def test_what_is_wrong_with_the_settings_is_one_message(desk: Desk) -> None:
    desk.house.tells = ("editor: plugins: may only be set in the user file", "editor: proxy: there is no such setting")
    await desk.notify(METHOD, {"settings": {"aiLsp": {"proxy": "x"}}})
    await settle()
    [message] = desk.notifications("window/showMessage")
    assert message["type"] == 2
    assert message["message"].startswith("ai-lsp: editor: plugins: may only be set in the user file (and 1 more;")
    await desk.notify(METHOD, {"settings": {"aiLsp": {"proxy": "x"}}})
    await settle()
    assert len(desk.notifications("window/showMessage")) == 1


async def test_settings_that_changed_by_themselves_are_told() -> None:
    desk = Desk()
    await desk.initialize(experimental={"aiLsp": {"status": True}})
    desk.sent.clear()
    desk.house.last_empty = Silence(Reason.DISABLED)
    desk.house.tells = ("config.toml: is not TOML",)
    desk.house.changed()
    assert [message["method"] for message in desk.sent] == ["aiLsp/status", "window/showMessage"]


async def ask(desk: Desk, result: Any, *, origin: str = "https://ai.example") -> list[tuple[object, ...]]:
    """What the house heard when the person answered so."""
    desk.house.asks = (origin,)
    await desk.notify(METHOD, {"settings": {"aiLsp": {"a": 1}}})
    await settle()
    (request,) = [message for message in desk.sent if message.get("method") == "window/showMessageRequest"]
    assert origin in request["params"]["message"]
    await desk.hear({"jsonrpc": "2.0", "id": request["id"], **result})
    await settle()
    return [call for call in desk.house.calls if call[0] == "judge"]


@pytest.mark.parametrize(
    ("result", "judged"),
    [
        ({"result": {"title": "Allow"}}, True),
        ({"result": {"title": "Refuse"}}, False),
        ({"result": None}, None),
        ({"result": {"title": "allow"}}, None),
        ({"result": "Allow"}, None),
        ({"result": {"title": ["Allow"]}}, None),
        ({"error": {"code": -32601, "message": "unknown"}}, None),
    ],
)
async def test_only_a_plain_yes_is_a_yes(result: Any, judged: bool | None) -> None:
    desk = Desk()
    await desk.initialize(window={"showMessage": {}})
    expected = [] if judged is None else [("judge", "https://ai.example", judged)]
    assert await ask(desk, result) == expected


async def test_a_person_may_take_their_time_and_nothing_waits_for_them() -> None:
    desk = Desk()
    await desk.initialize(window={"showMessage": {}})
    desk.house.asks = ("https://ai.example",)
    desk.house.tells = ("editor: providers.team: you have not allowed https://ai.example", "another one")
    await desk.notify(METHOD, {"settings": {"aiLsp": {"a": 1}}})
    await desk.clock.advance(600)
    assert [message["message"] for message in desk.notifications("window/showMessage")] == ["ai-lsp: another one"]
    assert desk.notifications("$/cancelRequest") == []
    await desk.clock.advance(3600)
    assert len(desk.notifications("$/cancelRequest")) == 1
    assert [call for call in desk.house.calls if call[0] == "judge"] == []


async def test_an_editor_that_cannot_ask_is_not_asked(desk: Desk) -> None:
    desk.house.asks = ("https://ai.example",)
    desk.house.tells = ("editor: providers.team: you have not allowed https://ai.example",)
    await desk.notify(METHOD, {"settings": {"aiLsp": {"a": 1}}})
    await settle()
    assert desk.notifications("window/showMessageRequest") == []
    assert len(desk.notifications("window/showMessage")) == 1
