"""A key-encryption key that never leaves a cloud's key service.

The service sees data keys of 32 bytes, and a digest of what they are for: no provider's name, no key, no code. Which of
its keys is used is read from the person's own settings alone, never believed of a vault.
"""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from typing import Protocol

from ai_lsp.core.errors import BadRequestError, ConfigurationError, ProtocolError
from ai_lsp.credentials.envelope import KEY_BYTES, BrokenBoxError
from ai_lsp.credentials.kek.source import Header


class KeyService(Protocol):
    """The way to a cloud's key service. Raises AIError; BadRequestError for what it did not encrypt itself."""

    async def encrypt(self, key: str, plaintext: bytes, context: bytes) -> bytes: ...

    async def decrypt(self, key: str, ciphertext: bytes, context: bytes) -> bytes: ...


class KmsKey:
    """A `KeyEncryption`. `name` is that of the service for its key."""

    def __init__(self, name: str, service: KeyService) -> None:
        self.header: dict[str, str | int] = {"kind": "kms", "name": name}
        self._name = name
        self._service = service

    async def wrap(self, data_key: bytes, context: bytes) -> bytes:
        wrapped = await self._service.encrypt(self._name, data_key, _digest(context))
        # a vault is not written with what came back damaged
        with suppress(BrokenBoxError):
            if hmac.compare_digest(await self.unwrap(wrapped, context), data_key):
                return wrapped
        raise ProtocolError("the key service does not open what it has just locked; nothing was changed, try again")

    async def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        try:
            data_key = await self._service.decrypt(self._name, wrapped, _digest(context))
        except BadRequestError:
            raise BrokenBoxError from None
        if len(data_key) != KEY_BYTES:
            raise BrokenBoxError
        return data_key


class KmsKeks:
    """A `KekSource`. The service keeps the versions of its key itself: wrapping again takes the newest."""

    def __init__(self, name: str | None, service: KeyService | None) -> None:
        self._name = name
        self._service = service

    async def make(self, instead_of: Header | None) -> KmsKey:
        if self._name is None or self._service is None:
            raise ConfigurationError("no key service is set up; name its key in the user file: `kms_key` in [vault]")
        return KmsKey(self._name, self._service)

    async def recall(self, header: Header) -> KmsKey:
        key = await self.make(None)
        if header != key.header:
            raise ConfigurationError(
                f"the vault was locked with the key {header.get('name')!s:.200}, which is not `kms_key` in [vault]; set"
                " that, and to change keys rotate to a passphrase first (`ai-lsp keys rotate --master`)"
            )
        return key

    async def forget(self, header: Header) -> None:
        """Its owner disables old versions in the service."""


def _digest(context: bytes) -> bytes:
    return hashlib.sha256(context).digest()
