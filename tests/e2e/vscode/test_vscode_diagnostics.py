"""Errors and warnings in a real VS Code: the model that completes code is told of those near the cursor."""

from __future__ import annotations

import time

import pytest

from tests.e2e.vscode.conftest import use
from tests.e2e.vscode.service import NOTHING, Reply, Service
from tests.e2e.vscode.workbench import EDITOR, Workbench

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

STYLES = """\
.price {
    colour: red;
}

.total {
"""
"""One name in it is none that VS Code's own support for CSS knows."""

ALONE = {"editor.quickSuggestions": False, "editor.suggestOnTriggerCharacters": False}
"""No menu of names gets between the person and the ghost text."""

LOOKS = 0.8
"""Seconds that a person looks at what is marked before typing; the extension gathers what is found for 0.2."""


def test_the_model_hears_of_a_warning_near_the_cursor(workbench: Workbench, service: Service) -> None:
    use(workbench, {"aiLsp.provider": "reader", **ALONE})
    workbench.wait_for_status("reader")
    service.code = lambda asked: Reply(["bold;"]) if "font-weight: <|fim_suffix|>" in asked.prompt else NOTHING
    styles = workbench.folder / "shop/styles.css"
    styles.write_text(STYLES, encoding="utf-8")
    workbench.open(styles)
    workbench.find(f"{EDITOR} .squiggly-warning").wait()
    time.sleep(LOOKS)
    workbench.page.press("Control+End")
    workbench.page.type("    font-weight: ", delay=0.1)
    workbench.wait_for_ghost("bold;")
    workbench.keep_picture("diagnostics")
    assert "    colour: red;\n    // warning: Unknown property: 'colour'\n" in service.asked[-1].prompt
