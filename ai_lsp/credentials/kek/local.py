"""A key-encryption key whose 32 bytes are in our memory."""

from __future__ import annotations

import hmac
import os

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials.envelope import KEY_BYTES, NONCE_BYTES, BrokenBoxError, decrypt, encrypt
from ai_lsp.credentials.kek.source import Header

_WRAP = b"ai-lsp data key\n"


class LocalKey:
    """A `KeyEncryption`. Wraps by AES-256-GCM, with a random nonce in front."""

    def __init__(self, key: bytes, header: Header) -> None:
        assert len(key) == KEY_BYTES
        self._key = key
        self.header: dict[str, str | int] = {**header, "id": fingerprint(key)}

    async def wrap(self, data_key: bytes, context: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + encrypt(self._key, nonce, data_key, _WRAP + context)

    async def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        data_key = decrypt(self._key, wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _WRAP + context)
        if len(data_key) != KEY_BYTES:
            raise BrokenBoxError
        return data_key


def fingerprint(key: bytes) -> str:
    """Tells keys apart without telling anything of them."""
    return hmac.digest(key, b"ai-lsp key-encryption key", "sha256")[:8].hex()


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def key_of(text: str) -> bytes:
    """A key as 64 hexadecimal digits. Raises ValueError."""
    key = bytes.fromhex(text)
    if len(key) != KEY_BYTES:
        raise ValueError
    return key


def recalled(key: bytes, header: Header, otherwise: str) -> LocalKey:
    """The key, if it is the one that the vault was written with; else a ConfigurationError that says `otherwise`."""
    if header.get("id") != fingerprint(key):
        raise ConfigurationError(otherwise)
    return LocalKey(key, {name: value for name, value in header.items() if name != "id"})
