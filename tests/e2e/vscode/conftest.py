"""A person with VS Code, our extension in it, a server on their path, a service of their own, and a project."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import shop
from tests.e2e.vscode import extension
from tests.e2e.vscode.browser import Browser
from tests.e2e.vscode.code_server import CodeServer
from tests.e2e.vscode.service import Service
from tests.e2e.vscode.workbench import Workbench

PROVIDER = """
[providers.{name}]
kind = "openai-compatible"
model = "{model}"
endpoint = "{endpoint}"
fim = "{fim}"
retry = {{ attempts = 1 }}
"""
"""That of a service on this machine."""


RUNNING = pytest.StashKey[ExitStack]()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the last test here the machine is free for the others: an editor and a browser take a lot of it."""
    if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
        item.session.stash.setdefault(RUNNING, ExitStack()).close()


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> ExitStack:
    """What ends with the last test here."""
    return request.session.stash.setdefault(RUNNING, ExitStack())


@pytest.fixture(scope="session")
def browser(running: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return running.enter_context(Browser.started(tmp_path_factory.mktemp("browser")))


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return extension.packed(tmp_path_factory.mktemp("extension"))


@pytest.fixture(scope="session")
def running_service(running: ExitStack) -> Service:
    return running.enter_context(Service())


@pytest.fixture
def service(running_service: Service) -> Service:
    running_service.reset()
    return running_service


@pytest.fixture(scope="session")
def person(tmp_path_factory: pytest.TempPathFactory, running_service: Service) -> Path:
    """A home with the server where installers put it, and a configuration of three providers.

    `first` and `second` are shown the open file alone, `reader` is shown other code as well.
    """
    home = tmp_path_factory.mktemp("person")
    (home / ".local/bin").mkdir(parents=True)
    (home / ".local/bin/ai-lsp").symlink_to(Path(sys.executable).with_name("ai-lsp"))
    tables = [
        PROVIDER.format(name=name, model=f"{name}-1", endpoint=running_service.url(name), fim=fim)
        for name, fim in (("first", "suffix"), ("second", "suffix"), ("reader", "qwen"))
    ]
    choice = 'provider = "embedded"\n[completion]\nembedded_first = 1.0\n'
    (home / "config.toml").write_text(choice + "".join(tables), encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def code_server(running: ExitStack, person: Path, vsix: Path) -> CodeServer:
    return running.enter_context(CodeServer.started(person, vsix, {}, environment(person)))


def environment(home: Path) -> dict[str, str]:
    """What leads the server to the configuration in that home."""
    return {"AI_LSP_CONFIG": str(home / "config.toml")}


@dataclass
class Windows:
    """The window that tests take over from each other; a new one after a failure."""

    open: Callable[[], Workbench]
    free: Workbench | None = None


@pytest.fixture(scope="session")
def windows(browser: Browser, code_server: CodeServer, tmp_path_factory: pytest.TempPathFactory) -> Windows:
    def open_window() -> Workbench:
        folder = shop.build(tmp_path_factory.mktemp("window") / "shop").parents[1]
        window = Workbench.opened(browser, code_server.address(folder), folder)
        window.open(folder / "shop/orders.py")
        return window

    return Windows(open_window)


@pytest.fixture
def workbench(windows: Windows, service: Service, request: pytest.FixtureRequest) -> Iterator[Workbench]:
    """VS Code with a project in it, all editors closed, and the server ready; a picture of what failed."""
    desk, windows.free = windows.free or windows.open(), None
    desk.clear()
    use(desk, {})
    invoices(desk).write_text(shop.INVOICES, encoding="utf-8")
    desk.wait_for_status("embedded", seconds=30)
    failures = request.session.testsfailed
    yield desk
    if request.session.testsfailed == failures:
        windows.free = desk
    else:
        desk.keep_picture(f"failed_{request.node.name}")
        desk.page.close()


def invoices(desk: Workbench) -> Path:
    """The file that the person is working on."""
    return desk.folder / "shop/invoices.py"


def settings_of(desk: Workbench) -> Path:
    """Those of the workspace."""
    return desk.folder / ".vscode/settings.json"


def begin(desk: Workbench) -> None:
    """The person is about to write the body of the last function."""
    desk.open(invoices(desk))
    desk.page.press("Control+End", "ArrowUp", "End", "Enter")


def use(desk: Workbench, settings: dict[str, object]) -> None:
    """Write the settings of the workspace, as somebody does beside the editor."""
    settings_of(desk).parent.mkdir(exist_ok=True)
    settings_of(desk).write_text(json.dumps(settings), encoding="utf-8")
