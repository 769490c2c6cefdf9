"""Ghost text in a real VS Code, from the real server and a service whose answer is known."""

from __future__ import annotations

import pytest

from tests.e2e.shop import INVOICES
from tests.e2e.vscode.conftest import begin, invoices, use
from tests.e2e.vscode.service import Reply, Service, going_on
from tests.e2e.vscode.workbench import Workbench

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

LINES = """line in order.lines:
        if line.quantity > quantity:
            raise ValueError(f"only {quantity} of {line.article} left")
        print(line.article)"""


@pytest.fixture
def desk(workbench: Workbench) -> Workbench:
    """The person has begun the body of the function, and the service of their choice will complete it."""
    use(workbench, {"aiLsp.provider": "first"})
    workbench.wait_for_status("first")
    begin(workbench)
    return workbench


def test_ghost_text_of_several_lines_is_taken_by_tab(desk: Workbench, service: Service) -> None:
    service.code = going_on(f"for {LINES}")
    desk.page.type("for ")
    desk.wait_for_ghost(LINES)
    desk.keep_picture("ghost_text")
    desk.page.press("Tab")
    desk.save(invoices(desk), f"{INVOICES}    for {LINES}\n")
    desk.keep_picture("accepted")


def test_ghost_text_is_taken_word_by_word(desk: Workbench, service: Service) -> None:
    service.code = going_on("if quantity <= 0:")
    desk.page.type("if ")
    desk.wait_for_ghost("quantity <= 0:")
    desk.page.press("Control+ArrowRight")
    desk.wait_for_ghost(" <= 0:")
    desk.page.press("Control+ArrowRight")
    desk.wait_for_ghost("<= 0:")
    desk.keep_picture("word_accepted")
    desk.save(invoices(desk), f"{INVOICES}    if quantity \n")


def test_ghost_text_is_taken_line_by_line(desk: Workbench, service: Service) -> None:
    service.code = going_on(f"for {LINES}")
    desk.page.type("for ")
    desk.wait_for_ghost(LINES)
    desk.page.press("Control+Alt+ArrowRight")
    first = LINES.split("\n", maxsplit=1)[0]
    desk.save(invoices(desk), f"{INVOICES}    for {first}\n\n")
    desk.keep_picture("line_accepted")


def test_an_answer_that_takes_long_still_appears(desk: Workbench, service: Service) -> None:
    service.code = going_on("while quantity > len(order.lines):", before=1.5)
    desk.page.type("while ")
    desk.wait_for_ghost("quantity > len(order.lines):")
    assert len(service.asked) == 1
    desk.keep_picture("late_answer")


def test_a_long_line_grows_while_it_comes(desk: Workbench, service: Service) -> None:
    service.code = lambda asked: Reply(["quantity > len(order.lines) and ", "order.lines"], between=1.5)
    desk.page.type("assert ")
    desk.wait_for_ghost("quantity > len(order.lines) and")
    desk.wait_for_ghost("quantity > len(order.lines) and order.lines")
    assert len(service.asked) == 1
    desk.page.press("Tab")
    desk.save(invoices(desk), f"{INVOICES}    assert quantity > len(order.lines) and order.lines\n")


def test_text_beyond_ascii_is_completed_where_the_cursor_is(desk: Workbench, service: Service) -> None:
    service.code = going_on('greet("日本 Grüße 🎉🎉 zurüß an 👩‍🚀 und Ω')
    line = '    greet("日本 Grüße 🎉🎉 zur")'
    invoices(desk).write_text(f"{INVOICES}{line}\n", encoding="utf-8")
    desk.clear()
    desk.open(invoices(desk))
    desk.page.press("Control+End", "ArrowUp", "End", "ArrowLeft", "ArrowLeft")
    desk.page.type("ü")
    desk.wait_for_ghost("ß an 👩‍🚀 und Ω")
    desk.keep_picture("beyond_ascii")
    assert service.asked[-1].prompt.endswith('    greet("日本 Grüße 🎉🎉 zurü')
    assert service.asked[-1].body["suffix"] == '")\n'
    desk.page.press("Tab")
    desk.save(invoices(desk), f"{INVOICES}{line.replace('zur', 'zurüß an 👩‍🚀 und Ω')}\n")


def test_without_any_service_code_is_completed_offline(workbench: Workbench, service: Service) -> None:
    begin(workbench)
    workbench.page.type("if quantity")
    workbench.wait_for_ghost(" <= 0:")
    assert service.asked == []
    workbench.keep_picture("offline")
