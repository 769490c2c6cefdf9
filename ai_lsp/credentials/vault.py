"""The vault: keys in one file, each locked for one provider at one origin of one person.

In: keys, and where key-encryption keys live. Out: keys, for exactly the place that they were stored for. What must never
happen: anything of a file that was changed, cut, mixed with another, written for somebody else or replaced by an older copy
is used; a process that is killed at any moment leaves a vault that does not open.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file
from ai_lsp.credentials.envelope import Box, BrokenBoxError, KeyEncryption, lock, rewrap, unlock
from ai_lsp.credentials.kek.source import KekSource
from ai_lsp.credentials.newest import Newest
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.credentials.vault_file import DamagedError, Head, Record, VaultText, context_of, parse

_NO_BOX = Box(b"", b"", b"")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A vault whose seal has been checked."""

    text: VaultText
    kek: KeyEncryption


class Vault:
    """Belongs to one event loop. `user` is whom it is for; `sources` maps kinds of key-encryption keys to their homes;
    `keyring` is asked how new the newest vault is where that one's key lives there.

    Every method raises AIError with one line for the person.
    """

    def __init__(
        self, path: Path, user: str, sources: Mapping[str, KekSource], keyring: OSKeyring | None = None
    ) -> None:
        self.path = path
        self._newest = Newest(path.with_name(f"{path.name}.newest"), keyring)
        self._user = user
        self._sources = sources
        self._changing = asyncio.Lock()

    async def records(self) -> tuple[Record, ...]:
        """What the file says that it holds: nothing is unlocked, so nothing of it is certain."""
        text = await self._read()
        return () if text is None else text.records

    async def kind(self) -> str | None:
        """Of key-encryption key that it is locked with. None: there is no vault."""
        text = await self._read()
        return None if text is None else str(text.head.kek.get("kind"))

    async def find(self, provider: str, origin: str) -> str | None:
        """The key for this provider at this origin."""
        text = await self._read()
        if text is None or text.record(provider, origin) is None:
            return None
        opened = await self._open(text)
        record = opened.text.record(provider, origin)
        assert record is not None
        return (await self._unlock(opened, record)).decode()

    async def put(self, provider: str, origin: str, key: str, stored: str, kind: str) -> None:
        """Keep a key, in place of an older one. `kind` of key-encryption key: what a new vault is locked with."""
        async with self._alone():
            text = await self._read()
            kek, records = await self._for_change(text, kind)
            record = Record(provider, origin, stored, _NO_BOX)
            record = replace(record, box=await self._lock(kek, record, key.encode()))
            await self._write(kek, [*_others(records, provider, origin), record], _number_of(text))

    async def remove(self, provider: str, origin: str) -> bool:
        """Whether there was one."""
        async with self._alone():
            text = await self._read()
            if text is None or text.record(provider, origin) is None:
                return False
            opened = await self._open(text)
            await self._write(opened.kek, _others(opened.text.records, provider, origin), _number_of(text))
        return True

    async def rotate(self) -> int:
        """Lock every key anew, with a new data key. How many there are."""
        async with self._alone():
            text = await self._read()
            if text is None:
                return 0
            opened = await self._open(text)
            records = [await self._again(opened, record) for record in opened.text.records]
            await self._write(opened.kek, records, _number_of(text))
        return len(records)

    async def rotate_master(self, kind: str) -> int:
        """Wrap every data key with a new key-encryption key of this kind. How many there are.

        Interrupted at any point, the vault opens with the old or the new one: calling it again goes on.
        """
        async with self._alone():
            text = await self._read()
            if text is None:
                return 0
            opened, old = await self._open(text), text.head.kek
            kek = await self._source(kind).make(old)
            records = [await self._rewrapped(opened, kek, record) for record in opened.text.records]
            await self._write(kek, records, _number_of(text))
            await self._source(str(old["kind"])).forget(old)
        return len(records)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """No other process, and no other task, changes the file meanwhile."""
        async with self._changing:
            guard = private_file.locked(self.path)
            await asyncio.to_thread(guard.__enter__)
            try:
                yield
            finally:
                await asyncio.to_thread(guard.__exit__, None, None, None)

    async def _read(self) -> VaultText | None:
        data = await asyncio.to_thread(_bytes, self.path)
        if data is None:
            return None
        try:
            text = parse(data)
        except DamagedError as error:
            raise self._damaged(str(error)) from None
        if text.head.user != self._user:
            raise ConfigurationError(f"the vault {self.path} was made for another user; each person has their own")
        return text

    async def _open(self, text: VaultText) -> _Opened:
        kek = await self._source(str(text.head.kek.get("kind"))).recall(text.head.kek)
        assert text.seal is not None
        try:
            await unlock(kek, text.seal, text.body)
        except BrokenBoxError:
            raise self._damaged("it is not as it was written") from None
        newest = await self._newest.number(kek.header)
        if text.head.number < newest:
            raise ConfigurationError(
                f"the vault {self.path} is an older copy, so it is not used: it is number {text.head.number}, and number"
                f" {newest} was written here; put that one back, or, if you want this one, remove"
                f" {self._newest.place(kek.header)}"
            )
        return _Opened(text, kek)

    async def _for_change(self, text: VaultText | None, kind: str) -> tuple[KeyEncryption, tuple[Record, ...]]:
        if text is None:
            return await self._source(kind).make(None), ()
        opened = await self._open(text)
        return opened.kek, opened.text.records

    async def _write(self, kek: KeyEncryption, records: list[Record], before: int) -> None:
        """`before` is the number of the vault in whose place it comes."""
        ordered = sorted(records, key=lambda one: (one.provider, one.origin))
        number = max(before, await self._newest.number(kek.header)) + 1
        text = VaultText(Head(self._user, kek.header, number), tuple(ordered))
        text = replace(text, seal=await lock(kek, b"", text.body))
        await asyncio.to_thread(private_file.replace, self.path, text.sealed)
        # afterwards: a process that ends between the two leaves a vault that is newer than is known, and that opens
        await self._newest.note(kek.header, number)

    async def _lock(self, kek: KeyEncryption, record: Record, key: bytes) -> Box:
        return await lock(kek, key, context_of(self._user, record))

    async def _unlock(self, opened: _Opened, record: Record) -> bytes:
        try:
            return await unlock(opened.kek, record.box, context_of(self._user, record))
        except BrokenBoxError:
            raise self._damaged(f"its key of {record.provider} does not open") from None

    async def _again(self, opened: _Opened, record: Record) -> Record:
        key = await self._unlock(opened, record)
        return replace(record, box=await self._lock(opened.kek, record, key))

    async def _rewrapped(self, opened: _Opened, kek: KeyEncryption, record: Record) -> Record:
        try:
            return replace(record, box=await rewrap(opened.kek, kek, record.box, context_of(self._user, record)))
        except BrokenBoxError:
            raise self._damaged(f"its key of {record.provider} does not open") from None

    def _source(self, kind: str) -> KekSource:
        try:
            return self._sources[kind]
        except KeyError:
            raise self._damaged(f"it names a way to lock it that is unknown here, {kind!r:.40}") from None

    def _damaged(self, what: str) -> ConfigurationError:
        return ConfigurationError(
            f"the vault {self.path} is not used: {what}; restore a copy of it, or delete it and store the keys again"
        )


def _bytes(path: Path) -> bytes | None:
    private_file.check_folder(path.parent)
    return private_file.read(path)


def _number_of(text: VaultText | None) -> int:
    return 0 if text is None else text.head.number


def _others(records: tuple[Record, ...], provider: str, origin: str) -> list[Record]:
    return [one for one in records if (one.provider, one.origin) != (provider, origin)]
