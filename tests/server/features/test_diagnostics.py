"""What the editor says is wrong, in whatever shape it comes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.desk import URI, Desk
from tests.server.support_edits import span

ERROR = {"range": span(0, 4, 0, 8), "message": "undefined name 'totl'", "severity": 1}


def shown(desk: Desk) -> str:
    document = desk.house.documents.snapshot(URI)
    assert document is not None
    found = desk.house.diagnostics.near(document, 0, "a.py")
    return found.text if found is not None else ""


async def test_all_of_a_document(desk: Desk) -> None:
    await desk.open("a = totl\n")
    await desk.notify("aiLsp/diagnostics", {"textDocument": {"uri": URI}, "diagnostics": [ERROR]})
    assert shown(desk) == "a = totl\n# error: undefined name 'totl'"
    await desk.notify("aiLsp/diagnostics", {"textDocument": {"uri": URI}, "diagnostics": []})
    assert shown(desk) == ""


async def test_those_of_a_question_for_code_actions(desk: Desk) -> None:
    await desk.open("a = totl\n")
    question = {"textDocument": {"uri": URI}, "range": span(0, 0, 0, 0), "context": {"diagnostics": [ERROR]}}
    await desk.call("textDocument/codeAction", question)
    assert "undefined name" in shown(desk)
    await desk.call("textDocument/codeAction", question | {"context": {"diagnostics": []}})
    assert shown(desk) == ""


async def test_without_a_severity_it_is_an_error_and_hints_are_none(desk: Desk) -> None:
    await desk.open("a = totl\n")
    plain, hint = {"range": ERROR["range"], "message": "plain"}, {**ERROR, "message": "hint", "severity": 4}
    await desk.notify("aiLsp/diagnostics", {"textDocument": {"uri": URI}, "diagnostics": [plain, hint]})
    assert shown(desk) == "a = totl\n# error: plain"


@pytest.mark.parametrize(
    "params",
    [
        None,
        {},
        {"textDocument": {"uri": 1}, "diagnostics": [ERROR]},
        {"textDocument": {"uri": "file:///not-open.py"}, "diagnostics": [ERROR]},
        {"textDocument": {"uri": URI}, "diagnostics": {}},
        {"textDocument": {"uri": URI}, "diagnostics": [1, {}, {**ERROR, "message": 5}, {**ERROR, "range": None}]},
        {
            "textDocument": {"uri": URI},
            "diagnostics": [{**ERROR, "range": span(-1, 0, 0, 0)}, {**ERROR, "severity": "x"}],
        },
        {"textDocument": {"uri": URI}, "diagnostics": [{**ERROR, "severity": [1]}]},
    ],
)
async def test_nonsense_is_passed_over(desk: Desk, params: Any) -> None:
    await desk.open("a = totl\n")
    await desk.notify("aiLsp/diagnostics", params)
    assert shown(desk) == ""
