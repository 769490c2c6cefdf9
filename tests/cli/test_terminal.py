from io import BytesIO, StringIO, TextIOWrapper

import pytest

from ai_lsp.cli.terminal import Style, can_print, has_colour, is_live, styled


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "live", "colour"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "xterm", "CI": "true"}, False, True),
    ],
)
def test_a_terminal(environment: dict[str, str], live: bool, colour: bool) -> None:
    assert (is_live(_Terminal(), environment), has_colour(_Terminal(), environment)) == (live, colour)


def test_a_file_is_no_terminal() -> None:
    assert not is_live(StringIO(), {"TERM": "xterm"})
    assert not has_colour(StringIO(), {"TERM": "xterm"})


def test_colour_is_put_around_the_text() -> None:
    assert styled("yes", Style.GREEN, True) == "\x1b[32myes\x1b[0m"
    assert styled("yes", Style.GREEN, False) == "yes"
    assert styled("", Style.GREEN, True) == ""


@pytest.mark.parametrize(("encoding", "can"), [("utf-8", True), ("ascii", False), ("cp1252", False)])
def test_what_an_encoding_has(encoding: str, can: bool) -> None:
    assert can_print("⇥", TextIOWrapper(BytesIO(), encoding)) is can
