from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ai_lsp.server.features.code_task import CHANGED_MEANWHILE
from tests.server.desk import URI, Desk, edit
from tests.server.support_edits import EDITORS, applied, span
from tests.support.clock import settle
from tests.support.lsp_client import Json

CODE = "import os\n\n\ndef area(w, h):\n    a = w * h\n    return a\n\n\nprint(aera(1, 2))\n"
LINES = span(3, 0, 5, 12)
UNKNOWN = {
    "range": span(8, 6, 8, 10),
    "message": "undefined name 'aera'",
    "severity": 1,
    "source": "ruff",
    "code": "F821",
}
ALL_ON_CODE = ["Explain with AI", "Document with AI", "Simplify with AI", "Write tests with AI"]
ALL_ON_DIAGNOSTICS = ["Fix with AI", "Explain with AI"]


async def opened(editor: str = "vscode", text: str = CODE) -> Desk:
    desk = Desk()
    await desk.initialize(**EDITORS[editor])
    await desk.open(text)
    desk.sent.clear()
    return desk


async def offered(desk: Desk, where: Json, *diagnostics: Json, **context: Any) -> list[Json]:
    params = {"textDocument": {"uri": URI}, "range": where, "context": {"diagnostics": list(diagnostics), **context}}
    result: list[Json] = (await desk.call("textDocument/codeAction", params))["result"]
    return result


async def one_of(desk: Desk, title: str, where: Json = LINES, *diagnostics: Json) -> Json:
    (action,) = [action for action in await offered(desk, where, *diagnostics) if action["title"] == title]
    return action


def titles(actions: list[Json]) -> list[str]:
    return [action["title"] for action in actions]


async def test_on_a_selection_and_on_a_diagnostic() -> None:
    desk = await opened()
    assert titles(await offered(desk, LINES)) == ALL_ON_CODE
    assert titles(await offered(desk, span(8, 8, 8, 8), UNKNOWN)) == ALL_ON_DIAGNOSTICS
    both = await offered(desk, span(8, 0, 8, 17), UNKNOWN)
    assert titles(both) == [*ALL_ON_DIAGNOSTICS, *ALL_ON_CODE[1:]]
    assert [action.get("kind") for action in both] == ["quickfix"] * 2 + ["refactor.rewrite"] * 2 + ["refactor"]
    assert both[0]["diagnostics"] == [UNKNOWN]
    assert desk.house.coding.requests == []


@pytest.mark.parametrize(
    ("where", "context", "expected"),
    [
        (span(3, 2, 3, 2), {}, ALL_ON_CODE),
        (span(4, 6, 4, 6), {}, []),
        (span(4, 6, 4, 6), {"triggerKind": 2}, []),
        (span(4, 6, 4, 6), {"triggerKind": 1}, ALL_ON_CODE),
        (span(1, 0, 1, 0), {"triggerKind": 1}, []),
        (span(6, 0, 7, 0), {}, []),
        (LINES, {"only": ["refactor"]}, ALL_ON_CODE[1:]),
        (LINES, {"only": ["refactor.rewrite"]}, ALL_ON_CODE[1:3]),
        (LINES, {"only": ["source.organizeImports"]}, []),
        (LINES, {"only": ["quickfix"]}, []),
        (LINES, {"only": [""]}, ALL_ON_CODE),
    ],
)
async def test_what_is_offered_where(where: Json, context: Json, expected: list[str]) -> None:
    assert titles(await offered(await opened(), where, **context)) == expected


async def test_the_chosen_action_brings_an_edit_that_has_to_be_confirmed() -> None:
    desk = await opened()
    action = await one_of(desk, "Fix with AI", span(8, 8, 8, 8), UNKNOWN)
    assert action.keys().isdisjoint({"edit", "command"})
    desk.house.coding.answer = "```\nprint(area(1, 2))\n```"
    resolved = (await desk.call("codeAction/resolve", action))["result"]
    assert {**resolved, "edit": None} == {**action, "edit": None}
    assert "line 1 of the selection: error: undefined name 'aera' [ruff F821]" in desk.house.coding.question
    (change,) = resolved["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": URI, "version": 1}
    assert applied(CODE, change["edits"]) == CODE.replace("aera", "area")
    marks = {one["annotationId"] for one in change["edits"]}
    assert [resolved["edit"]["changeAnnotations"][mark]["needsConfirmation"] for mark in marks] == [True]


async def test_a_fix_may_change_the_function_around_the_diagnostic() -> None:
    desk = await opened()
    wrong = {"range": span(4, 4, 4, 5), "message": "rename it"}
    action = await one_of(desk, "Fix with AI", span(4, 4, 4, 5), wrong)
    desk.house.coding.answer = "```\ndef area(w, h):\n    size = w * h\n    return size\n```"
    edits = (await desk.call("codeAction/resolve", action))["result"]["edit"]["documentChanges"][0]["edits"]
    assert applied(CODE, edits) == CODE.replace("    a =", "    size =").replace("return a", "return size")


async def test_tests_go_into_a_new_file_where_such_files_are() -> None:
    desk = await opened()
    action = await one_of(desk, "Write tests with AI")
    desk.house.coding.answer = "```\ndef test_area():\n    assert area(1, 2) == 2\n```"
    made, change = (await desk.call("codeAction/resolve", action))["result"]["edit"]["documentChanges"]
    assert made == {
        "kind": "create",
        "uri": "file:///work/test_a.py",
        "options": {"overwrite": False, "ignoreIfExists": False},
        "annotationId": "aiLsp",
    }
    assert change["textDocument"] == {"uri": "file:///work/test_a.py", "version": None}
    assert applied("", change["edits"]) == "def test_area():\n    assert area(1, 2) == 2\n"


async def test_tests_are_added_to_a_test_file_that_is_open() -> None:
    desk = await opened()
    before = "from a import area\n\n\ndef test_nothing():\n    assert not area(0, 1)\n\n"
    await desk.open(before, "file:///work/tests/test_a.py")
    action = await one_of(desk, "Write tests with AI")
    desk.house.coding.answer = "```\ndef test_area():\n    assert area(1, 2) == 2\n```"
    (change,) = (await desk.call("codeAction/resolve", action))["result"]["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": "file:///work/tests/test_a.py", "version": 1}
    assert applied(before, change["edits"]) == (
        before.rstrip("\n") + "\n\n\ndef test_area():\n    assert area(1, 2) == 2\n"
    )
    assert "from a import area" in desk.house.coding.question


async def test_an_editor_that_shows_no_edit_before_it_is_made_gets_commands() -> None:
    desk = await opened("plain")
    for action in await offered(desk, LINES):
        assert "data" not in action
        assert action["command"]["command"].startswith("aiLsp.")
    action = await one_of(desk, "Simplify with AI")
    desk.house.coding.answer = "```\ndef area(w, h):\n    return w * h\n```"
    run = {"command": action["command"]["command"], "arguments": action["command"]["arguments"]}
    told = (await desk.call("workspace/executeCommand", run))["result"]
    assert told["newText"] == "def area(w, h):\n    return w * h"
    assert "+    return w * h" in desk.notifications("window/showMessage")[0]["message"]


async def test_an_editor_that_shows_what_it_asks_for_may_still_drop_what_an_action_returns() -> None:
    desk = Desk()
    await desk.initialize(**EDITORS["plain"], experimental={"aiLsp": {"results": True}})
    await desk.open(CODE)
    action = await one_of(desk, "Explain with AI")
    desk.house.coding.answer = "It multiplies."
    run = {"command": action["command"]["command"], "arguments": action["command"]["arguments"]}
    await desk.call("workspace/executeCommand", run)
    assert desk.notifications("window/showMessage") == [{"type": 3, "message": "It multiplies."}]


async def test_an_old_editor_gets_bare_commands() -> None:
    for action in await offered(await opened("old"), LINES):
        assert action.keys() == {"title", "command", "arguments"}


async def test_explaining_is_always_a_command() -> None:
    desk = await opened()
    action = await one_of(desk, "Explain with AI")
    assert action["command"]["command"] == "aiLsp.explain"
    assert (await desk.call("codeAction/resolve", action))["result"] == action


async def test_nothing_is_offered_where_no_model_may_see_the_file_or_nobody_chats() -> None:
    desk = await opened()
    desk.house.coding.refuses = "embedded completes code, it cannot chat"
    assert await offered(desk, LINES) == []
    (action,) = await offered(desk, LINES, triggerKind=1)
    assert action == {"title": "AI actions", "disabled": {"reason": "embedded completes code, it cannot chat"}}


async def test_nothing_is_offered_in_a_file_that_is_not_open() -> None:
    desk = await opened()
    await desk.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert await offered(desk, LINES) == []


async def test_an_action_of_an_earlier_version_is_refused() -> None:
    desk = await opened()
    action = await one_of(desk, "Simplify with AI")
    await desk.change(2, edit((0, 0), (0, 0), "#"))
    error = (await desk.call("codeAction/resolve", action))["error"]
    assert error == {"code": -32803, "message": CHANGED_MEANWHILE}
    assert desk.house.coding.requests == []


async def test_lines_that_change_while_the_model_answers_get_no_edit() -> None:
    desk = await opened()
    action = await one_of(desk, "Simplify with AI")
    desk.house.coding.hold = asyncio.Event()
    desk.house.coding.answer = "```\ndef area(w, h):\n    return w * h\n```"
    msg_id = await desk.request("codeAction/resolve", action)
    await desk.change(2, edit((4, 8), (4, 9), "v"))
    desk.house.coding.hold.set()
    await settle()
    assert desk.answers(msg_id)[0]["error"]["message"] == CHANGED_MEANWHILE


async def test_an_answer_without_a_change_says_why() -> None:
    desk = await opened()
    desk.house.coding.answer = "It is simple already."
    error = (await desk.call("codeAction/resolve", await one_of(desk, "Simplify with AI")))["error"]
    assert error["code"] == -32803
    assert error["message"].startswith("the answer holds no code")


async def test_cancelling_the_choice_stops_the_model() -> None:
    desk = await opened()
    action = await one_of(desk, "Simplify with AI")
    desk.house.coding.hold = asyncio.Event()
    msg_id = await desk.request("codeAction/resolve", action)
    await settle()
    await desk.notify("$/cancelRequest", {"id": msg_id})
    await settle()
    assert desk.answers(msg_id)[0]["error"]["code"] == -32800
    assert desk.house.coding.ended == 1


@pytest.mark.parametrize(
    "params",
    [None, [], {}, {"textDocument": {"uri": URI}}, {"textDocument": {"uri": 1}, "range": LINES}, {"textDocument": URI}],
)
async def test_wrong_params_are_refused(params: Any) -> None:
    assert (await (await opened()).call("textDocument/codeAction", params))["error"]["code"] == -32602


@pytest.mark.parametrize(
    "context",
    [None, [], {"diagnostics": "all"}, {"diagnostics": [1, {}]}, {"only": "x"}, {"only": [1]}, {"triggerKind": "now"}],
)
async def test_a_context_of_another_shape_does_no_harm(context: Any) -> None:
    desk = await opened()
    params = {"textDocument": {"uri": URI}, "range": LINES, "context": context}
    assert isinstance((await desk.call("textDocument/codeAction", params))["result"], list)


@pytest.mark.parametrize(
    "action",
    [None, 1, {}, {"data": 1}, {"data": {"command": "format"}}, {"data": {"command": 1}}, {"title": "x", "data": {}}],
)
async def test_actions_of_others_come_back_as_they_are(action: Any) -> None:
    answer = await (await opened()).call("codeAction/resolve", action)
    assert answer.get("result", action) == action


async def test_an_action_that_somebody_has_tampered_with_is_refused() -> None:
    desk = await opened()
    action = await one_of(desk, "Simplify with AI")
    for data in ({"command": "refactor"}, {**action["data"], "textDocument": {"uri": "file:///etc/passwd"}}):
        assert "error" in await desk.call("codeAction/resolve", {**action, "data": data})
    assert desk.house.coding.requests == []
