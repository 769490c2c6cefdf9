"""The person's stores of keys, as the settings want them: environment, OS keyring, vault with its key.

In: settings. Out: the `KeyChain` of the house. What must never happen: a wrong setting keeps the house from opening, or
anything of this is loaded, asked or connected to before a key is wanted.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path

from ai_lsp.core.check import Check
from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError
from ai_lsp.credentials.chain import KeyChain
from ai_lsp.credentials.environment import EnvironmentKeys
from ai_lsp.credentials.kek.file import VARIABLE as MASTER_KEY_FILE
from ai_lsp.credentials.kek.file import FileKeks
from ai_lsp.credentials.kek.keyring import KeyringKeks
from ai_lsp.credentials.kek.kms import KmsKeks
from ai_lsp.credentials.kek.passphrase import VARIABLE as PASSPHRASE
from ai_lsp.credentials.kek.passphrase import PassphraseKeks
from ai_lsp.credentials.kek.source import KekSource
from ai_lsp.credentials.keyring_index import KeyringIndex
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.credentials.stored import IN_KEYRING, IN_VAULT, StoredKeys, Wishes
from ai_lsp.credentials.vault import Vault
from ai_lsp.settings.schema import Settings
from ai_lsp.transport.google_tokens import GoogleTokens
from ai_lsp.transport.key_service import GoogleKeyService
from ai_lsp.transport.network import Network


class KeyStores:
    """Belongs to one event loop. `passphrases` are what the person has said: that of the vault, and with True a new one."""

    def __init__(
        self,
        settings: Settings,
        network: Network,
        clock: Clock,
        *,
        folder: Path | None = None,
        keyring: OSKeyring | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        folder = folder or user_data_path("ai-lsp", appauthor=False) / "keys"
        keyring = keyring or OSKeyring()
        self.passphrases: dict[bool, str] = {}
        self._settings = settings
        self._network = network
        self._clock = clock
        self._environment = environment
        self._service: GoogleKeyService | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._sources: dict[str, KekSource] = {
            "keyring": KeyringKeks(keyring),
            "passphrase": PassphraseKeks(self._passphrase),
            "file": FileKeks(self._master_key_file()),
        }
        vault = Vault(folder / "vault", _user(), self._sources, keyring)
        self.stored = StoredKeys(keyring, KeyringIndex(folder / "keyring.json"), vault, clock)
        self.chain = KeyChain(EnvironmentKeys(self._variable, environment), self.stored, clock)
        self._obey()

    def reconfigure(self, settings: Settings) -> None:
        """Take over new settings for the next key that is wanted."""
        changed = (settings.vault, settings.network) != (self._settings.vault, self._settings.network)
        self._settings = settings
        if changed and self._service is not None:
            task = asyncio.get_running_loop().create_task(self._service.aclose())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        if changed or settings.keys.store != self.stored.wishes.store:
            self._obey()

    async def check(self) -> Check:
        """Whether what is stored can be looked into. Nothing is unlocked."""
        try:
            stored = await self.stored.all()
        except AIError as error:
            step = "put that right; until then no stored key is used"
            return Check("stored keys", ok=False, detail=str(error), next_step=step)
        places = [f"{sum(one.place == place for one in stored)} in the {place}" for place in (IN_KEYRING, IN_VAULT)]
        return Check("stored keys", ok=True, detail=", ".join(places) if stored else "none")

    async def aclose(self) -> None:
        await asyncio.gather(*self._leaving, return_exceptions=True)
        if self._service is not None:
            await self._service.aclose()

    def _obey(self) -> None:
        vault = self._settings.vault
        self._service = GoogleKeyService(
            self._network,
            lambda origin: GoogleTokens(origin, self._network, self._clock, self._environment),
            vault.kms_endpoint,
        )
        self._sources["kms"] = KmsKeks(vault.kms_key, self._service)
        self.stored.wishes = Wishes(
            self._settings.keys.store,
            vault.key,
            master_key_file=self._master_key_file() is not None,
            kms=vault.kms_key is not None,
        )

    def _variable(self, provider: str) -> str | None:
        table = self._settings.providers.get(provider)
        return None if table is None else table.api_key_env

    def _passphrase(self, new: bool) -> str | None:
        return self.passphrases.get(new) or self._environment.get(PASSPHRASE)

    def _master_key_file(self) -> Path | None:
        named = self._environment.get(MASTER_KEY_FILE)
        return Path(named) if named else None


def _user() -> str:
    """Whom the vault is for: by the system's own list where it has one, as variables may differ from start to start."""
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd  # noqa: PLC0415  # not on Windows

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
