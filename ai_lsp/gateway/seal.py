"""Seals what is kept on a server that others operate.

In: names and answers. Out: names and bytes that tell nothing to whoever has not the team's key. What must never happen:
the key, a prompt or an answer reaches the server; an entry that was changed, cut or moved to another name is believed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MINIMUM = 16
"""Bytes that a team's key has to have at least."""
_NONCE = 12


class Seal:
    """AES-256-GCM with the entry's name as additional data, and HMAC-SHA-256 names, from one key of the team."""

    def __init__(self, key: bytes) -> None:
        if len(key) < MINIMUM:
            raise ValueError(f"the key of a shared cache needs at least {MINIMUM} bytes")
        self._naming = _derived(key, b"ai-lsp names 1")
        self._sealing = _derived(key, b"ai-lsp entries 1")
        self._made: AESGCM | None = None

    def name(self, purpose: str, key: bytes) -> str:
        """The name under which the server knows something."""
        return f"ai-lsp:{purpose}:{hmac.digest(self._naming, purpose.encode() + b':' + key, 'sha256').hex()}"

    def close(self, name: str, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher().encrypt(nonce, content, name.encode())

    def open(self, name: str, sealed: bytes) -> bytes | None:
        """The content, or None where it is not what this team put under this name."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # comes with the cipher

        try:
            return self._cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            return None

    def _cipher(self) -> AESGCM:
        if self._made is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # 13 ms for few

            self._made = AESGCM(self._sealing)
        return self._made


def _derived(key: bytes, purpose: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) with one block, so that names and entries have unrelated keys."""
    extracted = hmac.digest(hashlib.sha256().digest(), key, "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")
