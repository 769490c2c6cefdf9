"""The text of a vault: a head, one line for each key, and a seal over all of it.

In: bytes of a file, or what is to be written. Out: `VaultText`, or the bytes. Each line is JSON in its one canonical
form, so that there is a single way to write a vault down: the slightest other spelling is refused before any key is
used. Nothing here is secret, and nothing here is believed before the seal has been checked (`vault.py`).

    {"format":"ai-lsp vault","kek":{"kind":"keyring",…},"number":7,"user":"ada","version":2}
    {"content":"…","nonce":"…","origin":"https://api.openai.com","provider":"openai","stored":"2026-…","wrapped":"…"}
    {"content":"…","nonce":"…","wrapped":"…"}
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from ai_lsp.credentials.envelope import NONCE_BYTES, Box

FORMAT = "ai-lsp vault"
VERSION = 2


class DamagedError(Exception):
    """It is no vault, or no longer one. `str(error)` says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Head:
    """`user` is the person that the vault belongs to; `kek` tells where its key-encryption key is found; `number` grows each
    time that the vault is written.
    """

    user: str
    kek: Mapping[str, str | int]
    number: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One key. `stored` is a UTC date in ISO 8601."""

    provider: str
    origin: str
    stored: str
    box: Box


@dataclass(frozen=True, slots=True)
class VaultText:
    head: Head
    records: tuple[Record, ...]
    seal: Box | None = None

    def record(self, provider: str, origin: str) -> Record | None:
        return next((one for one in self.records if (one.provider, one.origin) == (provider, origin)), None)

    @property
    def body(self) -> bytes:
        """All that the seal vouches for."""
        return b"".join([_line(_head_values(self.head)), *(_line(_record_values(one)) for one in self.records)])

    @property
    def sealed(self) -> bytes:
        """The whole file."""
        assert self.seal is not None
        return self.body + _line(_box_values(self.seal))


def context_of(user: str, record: Record) -> bytes:
    """What a key is bound to beside its place in the file."""
    return _line({"is": [FORMAT, VERSION, user, record.provider, record.origin, record.stored]})


def parse(data: bytes) -> VaultText:
    """Raises DamagedError."""
    lines = data.split(b"\n")
    if len(lines) < 3 or lines[-1]:
        raise DamagedError("its end is missing")
    head, *records, seal = map(_values, lines[:-1])
    if head.get("format") != FORMAT:
        raise DamagedError("it does not begin as a vault does")
    if head.get("version") != VERSION:
        raise DamagedError(f"its version {head.get('version')!r} is not known here; a newer ai-lsp may have written it")
    try:
        return VaultText(_head(head), tuple(map(_record, records)), _box(seal, set()))
    except (KeyError, TypeError, ValueError):
        raise DamagedError("a line of it is not what it should be") from None


def _values(line: bytes) -> dict[str, object]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or _line(values) != line + b"\n":
        raise DamagedError("a line of it is not what it should be")
    return values


def _line(values: Mapping[str, object]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _head(values: dict[str, object]) -> Head:
    kek = values["kek"]
    number = values["number"]
    if set(values) != {"format", "version", "user", "kek", "number"} or not isinstance(kek, dict):
        raise ValueError
    if type(number) is not int or number < 1:
        raise ValueError
    return Head(_text(values["user"]), kek, number)


def _head_values(head: Head) -> dict[str, object]:
    return {"format": FORMAT, "version": VERSION, "user": head.user, "kek": dict(head.kek), "number": head.number}


def _record(values: dict[str, object]) -> Record:
    named = {"provider", "origin", "stored"}
    provider, origin, stored = (_text(values[name]) for name in ("provider", "origin", "stored"))
    return Record(provider, origin, stored, _box(values, named))


def _record_values(record: Record) -> dict[str, object]:
    named = {"provider": record.provider, "origin": record.origin, "stored": record.stored}
    return named | _box_values(record.box)


def _box(values: dict[str, object], beside: set[str]) -> Box:
    if set(values) != {"wrapped", "nonce", "content"} | beside:
        raise ValueError
    box = Box(_bytes(values["wrapped"]), _bytes(values["nonce"]), _bytes(values["content"]))
    if len(box.nonce) != NONCE_BYTES:
        raise ValueError
    return box


def _box_values(box: Box) -> dict[str, object]:
    return {"wrapped": text_of(box.wrapped), "nonce": text_of(box.nonce), "content": text_of(box.content)}


def text_of(data: bytes) -> str:
    return b64encode(data).decode()


def _bytes(text: object) -> bytes:
    data = b64decode(_text(text), validate=True)
    if text_of(data) != text:  # base64 has several spellings for one end
        raise ValueError
    return data


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
