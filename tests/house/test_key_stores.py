"""Keys as the settings want them: from the user file to the request."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ai_lsp.core.clock import SystemClock
from ai_lsp.core.errors import AIError, AuthenticationError, ConfigurationError
from ai_lsp.credentials.chain import Found
from ai_lsp.credentials.kek.passphrase import PassphraseNeededError
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.house.key_stores import KeyStores
from ai_lsp.settings.schema import KeysTable, Settings, VaultTable
from ai_lsp.transport.network import Network
from tests.credentials.support_backends import ABSENT, LOCKED, MEMORY
from tests.house.support_house import QUESTION, living, read, service, table
from tests.transport.loopback import Loopback
from tests.transport.support_key_service import KEY, KeyServer
from tests.wire.serving import serving

OPENAI = "https://api.openai.com"

Open = Callable[..., KeyStores]


@pytest.fixture
def open_stores(tmp_path: Path) -> Open:
    """The stores of a person in a folder of the test's, with these tables in their user file and these variables."""

    def opened(
        keys: KeysTable | None = None,
        vault: VaultTable | None = None,
        variables: Mapping[str, str] | None = None,
        backend: tuple[str, str] = ABSENT,
    ) -> KeyStores:
        settings = Settings(keys=keys or KeysTable(), vault=vault or VaultTable())
        keyring = OSKeyring([backend], patience=5)
        return KeyStores(
            settings,
            Network(),
            SystemClock(),
            folder=tmp_path / "keys",
            keyring=keyring,
            environment={"HOME": str(tmp_path), **(variables or {})},
        )

    return opened


def account(path: Path) -> dict[str, str]:
    """The variable that names the credentials of a service account."""
    pem = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_text(json.dumps({"type": "service_account", "client_email": "a@b", "private_key": pem.decode()}))
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(path)}


def head_of(vault: Path) -> dict[str, str]:
    return dict(json.loads(vault.read_text().splitlines()[0])["kek"])


async def test_s12_a_keyring_is_the_place_where_there_is_one(open_stores: Open) -> None:
    stores = open_stores(backend=MEMORY)
    assert await stores.stored.put("openai", OPENAI, "sk-canary") == "OS keyring"
    found = await stores.chain.where("openai", "openai", OPENAI)
    assert isinstance(found, Found)
    assert found.place == "OS keyring"


async def test_a_vault_by_passphrase_needs_nothing_but_its_variable(open_stores: Open, tmp_path: Path) -> None:
    with pytest.raises(PassphraseNeededError) as needed:
        await open_stores().stored.put("openai", OPENAI, "sk-canary")
    assert needed.value.new
    variables = {"AI_LSP_VAULT_PASSPHRASE": "correct horse"}
    assert await open_stores(variables=variables).stored.put("openai", OPENAI, "sk-canary") == "vault"
    assert head_of(tmp_path / "keys/vault")["kind"] == "passphrase"
    secret = await open_stores(variables=variables).chain.find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-canary"
    with pytest.raises(AuthenticationError, match="set AI_LSP_VAULT_PASSPHRASE"):
        await open_stores().chain.find("openai", "openai", OPENAI)


async def test_what_the_person_says_counts_before_the_variable(open_stores: Open) -> None:
    variables = {"AI_LSP_VAULT_PASSPHRASE": "correct horse"}
    stores = open_stores(variables=variables)
    await stores.stored.put("openai", OPENAI, "sk-canary")
    stores.passphrases[True] = "battery staple"
    assert await stores.stored.rotate_master() == "passphrase"
    with pytest.raises(ConfigurationError, match="the passphrase does not open the vault"):
        await open_stores(variables=variables).chain.find("openai", "openai", OPENAI)


async def test_a_vault_by_file(open_stores: Open, tmp_path: Path) -> None:
    variables = {"AI_LSP_MASTER_KEY_FILE": str(tmp_path / "master")}
    await open_stores(variables=variables).stored.put("openai", OPENAI, "sk-canary")
    assert head_of(tmp_path / "keys/vault")["kind"] == "file"
    assert await open_stores(variables=variables).chain.find("openai", "openai", OPENAI) is not None
    with pytest.raises(ConfigurationError, match="name that file in AI_LSP_MASTER_KEY_FILE"):
        await open_stores().chain.find("openai", "openai", OPENAI)


async def test_a_vault_by_key_service_from_settings_to_key(open_stores: Open, tmp_path: Path) -> None:
    server, variables = KeyServer(), account(tmp_path / "account.json")
    async with Loopback([server.answer]) as loopback:
        vault = VaultTable(kms_key=KEY, kms_endpoint=loopback.url)
        stores = open_stores(vault=vault, variables=variables)
        assert await stores.stored.put("openai", OPENAI, "sk-canary") == "vault"
        secret = await stores.chain.find("openai", "openai", OPENAI)
        await stores.aclose()
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-canary"
    assert head_of(tmp_path / "keys/vault") == {"kind": "kms", "name": KEY}
    assert {len(plaintext) for plaintext in server.plaintexts} == {32}
    assert all(token.startswith("Bearer ey") for token in server.tokens)


async def test_s14_a_key_service_that_is_down_slow_or_refuses_is_a_typed_error_within_five_seconds(
    open_stores: Open, tmp_path: Path
) -> None:
    server, variables = KeyServer(), account(tmp_path / "account.json")
    async with Loopback([server.answer]) as loopback:
        vault = VaultTable(kms_key=KEY, kms_endpoint=loopback.url)
        stores = open_stores(vault=vault, variables=variables)
        await stores.stored.put("openai", OPENAI, "sk-canary")
        server.refuses = ("403 Forbidden", "the caller may not use the key")
        with pytest.raises(AuthenticationError, match="may not use the key"):
            await stores.chain.find("openai", "openai", OPENAI)
        await stores.aclose()
    stores = open_stores(vault=vault, variables=variables)
    began = time.monotonic()
    with pytest.raises(AIError, match="nobody answers"):
        await stores.chain.find("openai", "openai", OPENAI)
    assert time.monotonic() - began < 5
    assert await stores.chain.find("mistral", "mistral", "https://api.mistral.ai") is None
    await stores.aclose()


async def test_new_settings_count_for_the_next_key(open_stores: Open, tmp_path: Path) -> None:
    stores = open_stores(variables={"AI_LSP_VAULT_PASSPHRASE": "correct horse"}, backend=MEMORY)
    assert await stores.stored.put("openai", OPENAI, "sk-1") == "OS keyring"
    stores.reconfigure(Settings(keys=KeysTable(store="vault"), vault=VaultTable(key="passphrase")))
    assert await stores.stored.put("openai", OPENAI, "sk-2") == "vault"
    assert head_of(tmp_path / "keys/vault")["kind"] == "passphrase"
    await stores.aclose()


async def test_s9_no_secret_is_in_any_log(
    open_stores: Open, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    server, variables = KeyServer(), account(tmp_path / "account.json")
    async with Loopback([server.answer]) as loopback:
        vault = VaultTable(kms_key=KEY, kms_endpoint=loopback.url)
        for backend, keys in ((MEMORY, KeysTable()), (MEMORY, KeysTable(store="vault")), (LOCKED, KeysTable())):
            stores = open_stores(keys, vault, variables, backend)
            for change in (
                stores.stored.put("openai", OPENAI, "sk-canary"),
                stores.chain.find("openai", "openai", OPENAI),
                stores.stored.rotate(),
                stores.stored.rotate_master(),
            ):
                try:
                    await change
                except AIError as error:
                    caplog.records.append(logging.makeLogRecord({"msg": str(error)}))
            await stores.aclose()
    out, err = capfd.readouterr()
    seen = "\n".join([out, err, *(record.getMessage() for record in caplog.records)])
    assert "sk-canary" not in seen
    assert "Bearer ey" not in seen


async def test_a_stored_key_reaches_its_service_and_an_unreadable_vault_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AI_LSP_MASTER_KEY_FILE", str(tmp_path / "master"))
    async with serving(service("hello")) as server:
        async with living(tmp_path, '[keys]\nstore = "vault"', table("mine", server)) as house:
            changed = await house.key_changes().set("mine", "sk-canary", check=True)
            assert (changed.place, changed.origin) == ("vault", server.url)
            text, _ = await read(await house.chat(QUESTION, "mine"))
            assert text == "hello"
            vault = house.upstream.stores.stored._vault.path
        assert {one.headers.get("authorization") for one in server.received} == {"Bearer sk-canary"}
        vault.chmod(0o644)
        async with living(tmp_path, '[keys]\nstore = "vault"', table("mine", server)) as house:
            with pytest.raises(ConfigurationError, match=f"run `chmod 600 {vault}`"):
                await read(await house.chat(QUESTION, "mine"))
            [key] = await house.keys("mine")
            [seen] = [report for report in await house.providers() if report.name == "mine"]
    assert (key.found, key.detail) == (None, seen.detail)
    assert f"run `chmod 600 {vault}`" in key.detail


_START = """
import asyncio, json, sys
from pathlib import Path
from ai_lsp.house.house import House

async def main():
    house = House(Path("none.toml"))
    await house.upstream.keys.find("openai", "openai", "https://api.openai.com")
    print(json.dumps(sorted(sys.modules)))
    await house.aclose()

asyncio.run(main())
"""


def test_a_start_without_stored_keys_loads_neither_keyring_nor_cryptography(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "ai_lsp" in loaded
    assert not loaded & {"keyring", "cryptography", "secretstorage", "jeepney", "httpx2", "_cffi_backend"}
