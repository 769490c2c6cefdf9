"""A person's stores of keys in a folder, with the fake keyrings of support_backends.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ai_lsp.credentials.chain import KeyChain
from ai_lsp.credentials.environment import EnvironmentKeys
from ai_lsp.credentials.kek.file import FileKeks
from ai_lsp.credentials.kek.keyring import KeyringKeks
from ai_lsp.credentials.kek.passphrase import PassphraseKeks
from ai_lsp.credentials.kek.source import KekSource
from ai_lsp.credentials.keyring_index import KeyringIndex
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.credentials.stored import StoredKeys, Wishes
from ai_lsp.credentials.vault import Vault
from tests.credentials.support_backends import MEMORY
from tests.support.clock import FakeClock


@dataclass
class Audited:
    """What the stores say that they have changed."""

    changes: list[tuple[str, str, str]] = field(default_factory=list)

    def changed(self, what: str, provider: str, origin: str) -> None:
        self.changes.append((what, provider, origin))


@dataclass
class Stores:
    root: Path
    clock: FakeClock = field(default_factory=FakeClock)
    audit: Audited = field(default_factory=Audited)
    passphrase: str | None = None

    def open(
        self, backends: Sequence[tuple[str, str]] = (MEMORY,), patience: float = 5.0, wishes: Wishes | None = None
    ) -> StoredKeys:
        """The stores as a new process finds them."""
        keyring = OSKeyring(backends, patience)
        sources: dict[str, KekSource] = {
            "keyring": KeyringKeks(keyring),
            "file": FileKeks(self.root / "master"),
            "passphrase": PassphraseKeks(self._say),
        }
        vault = Vault(self.root / "keys/vault", "ada", sources, keyring)
        stored = StoredKeys(keyring, KeyringIndex(self.root / "keys/keyring.json"), vault, self.clock, self.audit)
        stored.wishes = wishes or Wishes()
        return stored

    def chain(self, stored: StoredKeys, **environment: str) -> KeyChain:
        return KeyChain(EnvironmentKeys(lambda _: None, environment), stored, self.clock)

    def _say(self, new: bool) -> str | None:
        return self.passphrase
