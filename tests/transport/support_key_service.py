"""A key service on this machine that really encrypts, as Google's does, and remembers what it saw."""

from __future__ import annotations

import asyncio
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.transport.loopback import Asked, whole

KEY = "projects/ada/locations/global/keyRings/editors/cryptoKeys/vault"


@dataclass
class KeyServer:
    """`answer` is for a `Loopback`. `plaintexts` are all that it was ever given to see."""

    versions: list[bytes] = field(default_factory=lambda: [os.urandom(32)])
    plaintexts: list[bytes] = field(default_factory=list)
    contexts: list[bytes] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refuses: tuple[str, str] | None = None
    """Status line and message of what it says to everything."""

    def rotate(self) -> None:
        """New data is encrypted with a new version; old data still opens."""
        self.versions.append(os.urandom(32))

    async def answer(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        self.tokens.add(asked.headers.get("authorization", ""))
        status, body = self._said(asked)
        await whole(body, status)(asked, out)

    def _said(self, asked: Asked) -> tuple[str, dict[str, Any]]:
        if self.refuses is not None:
            status, message = self.refuses
            return status, {"error": {"code": int(status[:3]), "message": message}}
        name, _, verb = asked.path.removeprefix("/v1/").partition(":")
        if name != KEY:
            return "404 Not Found", {"error": {"code": 404, "message": f"{name} was not found"}}
        context = b64decode(asked.json["additionalAuthenticatedData"])
        self.contexts.append(context)
        return self._encrypt(asked.json, context) if verb == "encrypt" else self._decrypt(asked.json, context)

    def _encrypt(self, body: dict[str, str], context: bytes) -> tuple[str, dict[str, Any]]:
        plaintext, nonce, version = b64decode(body["plaintext"]), os.urandom(12), len(self.versions) - 1
        self.plaintexts.append(plaintext)
        boxed = AESGCM(self.versions[version]).encrypt(nonce, plaintext, context)
        ciphertext = b64encode(bytes([version]) + nonce + boxed).decode()
        return "200 OK", {"name": f"{KEY}/cryptoKeyVersions/{version + 1}", "ciphertext": ciphertext}

    def _decrypt(self, body: dict[str, str], context: bytes) -> tuple[str, dict[str, Any]]:
        data = b64decode(body["ciphertext"])
        try:
            plaintext = AESGCM(self.versions[data[0]]).decrypt(data[1:13], data[13:], context)
        except (InvalidTag, IndexError, ValueError):
            return "400 Bad Request", {
                "error": {"code": 400, "message": "Decryption failed: the ciphertext is invalid."}
            }
        return "200 OK", {"plaintext": b64encode(plaintext).decode()}
