"""Where text may go, and how it is made fit to go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.context.privacy import Level, Outgoing, Rule, Unmasked
from ai_lsp.context.redact import masked
from tests.context.support_secrets import private_key, shows

HOSTS = frozenset({"gpu.lan", "*.corp.example", "10.0.0.7", "fd00::7"})


@pytest.mark.parametrize(
    ("origin", "machine", "hosts"),
    [
        ("http://127.0.0.1:11434", True, True),
        ("http://[::1]:8080", True, True),
        ("http://localhost:8080", True, True),
        ("https://gpu.lan", False, True),
        ("https://gpu.lan:8443", False, True),
        ("https://llm.corp.example", False, True),
        ("https://10.0.0.7", False, True),
        ("https://[fd00::7]", False, True),
        ("https://api.openai.com", False, False),
        ("https://corp.example", False, False),
        ("https://gpu.lan.evil.example", False, False),
        ("https://xcorp.example", False, False),
        ("https://localhost.evil.example", False, False),
        ("https://[broken", False, False),
        (None, False, False),
    ],
)
def test_s23_each_level_lets_text_go_so_far_and_no_further(origin: str | None, machine: bool, hosts: bool) -> None:
    assert (Rule(Level.MACHINE, HOSTS).refusal(origin) is None) is machine
    assert (Rule(Level.HOSTS, HOSTS).refusal(origin) is None) is hosts
    assert Rule(Level.ANYWHERE).refusal(origin) is None


def test_a_refusal_says_where_and_what_to_do() -> None:
    assert Rule(Level.HOSTS).refusal("https://gpu.lan") == (
        "it is at https://gpu.lan, which is not among the `hosts` of [privacy] in the user file; add it to allow this"
    )


def test_a_text_goes_out_masked_and_with_hidden_characters_shown() -> None:
    text = 'password = "correct-horse-9"\nif admin:\u202e pass\n'
    assert Outgoing().text(text) == 'password = "<redacted:password>"\nif admin:<U+202E> pass\n'


def test_a_cursor_inside_a_private_key_gives_nothing_of_it_away() -> None:
    before, after = private_key()[:300], private_key()[300:]
    prefix, suffix = Outgoing().halves(before, after)
    body = private_key().split("\n")[1:-2]
    assert not any(shows(line, prefix + suffix) for line in body)


def test_no_place_of_the_cursor_gives_anything_of_a_private_key_away() -> None:
    text = f"before = 1\n{private_key()}after = 2\n"
    body = private_key().split("\n")[1:-2]
    outgoing = Outgoing()
    for cursor in range(len(text)):
        prefix, suffix = outgoing.halves(text[:cursor], text[cursor:])
        assert not any(shows(line, prefix + suffix) for line in body)


def test_what_a_person_types_in_one_line_leaves_the_others_masked() -> None:
    outgoing, token = Outgoing(), 'token = "Zq8LmN4xV7cB2kT9wR5y"\n'
    for typed in ("", "r", "re", "ret"):
        halves = outgoing.halves(f"{token}{typed}", f"\n{token}")
        assert halves == (f"{masked(token)}{typed}", f"\n{masked(token)}")


def test_a_line_that_was_read_before_reads_the_same() -> None:
    outgoing = Outgoing()
    text = 'a = 1\ntoken = "Zq8LmN4xV7cB2kT9wR5y"\n'
    assert outgoing.text(text) == outgoing.text(text) == masked(text)


def test_more_lines_than_are_remembered_are_masked_all_the_same() -> None:
    outgoing = Outgoing()
    token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    outgoing.text(f"{token}\n")
    many = "\n".join([token, *(f"x{number}" for number in range(20_000)), token])
    assert token not in outgoing.text(many)
    assert token not in outgoing.text(f"{token}\n{'y' * 5000} {token}")


def test_reading_beforehand_pauses_again_and_again() -> None:
    outgoing = Outgoing()
    text = "\n".join(f"x{number} = {number}" for number in range(5000))
    assert len(list(outgoing.reading(text))) == 5
    assert list(outgoing.reading(text)) == []


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_halves_have_as_many_lines_as_before(prefix: str, suffix: str) -> None:
    left, right = Outgoing().halves(prefix, suffix)
    assert (left.count("\n"), right.count("\n")) == (prefix.count("\n"), suffix.count("\n"))


@given(st.integers(0, 40), st.integers(0, 40))
def test_an_answer_ends_where_a_placeholder_begins_however_it_is_cut(one: int, other: int) -> None:
    answer = 'x = 1\nkey = "<redacted:aws-key>"\ny = 2'
    first, second = sorted((one, other))
    unmasked = Unmasked()
    pieces = (answer[:first], answer[first:second], answer[second:])
    assert "".join(map(unmasked.feed, pieces)) + unmasked.end() == 'x = 1\nkey = "'
    assert unmasked.found


def test_an_answer_without_one_is_whole() -> None:
    unmasked = Unmasked()
    assert unmasked.feed("a <red") + unmasked.feed("> b <") + unmasked.end() == "a <red> b <"
    assert not unmasked.found
