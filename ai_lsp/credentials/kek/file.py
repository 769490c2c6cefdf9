"""Key-encryption keys in a file that the person names (AI_LSP_MASTER_KEY_FILE): 64 hexadecimal digits in a line.

The first line is the key in force. Older ones stand below it until nothing needs them, so that a rotation which is
interrupted leaves both. A file that we may not write, such as a mounted secret, is rotated by whoever writes it: a new
first line above the old one, then `ai-lsp keys rotate --master`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file
from ai_lsp.credentials.kek.local import LocalKey, fingerprint, key_of, new_key
from ai_lsp.credentials.kek.source import Header

VARIABLE = "AI_LSP_MASTER_KEY_FILE"
_HEADER: Header = {"kind": "file"}


class FileKeks:
    """A `KekSource`. `path` is None where the person has named no file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    async def make(self, instead_of: Header | None) -> LocalKey:
        return LocalKey(await asyncio.to_thread(self._make, instead_of), _HEADER)

    async def recall(self, header: Header) -> LocalKey:
        for key in await asyncio.to_thread(self._keys):
            if fingerprint(key) == header.get("id"):
                return LocalKey(key, _HEADER)
        raise ConfigurationError(
            f"{self._named()} does not hold the key that the vault was locked with; put that key back as a line of it"
        )

    async def forget(self, header: Header) -> None:
        # where the file is not ours to write, its owner takes the old line out
        with suppress(ConfigurationError):
            await asyncio.to_thread(self._forget, header)

    def _make(self, instead_of: Header | None) -> bytes:
        keys = self._keys()
        if keys and (instead_of is None or fingerprint(keys[0]) != instead_of.get("id")):
            return keys[0]
        key = new_key()
        self._write([key, *keys])
        return key

    def _forget(self, header: Header) -> None:
        """Those below it are older still."""
        keys = self._keys()
        ids = [fingerprint(key) for key in keys]
        if header.get("id") in ids[1:]:
            self._write(keys[: ids.index(str(header["id"]))])

    def _keys(self) -> list[bytes]:
        data = private_file.read(self._named())
        try:
            return [key_of(line) for line in (data or b"").decode().split()]
        except ValueError:
            raise ConfigurationError(
                f"{self._path} has a line that is not a key; each is 64 hexadecimal digits (`openssl rand -hex 32`)"
            ) from None

    def _write(self, keys: list[bytes]) -> None:
        private_file.replace(self._named(), "".join(f"{key.hex()}\n" for key in keys).encode())

    def _named(self) -> Path:
        if self._path is None:
            raise ConfigurationError(f"the vault is locked with a key file; name that file in {VARIABLE}")
        return self._path
