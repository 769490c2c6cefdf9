"""How new the newest vault is, remembered away from it: an older copy in its place is noticed.

In: the number that a vault was written with, which grows. Out: the newest that is known of. Where the vault's key lives in
the OS keyring the number does too, out of reach for whoever can only write files. Elsewhere it is in a file beside the
vault: that notices a copy which a backup or a synchronised folder has put back, and not somebody who turns back both.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file
from ai_lsp.credentials.kek.source import Header
from ai_lsp.credentials.os_keyring import OSKeyring


class Newest:
    """`path` is the file for where there is no keyring to remember it. What it holds is read and written in threads.

    Raises AIError where the number cannot be had.
    """

    def __init__(self, path: Path, keyring: OSKeyring | None = None) -> None:
        self.path = path
        self._keyring = keyring

    async def number(self, kek: Header) -> int:
        """0: nothing is known of this vault."""
        if self._keyring is not None and kek.get("kind") == "keyring":
            return _number(await self._keyring.read(_entry(kek)), self.place(kek))
        return await asyncio.to_thread(self._on_disk)

    async def note(self, kek: Header, number: int) -> None:
        if self._keyring is not None and kek.get("kind") == "keyring":
            await self._keyring.write(_entry(kek), str(number))
        else:
            await asyncio.to_thread(private_file.replace, self.path, f"{number}\n".encode())

    def _on_disk(self) -> int:
        data = private_file.read(self.path)
        return _number(None if data is None else data.decode(errors="replace"), str(self.path))

    def place(self, kek: Header) -> str:
        """Where it is remembered, for the person."""
        in_keyring = self._keyring is not None and kek.get("kind") == "keyring"
        return f"the entry {_entry(kek)!r} of ai-lsp in the OS keyring" if in_keyring else str(self.path)


def _entry(kek: Header) -> str:
    return f"vault {kek.get('name')} number"


def _number(text: str | None, place: str) -> int:
    if text is None:
        return 0
    if not text.strip().isascii() or not text.strip().isdigit():
        raise ConfigurationError(f"{place} does not hold the number of the newest vault any more; remove it")
    return int(text)
