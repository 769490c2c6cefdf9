"""Envelope encryption: AES-256-GCM with a fresh data key for every box, and that data key wrapped by another key.

In: bytes and the context that they belong to. Out: a `Box`, which opens only in the same context (additional
authenticated data, NIST SP 800-38D). What must never happen: a data key is used twice; a changed box opens.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

KEY_BYTES = 32
NONCE_BYTES = 12


class BrokenBoxError(Exception):
    """It was locked with another key, belongs to another context, or was changed."""


@dataclass(frozen=True, slots=True)
class Box:
    """`wrapped` is the data key as the key-encryption key hides it; `content` ends with GCM's tag of 16 bytes."""

    wrapped: bytes
    nonce: bytes
    content: bytes


class KeyEncryption(Protocol):
    """A key-encryption key (KEK). It never leaves where it lives, and only ever sees data keys of 32 bytes."""

    @property
    def header(self) -> dict[str, str | int]:
        """What has to be remembered to find it again; nothing secret. `kind` says where it lives."""

    async def wrap(self, data_key: bytes, context: bytes) -> bytes: ...

    async def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Raises BrokenBoxError for what it did not wrap in this context, AIError where it cannot be asked."""


async def lock(kek: KeyEncryption, content: bytes, context: bytes) -> Box:
    data_key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    return Box(await kek.wrap(data_key, context), nonce, encrypt(data_key, nonce, content, context))


async def unlock(kek: KeyEncryption, box: Box, context: bytes) -> bytes:
    """Raises BrokenBoxError."""
    return decrypt(await kek.unwrap(box.wrapped, context), box.nonce, box.content, context)


async def rewrap(old: KeyEncryption, new: KeyEncryption, box: Box, context: bytes) -> Box:
    """The same box for another key-encryption key: its content is not touched."""
    data_key = await old.unwrap(box.wrapped, context)
    return Box(await new.wrap(data_key, context), box.nonce, box.content)


def encrypt(key: bytes, nonce: bytes, content: bytes, context: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # start-up does without

    return AESGCM(key).encrypt(nonce, content, context)


def decrypt(key: bytes, nonce: bytes, content: bytes, context: bytes) -> bytes:
    """Raises BrokenBoxError."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # see encrypt
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # see encrypt

    try:
        return AESGCM(key).decrypt(nonce, content, context)
    except (InvalidTag, ValueError):
        raise BrokenBoxError from None
