from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from ai_lsp.server.house import ClientInfo
from tests.server.desk import Desk


async def test_fact_14_inline_completion_is_advertised_to_everybody() -> None:
    for capabilities in ({}, {"inlineCompletion": None}, {"inlineCompletion": {"dynamicRegistration": False}}):
        assert (await Desk().initialize(textDocument=capabilities))["capabilities"]["inlineCompletionProvider"] == {}


async def test_the_menu_is_for_editors_without_ghost_text() -> None:
    helix = (await Desk().initialize(textDocument={"completion": {}}))["capabilities"]
    assert helix["completionProvider"] == {"triggerCharacters": [".", "(", "="]}
    ghosts: list[dict[str, Any]] = [{"inlineCompletion": None}, {"inlineCompletion": {}}]
    for shows in ghosts:
        assert "completionProvider" not in (await Desk().initialize(textDocument=shows))["capabilities"]


async def test_documents_are_synchronized_by_changes() -> None:
    result = await Desk().initialize()
    assert result["capabilities"]["textDocumentSync"] == {"openClose": True, "change": 2, "save": False}
    assert result["serverInfo"]["name"] == "ai-lsp"


@pytest.mark.parametrize("offered", [None, [], "utf-8", ["ucs-2"], [1]])
async def test_utf_16_is_what_every_editor_knows(offered: object) -> None:
    result = await Desk().initialize(positionEncodings=offered)
    assert result["capabilities"]["positionEncoding"] == "utf-16"


async def test_the_house_opens_after_the_answer_and_hears_of_the_editor() -> None:
    desk = Desk()
    params = {"rootUri": "file:///work", "clientInfo": {"name": "Helix", "version": "25.07"}}
    await desk.call("initialize", params)
    assert desk.house.calls == []
    await desk.notify("initialized", {})
    assert desk.house.calls[0] == ("start", ("/work",), ClientInfo("Helix", "25.07"))


async def test_an_editor_that_forgets_initialized_is_served() -> None:
    desk = Desk()
    await desk.call("initialize", {})
    await desk.open("say x\n")
    assert desk.house.calls[0][0] == "start"
    assert desk.text() == "say x\n"


def start_editor() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


async def test_the_server_ends_with_its_editor() -> None:
    editor = start_editor()
    desk = Desk()
    await desk.initialize(params={"processId": editor.pid})
    await desk.clock.advance(5)
    assert desk.exit_codes == []
    editor.communicate()
    await desk.clock.advance(1)
    assert desk.exit_codes == [1]


@pytest.mark.parametrize("process_id", [None, 0, -1, "1", 1.5, True, os.getpid()])
async def test_an_odd_process_id_is_no_reason_to_end(process_id: object) -> None:
    desk = Desk()
    await desk.initialize(params={"processId": process_id})
    await desk.clock.advance(3)
    assert desk.exit_codes == []


async def test_tracing_is_accepted(desk: Desk) -> None:
    await desk.notify("$/setTrace", {"value": "verbose"})
    assert desk.sent == []
