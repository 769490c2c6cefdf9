from __future__ import annotations

import getpass
import json
import sys
import warnings
from io import StringIO

import pytest

from ai_lsp.cli.main import main
from ai_lsp.core.errors import AuthenticationError, UnknownProviderError
from tests.cli.support_doors import FakeDoors, FakeHouse, FakeKeyChanges

KEY = "sk-canary"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody types at hidden prompts; the prompts are seen on standard error."""
    answers: list[str] = []

    def hidden(prompt: str) -> str:
        sys.stderr.write(f"{prompt}\n")
        return answers.pop(0)

    monkeypatch.setattr(getpass, "getpass", hidden)
    monkeypatch.setattr(sys, "stdin", Terminal())
    return answers


def run(*arguments: str, changes: FakeKeyChanges) -> int:
    return main(["keys", *arguments], FakeDoors(FakeHouse(changes=changes)))


def test_a_key_is_read_from_a_hidden_prompt(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    typed.append(f" {KEY} ")
    changes = FakeKeyChanges()
    assert run("set", "openai", changes=changes) == 0
    assert changes.done == [("set", "openai", KEY, True)]
    out, err = capsys.readouterr()
    assert out == "the key of openai for https://openai.test is in the vault: it answers\n"
    assert err == "key of openai for https://openai.test (not shown): \n"


def test_a_key_is_read_from_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(f"{KEY}\n"))
    changes = FakeKeyChanges()
    assert run("set", "openai", "--no-check", changes=changes) == 0
    assert changes.done == [("set", "openai", KEY, False)]
    assert KEY not in "".join(capsys.readouterr())


@pytest.mark.parametrize("given", [(KEY,), ("--key", KEY), (f"--api-key={KEY}",), (KEY, KEY)])
def test_a_key_is_never_taken_from_an_argument_nor_repeated(
    given: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    changes = FakeKeyChanges()
    assert run("set", "openai", *given, changes=changes) == 2
    out, err = capsys.readouterr()
    assert err.startswith("ai-lsp: a key is never taken from the command line, where others can read it; run")
    assert KEY not in out + err
    assert changes.done == []


def test_a_terminal_that_cannot_hide_is_not_typed_into(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def shows(prompt: str) -> str:
        warnings.warn("cannot hide", getpass.GetPassWarning, stacklevel=1)
        return KEY

    monkeypatch.setattr(getpass, "getpass", shows)
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert run("set", "openai", changes=FakeKeyChanges()) == 1
    assert capsys.readouterr().err == (
        "ai-lsp: this terminal cannot hide what is typed; pipe the key into the command\n"
    )


def test_a_provider_that_nobody_has_is_told_before_the_key_is_typed(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("set", "opnai", changes=FakeKeyChanges(refuses=UnknownProviderError("unknown"))) == 1
    assert capsys.readouterr().err == "ai-lsp: unknown\n"


def test_a_variable_that_hides_the_key_is_told(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    typed.append(KEY)
    assert run("set", "openai", changes=FakeKeyChanges(hidden_by="OPENAI_API_KEY")) == 0
    assert "ai-lsp: OPENAI_API_KEY is set too, and is used instead; unset it" in capsys.readouterr().err


def test_what_was_stored_for_a_script(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    typed.append(KEY)
    assert run("set", "openai", "--json", changes=FakeKeyChanges()) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["provider"], told["place"]) == ("openai", "vault")


def test_the_vaults_passphrase_is_asked_for_where_it_is_needed(typed: list[str]) -> None:
    typed += [KEY, "correct horse"]
    changes = FakeKeyChanges(needs=[False])
    assert run("set", "openai", changes=changes) == 0
    assert changes.passphrases == {False: "correct horse"}


def test_a_new_passphrase_is_typed_twice(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    typed += ["correct horse", "battery staple", "battery staple"]
    changes = FakeKeyChanges(needs=[False, True], kind="passphrase")
    assert run("rotate", "--master", changes=changes) == 0
    assert changes.passphrases == {False: "correct horse", True: "battery staple"}
    assert capsys.readouterr().out == "the vault is locked with a new key, which lives here: your passphrase\n"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["short"], "a passphrase has 8 characters or more; nothing was changed"),
        (["battery staple", "battery stable"], "the two are not the same; nothing was changed"),
    ],
)
def test_a_new_passphrase_that_will_not_do(
    typed: list[str], words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed += words
    changes = FakeKeyChanges(needs=[True])
    assert run("rotate", "--master", changes=changes) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"ai-lsp: {why}"
    assert changes.done == []


def test_keys_are_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    changes = FakeKeyChanges()
    assert run("delete", "openai", changes=changes) == 0
    assert run("delete", "openai", "--origin", "https://old.test", changes=changes) == 0
    assert changes.done == [("delete", "openai", None), ("delete", "openai", "https://old.test")]
    assert capsys.readouterr().out.splitlines() == [
        "the key of openai for https://openai.test is deleted from the OS keyring",
        "the key of openai for https://old.test is deleted from the OS keyring",
    ]


@pytest.mark.parametrize(
    ("changes", "arguments", "line"),
    [
        (FakeKeyChanges(number=2), (), "2 keys in the vault locked anew"),
        (FakeKeyChanges(number=1), (), "1 key in the vault locked anew"),
        (FakeKeyChanges(number=0), (), "there is no vault, so nothing to rotate: the OS keyring locks what is in it"),
        (FakeKeyChanges(kind="kms"), ("--master",), "the vault is locked with a new key, which lives here: the key"),
        (FakeKeyChanges(kind=None), ("--master",), "there is no vault, so nothing to rotate"),
    ],
)
def test_a_rotation_says_what_it_did(
    changes: FakeKeyChanges, arguments: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("rotate", *arguments, changes=changes) == 0
    assert capsys.readouterr().out.startswith(line)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("set",), "say for which provider: `ai-lsp keys set PROVIDER`"),
        (("delete",), "say for which provider: `ai-lsp keys delete PROVIDER`"),
        (("rotate", "openai"), "rotate locks the whole vault anew; `ai-lsp keys set openai` stores another key"),
        (("list", "--master"), "--master belongs to `ai-lsp keys rotate`"),
        (("rotate", "--no-check"), "--no-check belongs to `ai-lsp keys set`"),
        (("set", "openai", "--origin", "https://x.test"), "--origin belongs to `ai-lsp keys delete`"),
    ],
)
def test_wrong_usage_is_one_line(arguments: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments, changes=FakeKeyChanges()) == 2
    assert capsys.readouterr() == ("", f"ai-lsp: {line}\n")


def test_what_the_house_refuses_is_one_line(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    changes = FakeKeyChanges(refuses=AuthenticationError("the OS keyring is\x1b[2J locked"))
    assert run("delete", "openai", changes=changes) == 1
    assert capsys.readouterr().err == "ai-lsp: the OS keyring is locked\n"
