"""A person with VS Code, our extension in it, a server on their path, a service of their own, and a project."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e import shop
from tests.e2e.vscode import extension
from tests.e2e.vscode.browser import Browser
from tests.e2e.vscode.code_server import CodeServer
from tests.e2e.vscode.service import Service
from tests.e2e.vscode.workbench import Workbench

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
SIZE = {"width": 1100, "height": 640}
PROVIDER = """
[providers.{name}]
kind = "openai-compatible"
model = "{name}-1"
endpoint = "{endpoint}"
fim = "suffix"
retry = {{ attempts = 1 }}
"""
"""That of a service on this machine."""


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser.started(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return extension.packed(tmp_path_factory.mktemp("extension"))


@pytest.fixture(scope="session")
def running_service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture
def service(running_service: Service) -> Service:
    running_service.reset()
    return running_service


@pytest.fixture(scope="session")
def person(tmp_path_factory: pytest.TempPathFactory, running_service: Service) -> Path:
    """A home with a configuration of two providers, and a folder for the search path with the server in it."""
    home = tmp_path_factory.mktemp("person")
    (home / "bin").mkdir()
    (home / "bin/ai-lsp").symlink_to(Path(sys.executable).with_name("ai-lsp"))
    tables = [PROVIDER.format(name=name, endpoint=running_service.url(name)) for name in ("first", "second")]
    (home / "config.toml").write_text('provider = "embedded"\n' + "".join(tables), encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def code_server(person: Path, vsix: Path) -> Iterator[CodeServer]:
    with CodeServer.started(person / "vscode", vsix, {}, environment(person)) as running:
        yield running


def environment(person: Path) -> dict[str, str]:
    """Nothing of whoever runs the tests."""
    return {"PATH": f"{person}/bin:/usr/bin:/bin", "AI_LSP_CONFIG": str(person / "config.toml"), "LANG": "C.UTF-8"}


@pytest.fixture
def workbench(browser: Browser, code_server: CodeServer, tmp_path: Path) -> Iterator[Workbench]:
    shop.build(tmp_path / "shop")
    page = browser.open(code_server.address(tmp_path / "shop"), viewport=SIZE)
    page.find(".monaco-workbench .explorer-folders-view").wait(seconds=30)
    yield Workbench(page, tmp_path / "shop")
    page.close()
