"""What is masked before text leaves this machine, and what is not."""

from __future__ import annotations

import string
import sysconfig
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.context.redact import MARK, masked, masked_halves, masked_line
from tests.context.support_secrets import KINDS, private_key, secrets, shows


def test_s16_of_200_secrets_of_20_kinds_at_least_99_percent_are_masked() -> None:
    drawn = list(secrets(10))
    missed = Counter(kind for kind, secret, line in drawn if shows(secret, masked_line(line)))
    assert len(KINDS) >= 20
    assert len(drawn) >= 200
    assert sum(missed.values()) <= len(drawn) / 100, missed


def test_s16_of_10_000_real_lines_at_most_one_in_200_is_touched() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    sources = sorted(library.glob("[a-t]*.py"))
    lines = [line for file in sources for line in file.read_text("utf-8", "replace").split("\n") if line.strip()]
    lines = list(islice(lines, 0, None, max(len(lines) // 10_000, 1)))[:10_000]
    touched = [line for line in lines if masked_line(line) != line]
    assert len(lines) == 10_000
    assert len(touched) <= 50, touched


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'", "token = '<redacted:github-token>'"),
        ('password = "correct-horse-9"', 'password = "<redacted:password>"'),
        ("DB=mysql://app:s3cr3tw0rd@db.test/app", "DB=mysql://app:<redacted:password>@db.test/app"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==", "Authorization: Basic <redacted:access-token>"),
    ],
)
def test_a_placeholder_names_the_kind_and_leaves_the_rest_of_the_line(line: str, shown: str) -> None:
    assert masked_line(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "password = get_password(user)",
        "token = tokens[index]",
        'raise KeyError("no such secret")',
        'parser.add_argument("--password", help="the password of the user")',
        "def test_the_token_is_refreshed_after_it_has_expired(self) -> None:",
        "from package.module_with_a_long_name import AnotherClassWithALongName",
        "https://docs.example.org/library/asyncio-task.html#asyncio.create_task",
        'password = os.environ["DATABASE_PASSWORD"]',
        'api_key = "your-api-key"',
        "id = '123e4567-e89b-12d3-a456-426614174000'",
    ],
)
def test_code_that_talks_about_secrets_stays(line: str) -> None:
    assert masked_line(line) == line


def test_a_private_key_goes_line_by_line_so_that_line_numbers_stay() -> None:
    text = f"before = 1\n{private_key()}after = 2\n"
    shown = masked(text)
    assert shown.count("\n") == text.count("\n")
    assert shown.startswith("before = 1\n-----BEGIN RSA PRIVATE KEY-----\n<redacted:private-key>\n")
    assert shown.endswith("\n-----END RSA PRIVATE KEY-----\nafter = 2\n")
    assert not any(line in shown for line in private_key().split("\n")[1:-2])


def test_a_private_key_in_one_line_as_in_json() -> None:
    line = '"private_key": "' + private_key().replace("\n", "\\n") + '"'
    assert masked_line(line) == (
        '"private_key": "-----BEGIN RSA PRIVATE KEY-----<redacted:private-key>-----END RSA PRIVATE KEY-----\\n"'
    )


def test_a_private_key_without_its_end_is_one_too() -> None:
    cut = private_key().split("\n-----END")[0]
    assert masked(cut).split("\n")[1:] == ["<redacted:private-key>"] * 12


def test_a_secret_that_the_cursor_stands_in_goes_whole() -> None:
    line = 'key = "AKIA0123456789ABCDEF"  # mine'
    for column in range(len(line) + 1):
        left, right = masked_halves(line, column)
        assert not shows("0123456789ABCDEF", left + right)
    assert masked_halves(line, 15) == ('key = "<redacted:aws-key>', '"  # mine')


def test_a_password_that_is_just_being_typed() -> None:
    assert masked_line('password = "correct-horse-9') == 'password = "<redacted:password>'


@given(st.text(st.sampled_from(string.ascii_letters + string.digits + " \n\"'=:/@-_+<>.{}"), max_size=200))
def test_masking_twice_is_masking_once_and_lines_stay(text: str) -> None:
    once = masked(text)
    assert once.count("\n") == text.count("\n")
    assert MARK not in text or MARK in once
    assert masked(once).count(MARK) == once.count(MARK)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    masked(text)
    masked_halves(text.replace("\n", ""), 3)
