"""Ghost text in a real Emacs, set up as its page says: with lsp-mode, and with Eglot. Columns are UTF-32 there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import non_ascii
from tests.e2e.conftest import ARTEFACTS, CHECKOUT
from tests.e2e.neovim import home_environment, wait_until
from tests.e2e.terminal import Terminal
from tests.parts.need import need

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

PAGES = CHECKOUT / "editors" / "emacs"

AS_INSTALLED = """\
(setq native-comp-enable-subr-trampolines nil  ; there is no compiler here
      native-comp-jit-compilation nil
      package-directory-list '("{packages}"))
"""
"""lsp-mode as a package that the person has installed."""


@pytest.fixture
def file(home: Path) -> Path:
    return non_ascii.build(home / "längen")


@pytest.fixture(params=["lsp-mode", "eglot"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def emacs(home: Path, file: Path, way: str) -> Iterator[Terminal]:
    program = need("emacs")
    packages = program.parents[1] / "usr/share/emacs/site-lisp/elpa-src"
    settings = home / ".emacs.d"
    settings.mkdir()
    (settings / "early-init.el").write_text(AS_INSTALLED.format(packages=packages), encoding="utf-8")
    (settings / "init.el").write_text((PAGES / f"{way}.el").read_text(encoding="utf-8"), encoding="utf-8")
    server = home / "ai-lsp" / ".venv" / "bin"
    environment = {**home_environment(home), "PATH": f"{server}:/usr/bin:/bin"}  # no other server is found there
    with Terminal.started([str(program), "-nw", str(file)], environment, file.parent) as terminal:
        yield terminal


def test_ghost_text_behind_umlauts_and_a_picture_is_taken_as_it_is_shown(emacs: Terminal, file: Path, way: str) -> None:
    ready = {"lsp-mode": "LSP[ai-lsp", "eglot": "[eglot:"}[way]

    def is_ready() -> bool:
        if "Select action" in emacs.text:  # lsp-mode asks for the root of a new project; `i` takes its proposal
            emacs.press("i")
        return ready in emacs.text

    wait_until("the server runs", is_ready, seconds=20, seen=lambda: emacs.text)
    emacs.press("M->")
    typed = emacs.type(non_ascii.TYPED, until=lambda: "nie negativ" in emacs.text)
    assert len(typed) < len(non_ascii.TYPED)
    assert "📏" in typed
    assert non_ascii.TYPED in emacs.text, emacs.text[:400]
    emacs.keep_picture(ARTEFACTS, f"emacs-{way}-ghost-text")
    emacs.press("Tab")
    emacs.press("C-x", "C-s")
    expected = f"{non_ascii.OPEN}{non_ascii.TYPED}"
    wait_until("it is saved", lambda: non_ascii.saved(file).rstrip("\n") == expected, seen=lambda: emacs.text)
