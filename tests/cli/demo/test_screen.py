import re
from io import StringIO
from pathlib import Path

import pytest

from ai_lsp.cli.demo.picture import PLAIN_SIGNS, Picture
from ai_lsp.cli.demo.score import Score
from ai_lsp.cli.demo.screen import Printer, Screen
from ai_lsp.cli.demo.typist import Act, Moment
from tests.cli.demo.support_scene import scene

PICTURE = Picture(Path("/code/app"), PLAIN_SIGNS)
SCENE = scene(Path("/code/app/area.py"))
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


def test_the_cursor_is_hidden_only_while_drawing() -> None:
    out = StringIO()
    with Screen(out, PICTURE, colour=False):
        assert out.getvalue() == HIDE
    assert out.getvalue() == HIDE + SHOW


def test_the_cursor_comes_back_when_drawing_is_broken_off() -> None:
    out = StringIO()
    with pytest.raises(KeyboardInterrupt), Screen(out, PICTURE, colour=False):
        raise KeyboardInterrupt
    assert out.getvalue() == f"{HIDE}{SHOW}\n"


def test_only_what_changes_is_drawn_again() -> None:
    out = StringIO()
    with Screen(out, PICTURE, colour=False) as screen:
        screen.see(Moment(SCENE, Act.TYPED, "d"), Score())
        rows = out.getvalue().count("\n")
        out.seek(0)
        out.truncate()
        screen.see(Moment(SCENE, Act.TYPED, "d"), Score())
        assert out.getvalue() == ""
        screen.see(Moment(SCENE, Act.TYPED, "de"), Score())
        # up to the cursor's row, the row itself, the rest of it cleared, and down again
        up = rows - 9
        cursor = "\x1b[7m \x1b[0m"
        assert out.getvalue() == f"\x1b[{up}A\r\x1b[2m    6\x1b[0m| de{cursor}\x1b[K\x1b[{up}B\r"


def test_a_new_size_draws_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    with Screen(out, PICTURE, colour=False) as screen:
        screen.see(Moment(SCENE, Act.TYPED, "d"), Score())
        monkeypatch.setenv("COLUMNS", "100")
        out.seek(0)
        out.truncate()
        screen.see(Moment(SCENE, Act.TYPED, "d"), Score())
    assert out.getvalue().startswith("\x1b[16A\r\x1b[J\x1b[2m-- \x1b[0m\x1b[1mapp/area.py")


def test_without_colour_ghost_text_is_still_told_from_code() -> None:
    out = StringIO()
    with Screen(out, PICTURE, colour=False) as screen:
        screen.see(Moment(SCENE, Act.TYPED, "d", "ef", 0.1, new=True), Score())
    assert "d\x1b[7me\x1b[0m\x1b[2mf\x1b[0m" in out.getvalue()
    assert set(re.findall(r"\x1b\[(\d+)m", out.getvalue())) == {"0", "1", "2", "7"}


def test_lines_for_where_no_terminal_is() -> None:
    out = StringIO()
    with Printer(out, PICTURE) as printer:
        printer.see(Moment(SCENE, Act.TYPED, "def ro", "und_area", 0.0021, new=True, right=True), Score())
        printer.see(Moment(SCENE, Act.TYPED, "def rou", "nd_area", 0.0021), Score())
        printer.see(Moment(SCENE, Act.ACCEPTED, "def round_area", taken=8), Score())
        printer.see(Moment(SCENE, Act.TYPED, "def round_area(w):\n    ret", "urn\n    x", 0.1234, new=True), Score())
    assert out.getvalue().splitlines() == [
        "",
        "app/area.py",
        "    6    2.1 ms  right  def ro[und_area]",
        "    7  123.4 ms  wrong  ret[urn\\n    x]",
    ]
