"""Keys from the prompt to the request, with the real command, a real vault and a service that knows its key."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wire.serving import Answer, Received, Server, serving

KEY = "sk-good-canary"


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


@dataclass
class Person:
    """Somebody without a keyring, whose vault is locked by a file, and a service that takes one key."""

    folder: Path
    service: Server
    variables: Mapping[str, str]

    async def run(self, *arguments: str, typed: str = "") -> Done:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ai_lsp", *arguments, "--config", str(self.folder / "config.toml")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **self.variables},
        )
        out, err = await process.communicate(typed.encode())
        assert process.returncode is not None
        assert b"canary" not in out + err
        return Done(process.returncode, out.decode(), err.decode())

    def settle(self, service: Server) -> None:
        """Write the user file for a service."""
        (self.folder / "config.toml").write_text(
            f'provider = "mine"\n[providers.mine]\nkind = "openai-compatible"\nendpoint = "{service.url}/v1"\n'
            'model = "m"\n[keys]\nstore = "vault"\n'
        )

    @property
    def vault(self) -> Path:
        return self.folder / "data/ai-lsp/keys/vault"


def knows_its_key(received: Received) -> Answer:
    if received.headers.get("authorization") != f"Bearer {KEY}":
        return Answer(401, [b'{"error": {"message": "no such key"}}'], "application/json")
    return Answer(200, [b'{"data": [{"id": "m"}]}'], "application/json")


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return {
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "APPDATA": str(tmp_path / "data"),
        "AI_LSP_MASTER_KEY_FILE": str(tmp_path / "master"),
    }


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders for data")


async def test_a_key_is_set_used_rotated_and_deleted(tmp_path: Path, variables: dict[str, str]) -> None:
    async with serving(knows_its_key) as service:
        person = Person(tmp_path, service, variables)
        person.settle(service)
        stored = await person.run("keys", "set", "mine", typed=f"{KEY}\n")
        assert (stored.code, stored.err) == (0, "")
        assert stored.out == f"the key of mine for {service.url} is in the vault: {service.url} lists 1 model\n"
        assert b"canary" not in person.vault.read_bytes()
        assert oct(person.vault.stat().st_mode)[-3:] == "600"

        listed = await person.run("keys", "list")
        assert "in the vault since 20" in listed.out
        for change in (("rotate",), ("rotate", "--master")):
            before = person.vault.read_bytes()
            assert (await person.run("keys", *change)).code == 0
            assert person.vault.read_bytes() != before
        checked = await person.run("keys", "check", "mine")
        assert (checked.code, checked.out) == (0, f"accepted  mine (the vault): {service.url} lists 1 model\n")

        deleted = await person.run("keys", "delete", "mine")
        assert deleted.out == f"the key of mine for {service.url} is deleted from the vault\n"
        assert (await person.run("keys", "delete", "mine")).err == (
            "ai-lsp: no key is stored for mine; `ai-lsp keys list` shows those that are\n"
        )
        recorded = await person.run("audit", "show")
        assert recorded.out.count(" key set") == recorded.out.count(" key deleted") == 1
        assert recorded.out.count(" key rotated") == 2


async def test_a_key_that_its_service_refuses_is_not_stored(tmp_path: Path, variables: dict[str, str]) -> None:
    async with serving(knows_its_key) as service:
        person = Person(tmp_path, service, variables)
        person.settle(service)
        refused = await person.run("keys", "set", "mine", typed="sk-wrong-canary")
        assert refused.code == 1
        assert refused.err.startswith("ai-lsp: the key was not stored: mine: no such key")
        assert not person.vault.exists()
        unchecked = await person.run("keys", "set", "mine", "--no-check", typed="sk-wrong-canary")
        assert (unchecked.code, unchecked.out) == (
            0,
            f"the key of mine for {service.url} is in the vault: not checked\n",
        )


async def test_a_key_goes_nowhere_but_where_it_was_stored_for(tmp_path: Path, variables: dict[str, str]) -> None:
    async with serving(knows_its_key) as service, serving(knows_its_key) as elsewhere:
        person = Person(tmp_path, service, variables)
        person.settle(service)
        await person.run("keys", "set", "mine", typed=KEY)
        person.settle(elsewhere)
        await person.run("keys", "check")
        await person.run("providers")
        await person.run("chat", "hello")
        assert elsewhere.received
        assert not [one for one in elsewhere.received if "authorization" in one.headers]
        listed = (await person.run("keys", "list")).out
        assert "in the vault since" in listed
        assert "unused: no provider of this name speaks to this address" in listed
        deleted = await person.run("keys", "delete", "mine")
        assert deleted.out == f"the key of mine for {service.url} is deleted from the vault\n"


async def test_a_vault_that_others_may_read_is_one_line_and_nothing_is_used(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    async with serving(knows_its_key) as service:
        person = Person(tmp_path, service, variables)
        person.settle(service)
        await person.run("keys", "set", "mine", typed=KEY)
        person.vault.chmod(0o644)
        done = await person.run("chat", "hello")
        assert done.code == 1
        assert (
            done.err == f"ai-lsp: {person.vault} is open to others, so it is not used; run `chmod 600 {person.vault}`\n"
        )
        seen = len(service.received)
        assert (
            f"run `chmod 600 {person.vault}`" in (await person.run("keys", "set", "mine", "--no-check", typed=KEY)).err
        )
        assert f"run `chmod 600 {person.vault}`" in (await person.run("keys", "list")).out
        assert len(service.received) == seen


async def test_what_is_typed_at_the_prompt_is_not_shown(tmp_path: Path, variables: dict[str, str]) -> None:
    import pty

    async with serving(knows_its_key) as service:
        person = Person(tmp_path, service, variables)
        person.settle(service)
        ours, theirs = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ai_lsp", "keys", "set", "mine", "--config", str(tmp_path / "config.toml")),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **variables},
            start_new_session=True,
        )
        os.close(theirs)
        seen = await until(ours, b"(not shown): ")
        os.write(ours, f"{KEY}\n".encode())
        seen += await until(ours, b"lists 1 model")
        await process.wait()
        os.close(ours)
    assert process.returncode == 0
    assert b"canary" not in seen
    assert b"key of mine for" in seen


async def until(terminal: int, wanted: bytes) -> bytes:
    """What the terminal shows, up to this."""
    seen = b""
    while wanted not in seen:
        seen += await asyncio.to_thread(os.read, terminal, 1024)
    return seen
