"""Suggestions in a real Helix, set up as its page says, on text that is not ASCII. Columns are UTF-8 there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import non_ascii
from tests.e2e.conftest import ARTEFACTS, CHECKOUT
from tests.e2e.neovim import home_environment, wait_until
from tests.e2e.terminal import Terminal
from tests.parts.need import need

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

PAGE = CHECKOUT / "editors" / "helix" / "languages.toml"


@pytest.fixture
def file(home: Path) -> Path:
    return non_ascii.build(home / "längen")


@pytest.fixture
def helix(home: Path, file: Path) -> Iterator[Terminal]:
    program = need("helix")
    settings = home / ".config" / "helix" / "languages.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    server = home / "ai-lsp" / ".venv" / "bin"
    environment = {**home_environment(home), "PATH": f"{server}:/usr/bin:/bin"}
    with Terminal.started([str(program), str(file)], environment, file.parent) as terminal:
        wait_until("the file is open", lambda: "NOR" in terminal.text, seconds=15, seen=lambda: terminal.text)
        yield terminal


def run(helix: Terminal, command: str) -> None:
    helix.press("Escape")
    wait_until("normal mode", lambda: "NOR" in helix.text, seen=lambda: helix.text)  # or it reads Alt and the next key
    helix.press("-l", f":{command}")
    helix.press("Enter")


def wait_until_read(helix: Terminal) -> None:
    """Wait until the server has read the project, as it says itself."""

    def asked() -> bool:
        run(helix, "lsp-workspace-command aiLsp.showStatus")
        time.sleep(0.3)  # between two looks
        return "knows 2 files" in helix.text

    wait_until("the project is read", asked, seconds=15, seen=lambda: helix.text)


def test_a_suggestion_behind_umlauts_and_a_picture_is_taken_as_it_is_shown(helix: Terminal, file: Path) -> None:
    wait_until_read(helix)
    helix.press("g", "e", "o")
    helix.type(non_ascii.TYPED.partition("ern,")[0])
    wait_until("the menu opens", lambda: "Metern" in helix.text, seen=lambda: helix.text)
    helix.press("Tab")
    wait_until("who says so", lambda: "ai-lsp" in helix.text, seen=lambda: helix.text)
    helix.keep_picture(ARTEFACTS, "helix-suggestion")
    helix.press("Enter")
    run(helix, "write")
    expected = f"{non_ascii.OPEN}    # 📏 Größe in Metern"
    wait_until("it is saved", lambda: non_ascii.saved(file).startswith(expected), seen=lambda: helix.text)
