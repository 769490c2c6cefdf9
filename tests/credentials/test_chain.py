from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ai_lsp.core.errors import AuthenticationError
from ai_lsp.core.secret import WrongOriginError
from ai_lsp.credentials.chain import KEPT, REST, Found
from ai_lsp.credentials.stored import Wishes
from tests.credentials.support_backends import HANGING, LOCKED, Memory
from tests.credentials.support_stores import Stores

OPENAI = "https://api.openai.com"
EVIL = "https://evil.example"
IN_FILE = Wishes(store="vault", kek="file")


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(tmp_path)


async def test_a_variable_comes_before_what_is_stored(stores: Stores) -> None:
    stored = stores.open()
    await stored.put("openai", OPENAI, "sk-stored")
    chain = stores.chain(stored, OPENAI_API_KEY="sk-variable")
    secret = await chain.find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-variable"
    assert await chain.where("openai", "openai", OPENAI) == Found("OPENAI_API_KEY")
    assert Memory.asked == []


@pytest.mark.parametrize(("wishes", "place"), [(Wishes(), "OS keyring"), (IN_FILE, "vault")])
async def test_a_stored_key_is_bound_to_the_origin_that_it_was_stored_for(
    stores: Stores, wishes: Wishes, place: str
) -> None:
    stored = stores.open(wishes=wishes)
    await stored.put("openai", OPENAI, "sk-canary")
    chain = stores.chain(stored)
    secret = await chain.find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-canary"
    with pytest.raises(WrongOriginError):
        secret.reveal_for(EVIL)
    for origin in (EVIL, "http://api.openai.com", "https://api.openai.com:8443", "https://api.openai.com.evil.example"):
        assert await chain.find("openai", "openai", origin) is None
        assert await chain.where("openai", "openai", origin) is None
    found = await chain.where("openai", "openai", OPENAI)
    assert found is not None
    assert found.place == place
    assert found.since is not None


async def test_two_keys_of_one_service_have_two_names(stores: Stores) -> None:
    stored = stores.open()
    await stored.put("home", OPENAI, "sk-home")
    await stored.put("work", OPENAI, "sk-work")
    chain = stores.chain(stored)
    found = [await chain.find(name, "openai", OPENAI) for name in ("home", "work", "openai")]
    assert [one and one.reveal_for(OPENAI) for one in found] == ["sk-home", "sk-work", None]


async def test_a_store_is_asked_once_however_many_calls_begin_together(stores: Stores) -> None:
    stored = stores.open()
    await stored.put("openai", OPENAI, "sk-canary")
    chain = stores.chain(stored)
    await asyncio.gather(*(chain.find("openai", "openai", OPENAI) for _ in range(20)))
    assert len(Memory.asked) == 1
    await stores.clock.advance(KEPT)
    await chain.find("openai", "openai", OPENAI)
    assert len(Memory.asked) == 2


async def test_a_change_by_another_process_is_seen_by_the_next_call(stores: Stores) -> None:
    chain = stores.chain(stores.open())
    assert await chain.find("openai", "openai", OPENAI) is None
    for wishes, key in [(Wishes(), "sk-1"), (Wishes(), "sk-2"), (IN_FILE, "sk-3")]:
        await stores.open(wishes=wishes).put("openai", OPENAI, key)
        secret = await chain.find("openai", "openai", OPENAI)
        assert secret is not None
        assert secret.reveal_for(OPENAI) == key
    await stores.open().remove("openai", OPENAI)
    assert await chain.find("openai", "openai", OPENAI) is None


async def test_a_store_that_failed_has_its_rest_and_fails_at_once_meanwhile(stores: Stores) -> None:
    await stores.open().put("openai", OPENAI, "sk-canary")
    chain = stores.chain(stores.open([HANGING], patience=0.05))
    for _ in range(3):
        with pytest.raises(AuthenticationError, match="did not answer within"):
            await chain.find("openai", "openai", OPENAI)
    await stores.clock.advance(REST)
    with pytest.raises(AuthenticationError, match="still does not answer"):
        await chain.find("openai", "openai", OPENAI)


async def test_a_locked_keyring_does_not_stand_in_the_way_of_who_has_no_key_in_it(stores: Stores) -> None:
    await stores.open().put("openai", OPENAI, "sk-canary")
    chain = stores.chain(stores.open([LOCKED]))
    assert await chain.find("ollama", "ollama", "http://127.0.0.1:11434") is None
    with pytest.raises(AuthenticationError):
        await chain.find("openai", "openai", OPENAI)


async def test_whether_there_is_a_key_is_known_without_unlocking_anything(stores: Stores) -> None:
    await stores.open().put("openai", OPENAI, "sk-canary")
    chain = stores.chain(stores.open([HANGING]), MISTRAL_API_KEY="sk-variable")
    assert await chain.holds("openai", "openai", OPENAI)
    assert await chain.holds("mistral", "mistral", "https://api.mistral.ai")
    assert not await chain.holds("openai", "openai", EVIL)
    (stores.root / "keys/keyring.json").chmod(0o644)
    assert not await chain.holds("openai", "openai", OPENAI)


def test_the_person_is_told_which_variables_are_looked_at(stores: Stores) -> None:
    async def ask() -> tuple[str, ...]:
        return stores.chain(stores.open()).variables("openai", "openai", OPENAI)

    assert asyncio.run(ask()) == ("OPENAI_API_KEY",)
