"""Chat in a real VS Code: in our own view, and in the editor's own chat."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.e2e.neovim import wait_until
from tests.e2e.shop import INVOICES
from tests.e2e.vscode.browser import Found
from tests.e2e.vscode.conftest import begin, invoices, use
from tests.e2e.vscode.service import Reply, Service
from tests.e2e.vscode.workbench import Workbench

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

FRAMES = ("iframe.webview.ready", "iframe#active-frame")
CODE = "if quantity > len(order.lines):"
ANSWER = f"""It does **nothing** yet. Begin with a check:

```python
{CODE}
    return
```

Then reserve each line."""


@pytest.fixture
def desk(workbench: Workbench) -> Iterator[Workbench]:
    """The project is open, its file in view, and the chat beside it."""
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    begin(workbench)
    workbench.command("AI LSP: Open Chat")
    yield workbench
    workbench.command("View: Show Explorer")


def part(desk: Workbench, name: str) -> Found:
    return desk.page.find(f"[data-testid=chat-{name}]", within=FRAMES)


def ask(desk: Workbench, question: str) -> None:
    part(desk, "input").click()
    desk.page.type(question, delay=0.01)
    desk.page.press("Enter")


def newest(desk: Workbench, state: str) -> Found:
    return desk.page.find(f"[data-testid=chat-assistant][data-state={state}]:last-of-type", within=FRAMES)


def test_a_reply_streams_until_it_is_stopped(desk: Workbench, service: Service) -> None:
    service.chat = lambda asked: Reply((f"word{number} " for number in count()), between=0.05)
    ask(desk, "What does reserve do?")
    streaming = newest(desk, "streaming")
    wait_until("it streams", lambda: "word9" in streaming.text, seen=lambda: streaming.text)
    desk.keep_picture("chat_streams")
    part(desk, "stop").click()
    newest(desk, "stopped").wait()
    wait_until("the service is left alone", lambda: service.hung_up == 1)
    assert "Stopped." in part(desk, "note").text
    part(desk, "send").wait()
    desk.keep_picture("chat_stopped")


def test_the_open_file_goes_along_and_code_of_the_reply_is_inserted(desk: Workbench, service: Service) -> None:
    service.chat = lambda asked: Reply(ANSWER.splitlines(keepends=True))
    ask(desk, "How do I begin here?")
    newest(desk, "done").wait()
    desk.keep_picture("chat_reply")
    assert "nothing" in newest(desk, "done").text
    assert INVOICES.strip() in service.asked[-1].prompt
    part(desk, "insert-code").click()
    desk.save(invoices(desk), f"{INVOICES}    {CODE}\n        return\n")


def test_the_chat_of_the_editor_itself_has_our_models_and_our_participant(
    workbench: Workbench, service: Service
) -> None:
    service.chat = lambda asked: Reply(["It does ", "**nothing** yet."])
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    begin(workbench)
    workbench.command("Chat: Open Chat")
    picker = workbench.find(".model-picker-name")
    wait_until("our models are there", lambda: "AI LSP" in picker.text, seen=lambda: picker.text)
    picker.click()
    workbench.find(".action-widget .monaco-list-row:has-text('Other Models')").click()
    workbench.find(".action-widget .monaco-list-row:has-text('first-1')").wait()
    workbench.keep_picture("models")
    workbench.find(".action-widget .monaco-list-row:has-text('first-1')").click()
    wait_until("a model is picked", lambda: "first-1" in picker.text, seen=lambda: picker.text)
    workbench.find(".interactive-input-editor .view-lines").click()
    workbench.page.type("@ai-lsp ")
    workbench.page.type("What does reserve do?", delay=0.01)
    workbench.page.press("Enter")
    answer = workbench.find(".interactive-response .rendered-markdown")
    wait_until("it is answered", lambda: "It does nothing yet." in answer.text, seen=lambda: answer.text)
    workbench.keep_picture("chat_of_the_editor")
    assert service.asked[-1].prompt == "What does reserve do?"
    workbench.command("View: Hide Secondary Side Bar")
