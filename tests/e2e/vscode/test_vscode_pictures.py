"""The pictures of VS Code that people see first, made by using it. Renew them with

./dev test tests/e2e/vscode/test_vscode_pictures.py && cp tests/artefacts/vscode_page_*.png editors/screenshots/
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import shop
from tests.e2e.vscode.browser import Browser
from tests.e2e.vscode.code_server import CodeServer
from tests.e2e.vscode.conftest import PROVIDER, environment
from tests.e2e.vscode.service import Reply, Service, going_on
from tests.e2e.vscode.test_vscode_chat import ask, newest, part
from tests.e2e.vscode.workbench import ARTEFACTS, STATUS, Workbench

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

WIDTH, HEIGHT = 960, 560
MOST = 150_000
"""Bytes of a picture that people load with a page."""

CODE = '''\
"""Who owes us money."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Invoice:
    customer: str
    total: Decimal
    due: date
    paid: bool = False


def overdue(invoices: Iterable[Invoice], today: date) -> dict[str, Decimal]:
    """What each customer should have paid by now."""
    owed: dict[str, Decimal] = defaultdict(Decimal)
'''

GHOST = """invoice in invoices:
        if invoice.due < today and not invoice.paid:
            owed[invoice.customer] += invoice.total"""

ANSWER = """`today` is an argument, so a test can be **any day**:

```python
def test_due_today_is_not_overdue():
    day = date(2026, 3, 31)
    bill = Invoice("Ada", TEN, day)
    assert overdue([bill], day) == {}
```

Add one for the day after, and one that is paid.
"""

SETTINGS = {
    "aiLsp.provider": "workstation",
    "breadcrumbs.enabled": False,
    "chat.disableAIFeatures": True,
    "editor.cursorBlinking": "solid",
    "editor.fontSize": 13.3,  # letters of ten whole pixels in these pictures
    "editor.minimap.enabled": False,
    "workbench.colorTheme": "Default Dark Modern",
}


@pytest.fixture
def desk(browser: Browser, vsix: Path, service: Service, tmp_path: Path) -> Iterator[Workbench]:
    """The same for all pictures: one file, and a model on this machine."""
    home, folder = tmp_path / "home", tmp_path / "billing"
    (home / ".local/bin").mkdir(parents=True)
    (home / ".local/bin/ai-lsp").symlink_to(Path(sys.executable).with_name("ai-lsp"))
    table = PROVIDER.format(
        name="workstation", model="qwen3-coder-30b", endpoint=service.url("workstation"), fim="suffix"
    )
    (home / "config.toml").write_text(f"[completion]\nembedded_first = 1.0\n{table}", encoding="utf-8")
    shop.build(folder)
    (folder / "overdue.py").write_text(CODE, encoding="utf-8")
    with CodeServer.started(home, vsix, SETTINGS, environment(home)) as running:
        desk = Workbench.opened(browser, running.address(folder), folder, width=WIDTH, height=HEIGHT, scale=1.25)
        desk.open(folder / "overdue.py")
        desk.wait_for_status("workstation", seconds=30)
        desk.page.press("Control+End", "ArrowUp", "End", "Enter")
        yield desk
        desk.page.close()


def keep(desk: Workbench, name: str, *, height: int = HEIGHT) -> None:
    """The upper `height` pixels of the window."""
    path = ARTEFACTS / f"vscode_page_{name}.png"
    desk.page.keep_picture(path, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    assert path.stat().st_size < MOST


def test_the_pictures(desk: Workbench, service: Service) -> None:
    service.code = going_on(f"for {GHOST}")
    service.chat = lambda asked: Reply(ANSWER.splitlines(keepends=True))
    desk.command("View: Toggle Primary Side Bar Visibility")
    desk.find(".monaco-editor .view-lines").click()
    desk.page.press("Control+End", "ArrowUp", "End")
    desk.page.type("for ")
    desk.wait_for_ghost(GHOST)
    keep(desk, "ghost_text")
    desk.page.press("Tab")
    desk.find(f"{STATUS} a").click()
    desk.choose("Switch provider")
    desk.entry("embedded").wait()
    keep(desk, "providers", height=330)
    desk.page.press("Escape")
    desk.command("AI LSP: Open Chat")
    part(desk, "input").wait()
    box = desk.find(".part.sidebar").box
    edge = box["x"] + box["width"]
    desk.page.drag((edge + 1, HEIGHT / 2), (edge + 125, HEIGHT / 2))
    ask(desk, "How do I test this without waiting for a date?")
    newest(desk, "done").wait()
    keep(desk, "chat")
