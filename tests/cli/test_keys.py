from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ai_lsp.cli.main import main
from ai_lsp.core.errors import UnknownProviderError
from ai_lsp.core.provider_report import KeyReport
from tests.cli.support_doors import FakeDoors, FakeHouse

GEMINI = KeyReport(
    "gemini", "gemini", "https://gemini.test", ("GEMINI_API_KEY", "GOOGLE_API_KEY"), None, accepted=None, detail=""
)
GOOD = KeyReport(
    "openai", "openai", "https://openai.test", ("OPENAI_API_KEY",), "OPENAI_API_KEY", accepted=True, detail="it answers"
)
BAD = replace(
    GOOD,
    provider="work",
    accepted=False,
    detail="work: wrong\x1b[2J key; check the key with `ai-lsp keys check work`",
)
DOWN = replace(GOOD, provider="away", accepted=None, detail="away: nobody answers")
ELSEWHERE = replace(GOOD, provider="own", variables=(), found=None, accepted=None, detail="")


def run(*arguments: str, keys: tuple[KeyReport, ...]) -> int:
    return main(["keys", *arguments], FakeDoors(FakeHouse(said_keys=keys)))


def test_every_service_with_a_key_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", keys=(GEMINI, GOOD, BAD, DOWN)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "accepted  openai (OPENAI_API_KEY): it answers",
        "REFUSED   work (OPENAI_API_KEY): wrong key",
        "not known away (OPENAI_API_KEY): nobody answers",
    ]


@pytest.mark.parametrize(("key", "code"), [(GOOD, 0), (BAD, 1), (DOWN, 1)])
def test_the_exit_code_says_whether_all_were_accepted(key: KeyReport, code: int) -> None:
    assert run("check", key.provider, keys=(GEMINI, key)) == code


def test_no_key_at_all_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", keys=(GEMINI,)) == 0
    assert capsys.readouterr().out == "there is no key to check; `ai-lsp keys list` shows where keys are looked for\n"


def test_where_keys_are_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", keys=(GEMINI, GOOD, ELSEWHERE)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "PROVIDER  FOR                  KEY",
        "gemini    https://gemini.test  missing: `ai-lsp keys set gemini`, or set GEMINI_API_KEY or GOOGLE_API_KEY",
        "openai    https://openai.test  in OPENAI_API_KEY",
        "own       https://openai.test  missing: `ai-lsp keys set own`",
    ]


STORED = replace(GOOD, provider="a", found="OS keyring", since="2026-11-21T12:00:00Z")
UNUSED = replace(STORED, provider="b", kind="", variables=(), found="vault", detail="no provider of this name")
UNSEEN = replace(ELSEWHERE, provider="c", detail="the vault is open to others; run `chmod 600 v`")


def test_stored_keys_are_listed_with_their_date_and_those_that_nobody_uses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", keys=(STORED, UNUSED, UNSEEN)) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "a         https://openai.test  in the OS keyring since 2026-11-21",
        "b         https://openai.test  in the vault since 2026-11-21, unused: no provider of this name",
        "c         https://openai.test  cannot be seen, as told below",
        "cannot be seen: the vault is open to others; run `chmod 600 v`",
    ]


def test_keys_that_cannot_be_seen_are_no_keys_that_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", keys=(GOOD, UNSEEN, replace(UNSEEN, provider="d"))) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "not known c, d: the vault is open to others; run `chmod 600 v`"
    ]


def test_a_check_says_which_store_the_key_is_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", keys=(STORED,)) == 0
    assert capsys.readouterr().out == "accepted  a (the OS keyring): it answers\n"


def test_a_list_for_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--json", keys=(GEMINI, BAD)) == 1
    [bad] = json.loads(capsys.readouterr().out)
    assert (bad["provider"], bad["found"], bad["accepted"]) == ("work", "OPENAI_API_KEY", False)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("check", "gemini"),
            "gemini has no key for https://gemini.test; `ai-lsp keys set gemini`, or set GEMINI_API_KEY or GOOGLE_API_KEY",
        ),
        (("check", "own"), "own has no key for https://openai.test; `ai-lsp keys set own`"),
        (("check", "ollama"), "ollama takes no key; it can be used as it is"),
    ],
)
def test_one_line_says_what_to_do(arguments: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments, keys=(GEMINI, GOOD, ELSEWHERE)) == 1
    assert capsys.readouterr() == ("", f"ai-lsp: {line}\n")


def test_only_a_check_asks_the_services() -> None:
    house = FakeHouse(said_keys=[GOOD])
    main(["keys", "list"], FakeDoors(house))
    main(["keys", "check", "openai"], FakeDoors(house))
    assert house.questions == [(None, False), ("openai", True)]
    assert house.closed


def test_a_provider_that_nobody_has_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "check", "opnai"], FakeDoors(FakeHouse(refuses=UnknownProviderError("unknown")))) == 1
    assert capsys.readouterr() == ("", "ai-lsp: unknown\n")
