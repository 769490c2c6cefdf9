"""Messages as copilot.el 0.5, copilot.lua (July 2026), LSP-copilot and nvim-lspconfig's `copilot` send them."""

from __future__ import annotations

from typing import Any

import pytest

from ai_lsp import __version__
from ai_lsp.server.features.status import tell
from ai_lsp.server.features.workspace import SECTION
from tests.server.desk import URI, Desk, edit
from tests.support.clock import settle

OPTIONS = {
    "editorInfo": {"name": "Emacs", "version": "30.1"},
    "editorPluginInfo": {"name": "copilot.el", "version": "0.5.0"},
    "networkProxy": {"host": "127.0.0.1", "port": 9},
}


@pytest.fixture
async def plugin() -> Desk:
    desk = Desk()
    await desk.initialize(params={"initializationOptions": OPTIONS})
    await settle()
    return desk


async def test_a_plugin_hears_the_status_in_its_own_words(plugin: Desk) -> None:
    assert plugin.notifications("didChangeStatus") == [{"kind": "Normal", "busy": False, "message": "ready"}]
    assert plugin.notifications("statusNotification") == [{"status": "Normal", "message": "ready"}]
    tell(plugin.session)
    assert len(plugin.notifications("didChangeStatus")) == 1


async def test_others_do_not_hear_it(desk: Desk) -> None:
    tell(desk.session)
    assert desk.notifications("didChangeStatus") == desk.notifications("statusNotification") == []


async def test_what_a_plugin_says_of_itself_is_no_setting_of_ours(plugin: Desk) -> None:
    assert plugin.house.settings == {}
    assert plugin.session.client.info.name == "Emacs"
    await plugin.notify("workspace/didChangeConfiguration", {"settings": {"telemetry": {"telemetryLevel": "off"}}})
    await settle()
    assert plugin.house.settings == {}
    assert plugin.notifications("window/showMessage") == []


async def test_a_plugin_may_send_settings_of_ours_beside_its_own(plugin: Desk) -> None:
    settings = {"github": {"copilot": {}}, SECTION: {"provider": "embedded"}}
    await plugin.notify("workspace/didChangeConfiguration", {"settings": settings})
    await settle()
    assert plugin.house.settings == {"provider": "embedded"}


@pytest.mark.parametrize("params", [None, {}, {"_": True}, {"options": {"localChecksOnly": True}}])
async def test_nobody_has_to_sign_in(plugin: Desk, params: Any) -> None:
    for method, status in {
        "checkStatus": "OK",
        "signIn": "AlreadySignedIn",
        "signInInitiate": "AlreadySignedIn",
        "signInConfirm": "AlreadySignedIn",
        "signOut": "NotSignedIn",
    }.items():
        assert (await plugin.call(method, params))["result"]["status"] == status
    assert (await plugin.call("getVersion", params))["result"] == {"version": __version__}
    assert (await plugin.call("setEditorInfo", OPTIONS))["result"] == "OK"
    (model,) = (await plugin.call("copilot/models", params))["result"]
    assert model == {"id": "fake · echo", "modelName": "fake · echo", "scopes": ["completion"], "default": True}
    assert not [message for message in plugin.sent if "method" in message and "id" in message]


def doc(line: int, character: int, uri: str = URI) -> dict[str, Any]:
    position = {"line": line, "character": character}
    return {
        "doc": {
            "uri": uri,
            "version": 1,
            "relativePath": "a.py",
            "insertSpaces": True,
            "tabSize": 4,
            "indentSize": 4,
            "position": position,
        },
        "textDocument": {"uri": uri, "version": 1, "relativePath": "a.py"},
        "position": position,
    }


@pytest.mark.parametrize("method", ["getCompletions", "getCompletionsCycling"])
async def test_suggestions_as_they_were_asked_for_once(plugin: Desk, method: str) -> None:
    await plugin.open("say 🙂 hi\n")
    (found,) = (await plugin.call(method, doc(0, 9)))["result"]["completions"]
    assert found == {
        "uuid": "s1",
        "text": "say 🙂 hi🙂 hi",
        "displayText": "🙂 hi",
        "position": {"line": 0, "character": 9},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 9}},
    }


@pytest.mark.parametrize("where", [doc(1, 0), doc(99, 99), doc(0, 9, "file:///not/open.py")])
async def test_where_there_is_nothing_the_list_is_empty(plugin: Desk, where: dict[str, Any]) -> None:
    await plugin.open("say hi\nnothing\n")
    assert (await plugin.call("getCompletions", where))["result"] == {"completions": []}


async def test_a_suggestion_for_a_text_that_went_on_is_not_given(plugin: Desk) -> None:
    await plugin.open("wait\n")
    first = await plugin.request("getCompletions", doc(0, 4))
    await plugin.change(2, edit((0, 0), (0, 4), "say x"))
    second = await plugin.request("getCompletions", doc(0, 5))
    await settle()
    assert plugin.answers(first)[0]["result"] is None
    assert plugin.answers(second)[0]["result"]["completions"]


async def test_what_becomes_of_them_is_told_by_request(plugin: Desk) -> None:
    for method, params in {
        "notifyShown": {"uuid": "s1"},
        "notifyAccepted": {"uuid": "s1", "acceptedLength": 4},
        "notifyRejected": {"uuids": ["s1", "s2"]},
    }.items():
        assert (await plugin.call(method, params))["result"] == "OK"
    assert plugin.house.calls[-4:] == [("shown", "s1"), ("accepted", "s1"), ("rejected", "s1"), ("rejected", "s2")]


async def test_a_panel_with_all_suggestions(plugin: Desk) -> None:
    await plugin.open("say hi\nnothing\n")
    answer = await plugin.call("getPanelCompletions", {**doc(0, 6), "panelId": "copilot:///a"})
    assert answer["result"] == {"solutionCountTarget": 0}
    assert plugin.notifications("PanelSolutionsDone") == [{"panelId": "copilot:///a", "status": "OK"}]
    for line, found in ((0, 1), (1, 0)):
        where = {"textDocument": {"uri": URI, "version": 1}, "position": {"line": line, "character": 6}}
        result = (await plugin.call("textDocument/copilotPanelCompletion", where))["result"]
        assert len(result["items"]) == found


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("getCompletions", None),
        ("getCompletions", {"doc": {"uri": {}, "position": {}}}),
        ("getCompletions", {"doc": {"uri": URI, "position": {"line": -1, "character": 0}}}),
        ("notifyShown", {}),
        ("notifyAccepted", {"uuid": 1}),
        ("notifyRejected", {"uuids": [1]}),
        ("textDocument/copilotPanelCompletion", {"textDocument": URI}),
    ],
)
async def test_wrong_params_are_refused(plugin: Desk, method: str, params: Any) -> None:
    assert (await plugin.call(method, params))["error"]["code"] == -32602
