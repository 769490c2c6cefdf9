"""Key-encryption keys in the keyring of the operating system.

A vault has two places there and uses them in turn: the new key is in one before the vault is written with it, and the
old one in the other until afterwards. What an interrupted rotation left is written over by the next.
"""

from __future__ import annotations

import os

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials.kek.local import LocalKey, key_of, new_key, recalled
from ai_lsp.credentials.kek.source import Header
from ai_lsp.credentials.os_keyring import OSKeyring

_LOST = "the OS keyring no longer holds the key of the vault; restore the keyring, or delete the vault and store the keys again"


class KeyringKeks:
    """A `KekSource`."""

    def __init__(self, keyring: OSKeyring) -> None:
        self._keyring = keyring

    async def make(self, instead_of: Header | None) -> LocalKey:
        header: Header = {"kind": "keyring", "name": os.urandom(4).hex(), "place": 1}
        if instead_of is not None and instead_of["kind"] == "keyring":
            header = {**header, "name": instead_of["name"], "place": 2 if instead_of["place"] == 1 else 1}
        key = new_key()
        await self._keyring.write(_place(header), key.hex())
        return LocalKey(key, header)

    async def recall(self, header: Header) -> LocalKey:
        text = await self._keyring.read(_place(header))
        try:
            return recalled(key_of(text or ""), header, _LOST)
        except ValueError:
            raise ConfigurationError(_LOST) from None

    async def forget(self, header: Header) -> None:
        await self._keyring.remove(_place(header))


def _place(header: Header) -> str:
    return f"vault {header.get('name')} key {header.get('place')}"
