from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.core.secret import WrongOriginError
from ai_lsp.credentials.chain import Found
from ai_lsp.credentials.editor import EditorKeys
from ai_lsp.credentials.stored import Wishes
from tests.credentials.support_backends import Memory
from tests.credentials.support_stores import Stores

OPENAI = "https://api.openai.com"
EVIL = "https://evil.example"


async def test_it_is_found_for_its_provider_at_its_origin_only() -> None:
    keys = EditorKeys()
    keys.hold("openai", OPENAI, "sk-editor")
    secret = await keys.find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-editor"
    with pytest.raises(WrongOriginError):
        secret.reveal_for(EVIL)
    assert await keys.find("openai", "openai", EVIL) is None
    assert await keys.find("other", "openai", OPENAI) is None


async def test_what_is_forgotten_is_gone_for_every_origin() -> None:
    keys = EditorKeys()
    keys.hold("work", OPENAI, "sk-1")
    keys.hold("work", "https://team.example", "sk-2")
    keys.hold("home", OPENAI, "sk-3")
    assert keys.origins("work") == (OPENAI, "https://team.example")
    keys.forget("work")
    assert keys.origins("work") == ()
    assert await keys.find("work", "openai", OPENAI) is None
    assert await keys.find("home", "openai", OPENAI) is not None


async def test_it_stands_between_the_environment_and_what_is_stored(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    stored = stores.open(wishes=Wishes())
    await stored.put("openai", OPENAI, "sk-stored")
    chain = stores.chain(stored)
    Memory.asked.clear()

    chain.editor.hold("openai", OPENAI, "sk-editor")
    secret = await chain.find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-editor"
    assert await chain.where("openai", "openai", OPENAI) == Found("editor")
    assert Memory.asked == []  # nobody is made to unlock a keyring for a key that is at hand

    chain.editor.forget("openai")
    secret = await chain.find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-stored"


async def test_a_variable_comes_before_the_editor(tmp_path: Path) -> None:
    stores = Stores(tmp_path)
    chain = stores.chain(stores.open(), OPENAI_API_KEY="sk-variable")
    chain.editor.hold("openai", OPENAI, "sk-editor")
    secret = await chain.find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-variable"
    assert await chain.where("openai", "openai", OPENAI) == Found("OPENAI_API_KEY")
