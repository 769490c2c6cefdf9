"""Commands on code in a real VS Code: the change is looked at first, and made when the person says so."""

from __future__ import annotations

import pytest

from tests.e2e.neovim import wait_until
from tests.e2e.vscode.conftest import invoices, use
from tests.e2e.vscode.service import Reply, Service
from tests.e2e.vscode.workbench import EDITOR, Workbench, read

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

BEFORE = """\
def gross(net, rate):
    return net + net * rate
"""
AFTER = '''\
def gross(net: Decimal, rate: Decimal) -> Decimal:
    """What is paid, at a tax rate such as 0.19."""
    return net * (1 + rate)
'''
DIFF = ".monaco-diff-editor"


@pytest.fixture
def desk(workbench: Workbench, service: Service) -> Workbench:
    """The person has selected a function, and the service will answer with a better one."""
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    invoices(workbench).write_text(BEFORE, encoding="utf-8")
    service.chat = lambda asked: Reply(["Here it is:\n\n```python\n", *AFTER.splitlines(keepends=True), "```\n"])
    workbench.open(invoices(workbench))
    workbench.page.press("Control+Home", "Shift+ArrowDown", "Shift+ArrowDown")
    return workbench


def test_a_change_is_shown_beside_the_code_and_made_when_it_is_accepted(desk: Workbench, service: Service) -> None:
    desk.command("AI LSP: Document")
    desk.find(DIFF).wait()
    wait_until("the change is in view", lambda: "What is paid" in desk.find(f"{DIFF} .modified").text)
    desk.keep_picture("change_shown")
    assert "def gross(net, rate):" in service.asked[-1].prompt
    assert read(invoices(desk)) == BEFORE
    assert "What is paid" not in desk.find(f"{DIFF} .original").text
    desk.page.press("Control+Enter")
    desk.find(DIFF).wait(state="hidden")
    assert read(invoices(desk)) == BEFORE
    desk.save(invoices(desk), AFTER)
    desk.keep_picture("change_accepted")


def test_a_change_that_is_discarded_leaves_no_trace(desk: Workbench) -> None:
    desk.command("AI LSP: Document")
    desk.find(DIFF).wait()
    desk.command("AI LSP: Discard the Change")
    desk.find(DIFF).wait(state="hidden")
    desk.save(invoices(desk), BEFORE)


def test_the_light_bulb_offers_what_can_be_done_with_the_selection(desk: Workbench, service: Service) -> None:
    desk.page.press("Control+.")
    document = desk.find(".action-widget .monaco-list-row:has-text('Document with AI')").wait()
    desk.keep_picture("code_actions")
    document.click()
    desk.find("a.monaco-button:has-text('Apply')").wait()
    desk.keep_picture("code_action_shown")
    assert "def gross(net, rate):" in service.asked[-1].prompt
    assert read(invoices(desk)) == BEFORE
    desk.find(".bulk-edit-panel .monaco-list-row input, .bulk-edit-panel .monaco-list-row .monaco-checkbox").click()
    desk.find("a.monaco-button:has-text('Apply')").click()
    desk.find("a.monaco-button:has-text('Apply')").wait(state="hidden")
    desk.find(f"{EDITOR} .view-lines").click()
    desk.save(invoices(desk), AFTER)
