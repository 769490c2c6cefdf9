from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.cli.untrusted import PlainStream, one_line, plain


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain é 漢字 🙂\n\tindented", "plain é 漢字 🙂\n\tindented"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;2;1;2;3mcolour", "colour"),
        ("a\x1b]0;a title\x07b", "ab"),
        ("a\x1b]52;c;aGVsbG8=\x1b\\b", "ab"),
        ("a\x1bP1$r0m\x1b\\b", "ab"),
        ("a\x1b(Bb\x1b7c\x1bMd", "abcd"),
        ("a\x9b2Jb\x9d0;t\x9cc", "abc"),
        ("a\r\nb\x08\x07\x00c\x7f", "a\nbc"),
        ("access \u202etoor\u2066 x", "access toor x"),
        ("a\x1b]0;never ended\nb", "a]0;never ended\nb"),
        ("a\x1b", "a"),
    ],
)
def test_only_text_is_left(said: str, shown: str) -> None:
    assert plain(said) == shown


def test_one_line_is_one_line() -> None:
    assert one_line("a\r\n\x1b[2K  b\tc\n") == "a b c"


signs = st.text(st.sampled_from("ab;0[]mJP\\\x1b\x07\x9b\x9c\x9d\n\r(")) | st.text()


@given(signs)
def test_whatever_a_model_says_no_terminal_obeys(said: str) -> None:
    shown = plain(said)
    assert all(character in "\n\t" or (character >= " " and not "\x7f" <= character <= "\x9f") for character in shown)


@given(st.lists(signs))
def test_however_it_is_cut_up_the_same_is_shown(pieces: list[str]) -> None:
    stream = PlainStream()
    assert "".join([*map(stream.feed, pieces), stream.end()]) == plain("".join(pieces))


def test_text_behind_a_sequence_without_end_is_not_held_back_for_ever() -> None:
    stream = PlainStream()
    shown = "".join(stream.feed("x" * 50) for _ in range(10)) + stream.feed("\x1b]0;")
    assert "y" * 1000 in "".join(stream.feed("y" * 100) for _ in range(30)) + shown
