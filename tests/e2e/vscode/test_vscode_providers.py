"""Who answers in a real VS Code: switched while it is open, given a key, and back after a crash."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from tests.e2e.neovim import wait_until
from tests.e2e.shop import INVOICES
from tests.e2e.vscode.code_server import CodeServer, language_servers
from tests.e2e.vscode.conftest import begin, invoices, settings_of, use
from tests.e2e.vscode.service import Asked, Reply, Service, going_on
from tests.e2e.vscode.workbench import Workbench

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

KEY = "kept-by-the-editor-0123456789"


def test_editing_the_settings_of_the_workspace_switches_the_provider_at_once(
    workbench: Workbench, service: Service
) -> None:
    def answer(asked: Asked) -> Reply:
        return going_on(f'answer = "of {asked.provider}"')(asked)

    service.code = answer
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    begin(workbench)
    workbench.page.type("answer = ")
    workbench.wait_for_ghost('"of first"')
    workbench.page.press("Escape")
    workbench.open(settings_of(workbench))
    workbench.page.press("Control+End", "ArrowLeft", "ArrowLeft", *["Shift+ArrowLeft"] * len("first"))
    workbench.page.type("second")
    workbench.page.press("Control+s")
    workbench.wait_for_status("second")
    workbench.open(invoices(workbench))
    workbench.page.press("Enter")
    workbench.page.type("answer = ")
    workbench.wait_for_ghost('"of second"')
    workbench.keep_picture("provider_switched")


def test_the_menu_of_providers_writes_the_settings_of_the_workspace(workbench: Workbench) -> None:
    workbench.find("[id='ai-lsp.ai-lsp.aiLsp.status'] a").click()
    workbench.choose("Switch provider")
    workbench.entry("second").wait()
    workbench.keep_picture("providers")
    workbench.choose("second")
    workbench.wait_for_status("second")
    assert json.loads(settings_of(workbench).read_text()) == {"aiLsp.provider": "second"}


def test_a_key_goes_from_the_secret_storage_to_its_service_and_into_no_file(
    workbench: Workbench, service: Service, code_server: CodeServer
) -> None:
    service.code = going_on("key = 1")
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    workbench.command("AI LSP: Set API Key…")
    workbench.choose("first")
    workbench.answer(KEY)
    wait_until(
        "the key is set", lambda: any("is set" in note for note in workbench.notes), seen=lambda: workbench.notes
    )
    workbench.keep_picture("key_set")
    begin(workbench)
    workbench.page.type("key = ")
    workbench.wait_for_ghost("1")
    assert service.asked[-1].key == f"Bearer {KEY}"
    kill_the_server(workbench)
    service.asked.clear()
    service.code = going_on("again = 2")
    workbench.page.press("Escape", "Enter")
    workbench.page.type("again = ")
    workbench.wait_for_ghost("2")
    assert {asked.key for asked in service.asked} == {f"Bearer {KEY}"}
    written = [file for file in code_server.home.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()]
    assert written == []
    assert KEY not in settings_of(workbench).read_text()


def test_a_server_that_is_killed_is_back_within_three_seconds(workbench: Workbench, service: Service) -> None:
    service.code = going_on("elif quantity < len(order.lines):")
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    begin(workbench)
    workbench.page.type("elif")
    assert kill_the_server(workbench) < 3
    workbench.page.type(" ")
    workbench.wait_for_ghost("quantity < len(order.lines):")
    workbench.keep_picture("back_after_a_crash")
    workbench.page.press("Tab")
    workbench.save(invoices(workbench), f"{INVOICES}    elif quantity < len(order.lines):\n")


def test_what_is_typed_while_the_server_is_away_is_completed_when_it_is_back(
    workbench: Workbench, service: Service
) -> None:
    service.code = going_on("elif quantity < len(order.lines):")
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    begin(workbench)
    kill(workbench)
    workbench.page.type("elif ")
    workbench.wait_for_ghost("quantity < len(order.lines):")


def kill(workbench: Workbench) -> int:
    """The number of the process that is no more."""
    (running,) = language_servers(workbench.folder)
    os.kill(running, signal.SIGKILL)
    return running


def kill_the_server(workbench: Workbench) -> float:
    """Seconds until another one answers."""
    killed = kill(workbench)
    began = time.monotonic()
    wait_until(
        "another server runs",
        lambda: language_servers(workbench.folder) not in ([], [killed]) and "first:" in workbench.status,
        seen=workbench.seen,
    )
    return time.monotonic() - began
