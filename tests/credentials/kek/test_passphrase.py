from __future__ import annotations

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials.envelope import lock, unlock
from ai_lsp.credentials.kek import passphrase as module
from ai_lsp.credentials.kek.passphrase import Known, PassphraseKeks, PassphraseNeededError
from ai_lsp.credentials.kek.source import Header


def saying(*words: str | None) -> Known:
    left = list(words)

    def ask(new: bool) -> str | None:
        return left.pop(0)

    return ask


async def test_the_same_words_open_what_they_locked() -> None:
    made = await PassphraseKeks(saying("correct horse")).make(None)
    box = await lock(made, b"sk-canary", b"")
    recalled = await PassphraseKeks(saying("correct horse")).recall(made.header)
    assert await unlock(recalled, box, b"") == b"sk-canary"
    assert made.header["kdf"] == "argon2id"
    assert (made.header["memory"], made.header["passes"], made.header["lanes"]) == (65536, 3, 4)


async def test_a_wrong_passphrase_is_told_and_can_be_tried_again() -> None:
    made = await PassphraseKeks(saying("correct horse")).make(None)
    keks = PassphraseKeks(saying("wrong", "correct horse"))
    with pytest.raises(ConfigurationError, match="the passphrase does not open the vault; try again"):
        await keks.recall(made.header)
    assert (await keks.recall(made.header)).header == made.header


async def test_it_is_asked_for_once() -> None:
    made = await PassphraseKeks(saying("correct horse")).make(None)
    keks = PassphraseKeks(saying("correct horse"))
    assert await keks.recall(made.header) is await keks.recall(made.header)


async def test_two_vaults_with_the_same_words_have_different_keys() -> None:
    keks = PassphraseKeks(saying("correct horse", "correct horse"))
    assert (await keks.make(None)).header["id"] != (await keks.make(None)).header["id"]


@pytest.mark.parametrize("words", [None, ""])
async def test_where_nobody_can_be_asked_the_person_is_told_what_to_do(words: str | None) -> None:
    with pytest.raises(PassphraseNeededError, match="set AI_LSP_VAULT_PASSPHRASE") as error:
        await PassphraseKeks(saying(words)).make(None)
    assert error.value.new


async def test_an_openssl_without_argon2_gets_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm

    derive = module._derive

    def without_argon2(words: str, header: Header) -> bytes:
        if header["kdf"] == "argon2id":
            raise UnsupportedAlgorithm("this OpenSSL is too old")
        return derive(words, header)

    monkeypatch.setattr(module, "_derive", without_argon2)
    made = await PassphraseKeks(saying("correct horse")).make(None)
    assert (made.header["kdf"], made.header["n"], made.header["r"], made.header["p"]) == ("scrypt", 2**17, 8, 1)
    assert (await PassphraseKeks(saying("correct horse")).recall(made.header)).header == made.header


@pytest.mark.parametrize(
    "forged",
    [
        {"kdf": "argon2id", "memory": 2**31, "passes": 3, "lanes": 4},
        {"kdf": "argon2id", "memory": 8, "passes": 1, "lanes": 1},
        {"kdf": "argon2id", "memory": 65536, "passes": 1_000_000, "lanes": 4},
        {"kdf": "scrypt", "n": 2**30, "r": 8, "p": 1},
        {"kdf": "scrypt", "n": 2, "r": 8, "p": 1},
        {"kdf": "pbkdf2"},
        {"kdf": "argon2id", "memory": 65536, "passes": 3, "lanes": 4, "salt": "AAAA"},
        {"kdf": "argon2id", "memory": 65536, "passes": 3, "lanes": 4, "salt": 7},
        {},
    ],
)
async def test_a_forged_vault_chooses_no_derivation(forged: Header) -> None:
    keks = PassphraseKeks(saying("correct horse"))
    with pytest.raises(ConfigurationError, match="a way to derive its key that is not used here"):
        await keks.recall({"kind": "passphrase", "salt": "AAAAAAAAAAAAAAAAAAAAAA==", **forged})
