"""A person's machine for each test: an empty home with a clone in it, a project, and a real Neovim."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e import shop
from tests.e2e.neovim import Neovim
from tests.e2e.vscode.service import Service
from tests.parts.need import need

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "editors" / "neovim" / "README.md"
ARTEFACTS = CHECKOUT / "tests" / "artefacts"

Open = Callable[..., Neovim]

BOTH_VERSIONS = pytest.mark.parametrize("version", ["neovim", "neovim-0.11"])
"""The one with inline completion of its own, and the last one without."""


def lua_of(heading: str) -> str:
    """The first block of Lua below a heading of the page that people follow."""
    below = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1]
    found = re.search(r"```lua\n(.*?)```", below, re.DOTALL)
    assert found is not None
    return found[1]


SERVICES = """
provider = "{provider}"
[completion]
embedded_first = 1.0
[providers.first]
kind = "openai-compatible"
model = "first-1"
endpoint = "{first}"
fim = "suffix"
retry = {{ attempts = 1 }}
[providers.second]
kind = "openai-compatible"
model = "second-1"
endpoint = "{second}"
fim = "suffix"
retry = {{ attempts = 1 }}
"""
"""The configuration of a person with two services, both of them on this machine."""

QUICK_START = lua_of("Quick start from a clone")
KEYS = lua_of("Keys")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that holds nothing but `~/ai-lsp`: this checkout, with the server of the running tests installed in it."""
    clone = tmp_path / "home" / "ai-lsp"
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / "editors").symlink_to(CHECKOUT / "editors")
    (clone / ".venv" / "bin" / "ai-lsp").symlink_to(Path(sys.executable).with_name("ai-lsp"))
    return clone.parent


@pytest.fixture
def invoices(home: Path) -> Path:
    """A file of a small project in that home."""
    return shop.build(home / "shop")


@pytest.fixture
def version() -> str:
    """Which Neovim: the part's name. Tests that are for others as well say `@BOTH_VERSIONS`."""
    return "neovim"


@pytest.fixture
def open_neovim(version: str, home: Path, invoices: Path) -> Iterator[Open]:
    """Neovim with a configuration, by default the one that the page tells people to write."""
    program = need(version)
    with ExitStack() as running:

        def start(init_lua: str = QUICK_START, file: Path = invoices) -> Neovim:
            return running.enter_context(Neovim.started(program, home, init_lua, file))

        yield start


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    """A service that answers what the test says, under two names in the person's configuration; the first is in use."""
    with Service() as service:
        folder = home / ".config" / "ai-lsp"
        folder.mkdir(parents=True)
        said = SERVICES.format(provider="first", first=service.url("first"), second=service.url("second"))
        (folder / "config.toml").write_text(said, encoding="utf-8")
        yield service
