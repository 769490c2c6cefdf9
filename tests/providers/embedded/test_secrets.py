"""What looks like a key is taken out before anything is learned; names and ordinary text stay."""

from __future__ import annotations

import pytest

from ai_lsp.providers.embedded.secrets import hide_secrets
from ai_lsp.providers.embedded.vocabulary import BOUNDARY_TEXT


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "Z7QX3MPL2VNB8TYR",
        "ghp_" + "a8Kq0ZrT5vWx2YbN7mLcP3sDf9GhJ1kQ4eRt",
        "sk-" + "proj-Ab12Cd34Ef56Gh78Ij90Kl12",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "8a6e0804-2bd0-4672-b79d-d97027f9071a",
        "wJ4lrXUtn9FEMI/K7MDENG/bPx7RfiCYzq8KEYab",
    ],
)
def test_keys_and_checksums_are_hidden(secret: str) -> None:
    assert secret not in hide_secrets(f"value = '{secret}'\n")


@pytest.mark.parametrize(
    "line",
    ['password = "hunter2!"', "API_KEY: 'opensesame'", '"client_secret": "correcthorse"', 'token := "tr0ub4dor"'],
)
def test_what_is_named_a_secret_is_hidden_whatever_it_looks_like(line: str) -> None:
    hidden = hide_secrets(line)
    assert hidden.count(BOUNDARY_TEXT) == 1
    assert hidden.split(BOUNDARY_TEXT)[0] == line[: len(hidden.split(BOUNDARY_TEXT)[0])]


@pytest.mark.parametrize(
    "line",
    [
        "def test_it_finds_what_a_search_of_every_place_finds(texts):",
        "from ai_lsp.providers.embedded.completer import complete",
        "class AbstractSingletonProxyFactoryBean2(Base):",
        "MAX_CONCURRENT_REQUESTS_PER_DOMAIN = 8",
        "path = 'src/components/buttons/primary-button.tsx'",
        "token = next(tokens)",
        "password = getpass('Password: ')",
        "utf8_decode_incremental_state_machine_v2()",
    ],
)
def test_names_stay(line: str) -> None:
    assert hide_secrets(line) == line


def test_lines_stay_where_they_are() -> None:
    text = 'a = 1\npassword = "hunter2!"\n\nb = 2\n'
    assert hide_secrets(text).count("\n") == text.count("\n")
