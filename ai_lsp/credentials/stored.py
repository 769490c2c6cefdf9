"""Keys that the person has stored: in the OS keyring where there is one, else in the vault.

In: a key, the provider and the origin that it is for. Out: that key, for that origin. What must never happen: a key is
written down in plain text; the keyring is asked, and perhaps its owner, for a key that is not there.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError, AuthenticationError
from ai_lsp.credentials.keyring_index import Entry, KeyringIndex
from ai_lsp.credentials.os_keyring import NoKeyringError, OSKeyring
from ai_lsp.credentials.vault import Vault

IN_KEYRING = "OS keyring"
IN_VAULT = "vault"

Store = Literal["auto", "keyring", "vault"]
Kek = Literal["auto", "keyring", "passphrase", "file", "kms"]


class KeyAudit(Protocol):
    """Is told of every change of the keys: `what` was done, never a key. May do I/O."""

    def changed(self, what: str, provider: str, origin: str) -> None: ...


class NoAudit:
    def changed(self, what: str, provider: str, origin: str) -> None:
        """Nobody keeps a record."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """Where a key lies and since when (UTC, ISO 8601); never the key."""

    provider: str
    origin: str
    place: str
    stored: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person has set: `store` of keys, and `kek`, what locks a vault. `auto` takes the best that is there."""

    store: Store = "auto"
    kek: Kek = "auto"
    master_key_file: bool = False
    kms: bool = False


class StoredKeys:
    """Belongs to one event loop. Every method raises AIError with one line for the person."""

    def __init__(
        self, keyring: OSKeyring, index: KeyringIndex, vault: Vault, clock: Clock, audit: KeyAudit | None = None
    ) -> None:
        self.wishes = Wishes()
        self.audit: KeyAudit = audit or NoAudit()
        self._keyring = keyring
        self._index = index
        self._vault = vault
        self._clock = clock

    async def stamp(self) -> object:
        """Another one after every change of what is stored, by whichever process."""
        return await asyncio.to_thread(_stamp, self._index.path, self._vault.path)

    async def find(self, provider: str, origin: str) -> str | None:
        """The key for this provider at this origin."""
        trouble: AIError | None = None
        if await asyncio.to_thread(self._index.holds, provider, origin):
            try:
                key = _key_for(origin, await self._keyring.read(_entry(provider, origin)))
            except AuthenticationError as error:
                trouble = error
            else:
                if key is not None:
                    return key
                trouble = AuthenticationError("it is no longer in the OS keyring")
        key = await self._vault.find(provider, origin)
        if key is None and trouble is not None:
            raise AuthenticationError(f"the key of {provider} for {origin} cannot be had: {trouble}", provider=provider)
        return key

    async def where(self, provider: str, origin: str) -> StoredKey | None:
        """Where it lies, without taking it out."""
        found = await self.all()
        return next((one for one in found if (one.provider, one.origin) == (provider, origin)), None)

    async def all(self) -> list[StoredKey]:
        """What is stored, in the order in which it is looked for."""
        entries = await asyncio.to_thread(self._index.entries)
        records = await self._vault.records()
        return [
            *(StoredKey(one.provider, one.origin, IN_KEYRING, one.stored) for one in entries),
            *(StoredKey(one.provider, one.origin, IN_VAULT, one.stored) for one in records),
        ]

    async def put(self, provider: str, origin: str, key: str) -> str:
        """Store a key, in place of any older one. Where."""
        stored = self._now()
        if await self._in_keyring():
            try:
                await self._keyring.write(_entry(provider, origin), json.dumps({"origin": origin, "key": key}))
            except NoKeyringError as error:
                raise AuthenticationError(f'{error}; start one, or set `store = "vault"` in [keys]') from None
            await asyncio.to_thread(self._index.add, Entry(provider, origin, stored))
            await self._vault.remove(provider, origin)
            place = IN_KEYRING
        else:
            await self._vault.put(provider, origin, key, stored, await self._kind())
            await self._drop_from_keyring(provider, origin)
            place = IN_VAULT
        await self.changed(f"set in the {place}", provider, origin)
        return place

    async def remove(self, provider: str, origin: str) -> list[str]:
        """Forget a key. The places that it was in."""
        places = []
        if await self._drop_from_keyring(provider, origin):
            places.append(IN_KEYRING)
        if await self._vault.remove(provider, origin):
            places.append(IN_VAULT)
        if places:
            await self.changed(f"deleted from the {' and the '.join(places)}", provider, origin)
        return places

    async def rotate(self) -> int:
        """Lock what is in the vault with new data keys. How many keys that are."""
        number = await self._vault.rotate()
        if number:
            await self.changed("rotated: new data keys in the vault", "*", "")
        return number

    async def rotate_master(self) -> str | None:
        """Lock the vault with a new key-encryption key: of the kind that is set, else of the same. None: no vault."""
        before = await self._vault.kind()
        if before is None:
            return None
        kind = before if self.wishes.kek == "auto" else self.wishes.kek
        await self._vault.rotate_master(kind)
        await self.changed(f"rotated: new key-encryption key of the vault ({kind})", "*", "")
        return kind

    async def changed(self, what: str, provider: str, origin: str) -> None:
        """Have it written down. `what` was done to a key, as a verb. Raises ConfigurationError."""
        await asyncio.to_thread(self.audit.changed, what, provider, origin)

    async def _in_keyring(self) -> bool:
        if self.wishes.store == "auto":
            return await self._keyring.usable()
        return self.wishes.store == "keyring"

    async def _kind(self) -> str:
        """What a new vault is locked with."""
        if self.wishes.kek != "auto":
            return self.wishes.kek
        if self.wishes.master_key_file:
            return "file"
        if self.wishes.kms:
            return "kms"
        return "keyring" if await self._keyring.usable() else "passphrase"

    async def _drop_from_keyring(self, provider: str, origin: str) -> bool:
        if not await asyncio.to_thread(self._index.holds, provider, origin):
            return False
        try:
            await self._keyring.remove(_entry(provider, origin))
        except NoKeyringError as error:
            raise AuthenticationError(f"{error}, so the key in it cannot be deleted from here") from None
        await asyncio.to_thread(self._index.drop, provider, origin)
        return True

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entry(provider: str, origin: str) -> str:
    return f"{provider} {origin}"


def _key_for(origin: str, text: str | None) -> str | None:
    """The key in an entry of the keyring, if it is for this origin."""
    try:
        entry = json.loads(text or "null")
    except ValueError:
        return None
    if not isinstance(entry, dict) or entry.get("origin") != origin or not isinstance(entry.get("key"), str):
        return None
    return str(entry["key"])


def _stamp(*paths: Path) -> object:
    return tuple(map(_stamp_of, paths))


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
