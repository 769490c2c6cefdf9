"""Ghost text in a real VS Code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.shop import INVOICES
from tests.e2e.vscode.conftest import ARTEFACTS
from tests.e2e.vscode.service import Asked, Reply, Service
from tests.e2e.vscode.workbench import Workbench

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

BODY = """    if quantity <= 0:
        raise ValueError(f"quantity must be positive, got {quantity}")
    logger.info("%d reserved for %s", quantity, order.number)"""


def test_ghost(workbench: Workbench, service: Service) -> None:
    folder = workbench.folder / ".vscode"
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps({"aiLsp.provider": "first"}))
    file = workbench.folder / "shop/invoices.py"
    service.code = lambda asked: Reply([BODY[7:]])
    workbench.open(file)
    workbench.page.press("Control+End")
    workbench.page.type("if ")
    try:
        ghost = workbench.wait_for_ghost(seconds=20)
        print(repr(ghost))
    finally:
        workbench.page.keep_picture(ARTEFACTS / "vscode_ghost.png")
        print(workbench.notes, service.asked[-1:])
    print(
        workbench.page.look(
            """[...document.querySelectorAll('.monaco-editor [class*=ghost-text]')].map(e => e.outerHTML.slice(0,600))"""
        )
    )
    workbench.page.press("Tab")
    workbench.save(file, INVOICES + BODY)
