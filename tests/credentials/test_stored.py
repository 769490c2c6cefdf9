from __future__ import annotations

import json
from pathlib import Path

import pytest

from ai_lsp.core.errors import AIError, AuthenticationError, ConfigurationError
from ai_lsp.credentials.stored import Wishes
from tests.credentials.support_backends import ABSENT, HANGING, LOCKED, MEMORY, Memory
from tests.credentials.support_stores import Stores

OPENAI = "https://api.openai.com"
EVIL = "https://evil.example"
IN_FILE = Wishes(store="vault", kek="file")


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(tmp_path)


async def test_where_there_is_a_keyring_a_key_goes_there(stores: Stores) -> None:
    assert await stores.open().put("openai", OPENAI, "sk-canary") == "OS keyring"
    assert await stores.open().find("openai", OPENAI) == "sk-canary"
    assert not (stores.root / "keys/vault").exists()


async def test_where_there_is_none_it_goes_into_the_vault(stores: Stores) -> None:
    stores.passphrase = "correct horse"
    assert await stores.open([ABSENT]).put("openai", OPENAI, "sk-canary") == "vault"
    assert await stores.open([ABSENT]).find("openai", OPENAI) == "sk-canary"


async def test_without_keyring_and_passphrase_nothing_is_stored_and_the_person_is_told_what_to_do(
    stores: Stores,
) -> None:
    with pytest.raises(AIError, match="the vault needs its passphrase; set AI_LSP_VAULT_PASSPHRASE"):
        await stores.open([ABSENT]).put("openai", OPENAI, "sk-canary")
    assert [path.name for path in (stores.root / "keys").iterdir()] == ["vault.lock"]


async def test_a_person_who_wants_the_keyring_gets_no_vault(stores: Stores) -> None:
    with pytest.raises(
        AuthenticationError, match="this session has no keyring of the operating system; start one, or set"
    ):
        await stores.open([ABSENT], wishes=Wishes(store="keyring")).put("openai", OPENAI, "sk-canary")


@pytest.mark.parametrize("wishes", [Wishes(), IN_FILE])
async def test_a_key_is_found_for_its_own_origin_only(stores: Stores, wishes: Wishes) -> None:
    stored = stores.open(wishes=wishes)
    await stored.put("openai", OPENAI, "sk-canary")
    for provider, origin in [("openai", EVIL), ("work", OPENAI), ("openai", "http://api.openai.com")]:
        assert await stored.find(provider, origin) is None


async def test_an_entry_that_was_moved_to_another_origin_inside_the_keyring_is_not_used(stores: Stores) -> None:
    stored = stores.open()
    await stored.put("openai", OPENAI, "sk-canary")
    await stored.put("openai", EVIL, "sk-theirs")
    Memory.held["ai-lsp", f"openai {EVIL}"] = Memory.held["ai-lsp", f"openai {OPENAI}"]
    with pytest.raises(AuthenticationError, match="it is no longer in the OS keyring"):
        await stored.find("openai", EVIL)


async def test_a_keyring_is_not_asked_for_what_is_not_there(stores: Stores) -> None:
    assert await stores.open([HANGING]).find("ollama", "http://127.0.0.1:11434") is None
    assert Memory.asked == []


@pytest.mark.parametrize(
    ("backend", "why"),
    [(LOCKED, "the OS keyring is locked"), (HANGING, "did not answer within 0.05 s"), (ABSENT, "has no keyring")],
)
async def test_a_key_that_cannot_be_had_is_one_line(stores: Stores, backend: tuple[str, str], why: str) -> None:
    await stores.open().put("openai", OPENAI, "sk-canary")
    with pytest.raises(AuthenticationError, match=f"the key of openai for {OPENAI} cannot be had: .*{why}") as error:
        await stores.open([backend], patience=0.05).find("openai", OPENAI)
    assert "sk-canary" not in str(error.value)


async def test_the_vault_stands_in_for_a_keyring_that_does_not_answer(stores: Stores) -> None:
    await stores.open().put("openai", OPENAI, "sk-keyring")
    index = (stores.root / "keys/keyring.json").read_text()
    await stores.open(wishes=IN_FILE).put("openai", OPENAI, "sk-vault")
    (stores.root / "keys/keyring.json").write_text(index)
    assert await stores.open([LOCKED]).find("openai", OPENAI) == "sk-vault"


async def test_a_key_lies_in_one_place_at_a_time(stores: Stores) -> None:
    await stores.open().put("openai", OPENAI, "sk-1")
    await stores.open(wishes=IN_FILE).put("openai", OPENAI, "sk-2")
    assert not Memory.held
    assert [one.place for one in await stores.open().all()] == ["vault"]
    await stores.open().put("openai", OPENAI, "sk-3")
    assert [one.place for one in await stores.open().all()] == ["OS keyring"]
    assert await stores.open().find("openai", OPENAI) == "sk-3"


async def test_the_list_says_where_and_since_when_and_takes_no_key_out(stores: Stores) -> None:
    stored = stores.open()
    await stored.put("openai", OPENAI, "sk-canary")
    await stores.open(wishes=IN_FILE).put("work", EVIL, "sk-work")
    found = await stores.open([HANGING]).all()
    day = "2026-01-01T00:00:00Z"
    assert [(one.provider, one.origin, one.place) for one in found] == [
        ("openai", OPENAI, "OS keyring"),
        ("work", EVIL, "vault"),
    ]
    assert all(len(one.stored) == len(day) and one.stored.endswith("Z") for one in found)
    assert await stored.where("work", EVIL) == found[1]
    assert await stored.where("work", OPENAI) is None


async def test_a_key_is_forgotten_wherever_it_is(stores: Stores) -> None:
    await stores.open().put("openai", OPENAI, "sk-canary")
    assert await stores.open().remove("openai", OPENAI) == ["OS keyring"]
    assert await stores.open().remove("openai", OPENAI) == []
    await stores.open(wishes=IN_FILE).put("openai", OPENAI, "sk-canary")
    assert await stores.open().remove("openai", OPENAI) == ["vault"]
    assert await stores.open().find("openai", OPENAI) is None


async def test_every_change_is_told_without_the_key(stores: Stores) -> None:
    stored = stores.open(wishes=IN_FILE)
    await stored.put("openai", OPENAI, "sk-canary")
    assert await stored.rotate() == 1
    assert await stored.rotate_master() == "file"
    await stored.remove("openai", OPENAI)
    await stored.remove("openai", OPENAI)
    assert stores.audit.changes == [
        ("set in the vault", "openai", OPENAI),
        ("rotated: new data keys in the vault", "*", ""),
        ("rotated: new key-encryption key of the vault (file)", "*", ""),
        ("deleted from the vault", "openai", OPENAI),
    ]


@pytest.mark.parametrize(
    ("wishes", "backends", "kind"),
    [
        (Wishes(store="vault"), [MEMORY], "keyring"),
        (Wishes(store="vault"), [ABSENT], "passphrase"),
        (Wishes(store="vault", master_key_file=True), [MEMORY], "file"),
        (Wishes(store="vault", kek="passphrase", master_key_file=True), [MEMORY], "passphrase"),
    ],
)
async def test_a_new_vault_is_locked_with_the_best_that_is_there_or_what_is_set(
    stores: Stores, wishes: Wishes, backends: list[tuple[str, str]], kind: str
) -> None:
    stores.passphrase = "correct horse"
    await stores.open(backends, wishes=wishes).put("openai", OPENAI, "sk-canary")
    head = json.loads((stores.root / "keys/vault").read_text().splitlines()[0])
    assert head["kek"]["kind"] == kind


async def test_a_rotation_keeps_the_kind_unless_another_is_set(stores: Stores) -> None:
    stores.passphrase = "correct horse"
    await stores.open(wishes=IN_FILE).put("openai", OPENAI, "sk-canary")
    assert await stores.open().rotate_master() == "file"
    assert await stores.open(wishes=Wishes(kek="passphrase")).rotate_master() == "passphrase"
    assert await stores.open().find("openai", OPENAI) == "sk-canary"


async def test_without_a_vault_there_is_nothing_to_rotate(stores: Stores) -> None:
    stored = stores.open()
    assert (await stored.rotate(), await stored.rotate_master(), stores.audit.changes) == (0, None, [])


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"provider":"openai"}]'])
async def test_a_damaged_list_is_one_line_with_the_way_out(stores: Stores, text: str) -> None:
    await stores.open().put("openai", OPENAI, "sk-canary")
    (stores.root / "keys/keyring.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"keyring.json is damaged; delete it and store the keys again"):
        await stores.open().find("openai", OPENAI)
