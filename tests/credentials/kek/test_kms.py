"""A vault that is locked by a key service: a real one in all but its place, on this machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ai_lsp.core.errors import AIError, AuthenticationError, ConfigurationError, ProtocolError, TotalTimeoutError
from ai_lsp.core.secret import Secret
from ai_lsp.credentials.kek.file import FileKeks
from ai_lsp.credentials.kek.kms import KmsKeks
from ai_lsp.credentials.vault import Vault
from ai_lsp.transport.key_service import GoogleKeyService
from ai_lsp.transport.network import Network
from tests.transport.loopback import Answer, Asked, Loopback
from tests.transport.support_key_service import KEY, KeyServer

OPENAI = "https://api.openai.com"
DAY = "2026-11-21T12:00:00Z"


class Tokens:
    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return Secret("ya29.canary", origin)


@asynccontextmanager
async def vault(root: Path, answer: Answer, key: str = KEY, patience: float = 5.0) -> AsyncIterator[Vault]:
    async with Loopback([answer]) as loopback:
        service = GoogleKeyService(Network(), lambda _: Tokens(), loopback.url, patience)
        yield Vault(root / "keys/vault", "ada", {"kms": KmsKeks(key, service), "file": FileKeks(root / "master")})
        await service.aclose()


async def filled(root: Path, server: KeyServer) -> None:
    async with vault(root, server.answer) as opened:
        await opened.put("openai", OPENAI, "sk-canary", DAY, "kms")
        await opened.put("work", "https://ai.work.example", "sk-work", DAY, "kms")


async def test_s14_the_service_sees_only_data_keys_of_32_bytes_and_digests(tmp_path: Path) -> None:
    server = KeyServer()
    await filled(tmp_path, server)
    async with vault(tmp_path, server.answer) as opened:
        assert await opened.find("openai", OPENAI) == "sk-canary"
        await opened.rotate()
        await opened.rotate_master("kms")
    assert {len(plaintext) for plaintext in server.plaintexts} == {32}
    assert {len(context) for context in server.contexts} == {32}
    assert not [plaintext for plaintext in server.plaintexts if plaintext.startswith(b"sk-")]


async def test_a_data_key_is_never_used_twice(tmp_path: Path) -> None:
    server = KeyServer()
    await filled(tmp_path, server)
    async with vault(tmp_path, server.answer) as opened:
        await opened.rotate()
    assert len(set(server.plaintexts)) == len(server.plaintexts)


async def test_wrapping_again_takes_the_newest_version_of_the_key(tmp_path: Path) -> None:
    server = KeyServer()
    await filled(tmp_path, server)
    server.rotate()
    async with vault(tmp_path, server.answer) as opened:
        await opened.rotate_master("kms")
        assert {one.box.wrapped[0] for one in await opened.records()} == {1}
        server.versions[0] = bytes(32)  # the old version is destroyed
        assert await opened.find("openai", OPENAI) == "sk-canary"


async def test_what_another_key_of_the_service_wrapped_is_refused(tmp_path: Path) -> None:
    await filled(tmp_path, KeyServer())
    async with vault(tmp_path, KeyServer().answer) as opened:
        with pytest.raises(ConfigurationError, match="it is not as it was written"):
            await opened.find("openai", OPENAI)


async def test_which_key_is_used_is_never_believed_of_a_vault(tmp_path: Path) -> None:
    server = KeyServer()
    await filled(tmp_path, server)
    async with vault(tmp_path, server.answer, key=KEY.replace("ada", "eve")) as opened:
        seen = len(server.contexts)
        with pytest.raises(ConfigurationError, match="which is not `kms_key` in"):
            await opened.find("openai", OPENAI)
    assert len(server.contexts) == seen


async def test_a_vault_leaves_the_service_for_another_kind_of_key(tmp_path: Path) -> None:
    server = KeyServer()
    await filled(tmp_path, server)
    async with vault(tmp_path, server.answer) as opened:
        await opened.rotate_master("file")
        server.refuses = ("503 Service Unavailable", "gone")
        assert await opened.find("openai", OPENAI) == "sk-canary"


async def silent(asked: Asked, out: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (silent, TotalTimeoutError),
        (KeyServer(refuses=("403 Forbidden", "not yours")).answer, AuthenticationError),
        (KeyServer(refuses=("500 Internal Server Error", "down")).answer, AIError),
    ],
)
async def test_s14_a_service_that_is_slow_or_refuses_is_a_typed_error_and_the_vault_stays(
    tmp_path: Path, answer: Answer, error: type[AIError]
) -> None:
    await filled(tmp_path, KeyServer())
    before = (tmp_path / "keys/vault").read_bytes()
    began = time.monotonic()
    async with vault(tmp_path, answer, patience=0.2) as opened:
        for change in (opened.find("openai", OPENAI), opened.rotate(), opened.rotate_master("kms")):
            with pytest.raises(error):
                await change
        assert [one.provider for one in await opened.records()] == ["openai", "work"]
    assert (tmp_path / "keys/vault").read_bytes() == before
    assert time.monotonic() - began < 5


async def test_a_vault_is_not_written_with_what_came_back_damaged(tmp_path: Path) -> None:
    server = KeyServer()
    await filled(tmp_path, server)
    before = (tmp_path / "keys/vault").read_bytes()

    async def forget_at_once(asked: Asked, out: asyncio.StreamWriter) -> None:
        await server.answer(asked, out)
        if asked.path.endswith(":encrypt"):
            server.versions[0] = bytes(32)

    async with vault(tmp_path, forget_at_once) as opened:
        with pytest.raises(ProtocolError, match="does not open what it has just locked; nothing was changed"):
            await opened.put("third", OPENAI, "sk-third", DAY, "kms")
    assert (tmp_path / "keys/vault").read_bytes() == before
