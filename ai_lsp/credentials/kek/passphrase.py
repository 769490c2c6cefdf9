"""A key-encryption key that is derived from words in the person's head.

By Argon2id with the second recommendation of RFC 9106 (64 MiB, three passes, four lanes), or by scrypt with N = 2^17,
r = 8, p = 1 where the system's OpenSSL is too old for it. The parameters stand in the vault, and are believed only
within bounds: a forged vault can neither weaken the derivation nor eat the machine's memory.
"""

from __future__ import annotations

import asyncio
import os
import re
from base64 import b64decode
from collections.abc import Callable

from ai_lsp.core.errors import AuthenticationError, ConfigurationError
from ai_lsp.credentials.envelope import KEY_BYTES
from ai_lsp.credentials.kek.local import LocalKey, recalled
from ai_lsp.credentials.kek.source import Header
from ai_lsp.credentials.vault_file import text_of

VARIABLE = "AI_LSP_VAULT_PASSPHRASE"
SALT_BYTES = 16
_SALT = re.compile(r"[A-Za-z0-9+/]{22}==")
_ARGON2: Header = {"kdf": "argon2id", "memory": 65536, "passes": 3, "lanes": 4}
_SCRYPT: Header = {"kdf": "scrypt", "n": 2**17, "r": 8, "p": 1}
_BOUNDS = {
    "argon2id": {"memory": (19456, 2**20), "passes": (2, 10), "lanes": (1, 16)},
    "scrypt": {"n": (2**15, 2**20), "r": (8, 8), "p": (1, 4)},
}
"""What is believed of a vault, smallest and largest. `memory` is in KiB; the smallest are those that OWASP still allows."""

Known = Callable[[bool], str | None]
"""The passphrase, as far as somebody has said it; True: a new one."""


class PassphraseNeededError(AuthenticationError):
    """Somebody has to say the passphrase, or with `new` choose one."""

    def __init__(self, *, new: bool) -> None:
        super().__init__(f"the vault needs its passphrase; set {VARIABLE}")
        self.new = new


class PassphraseKeks:
    """A `KekSource`. Deriving takes a few tenths of a second, in a thread, once for each vault that is opened.

    Raises PassphraseNeededError where nobody has said the passphrase.
    """

    def __init__(self, known: Known) -> None:
        self._said = known
        self._known: LocalKey | None = None

    async def make(self, instead_of: Header | None) -> LocalKey:
        return await asyncio.to_thread(_new, self._passphrase(new=True))

    async def recall(self, header: Header) -> LocalKey:
        if self._known is None or self._known.header != header:
            _check(header)
            key = await asyncio.to_thread(_derive, self._passphrase(new=False), header)
            self._known = recalled(key, header, "the passphrase does not open the vault; try again")
        return self._known

    async def forget(self, header: Header) -> None:
        """There is nothing to forget but for the person."""

    def _passphrase(self, *, new: bool) -> str:
        passphrase = self._said(new)
        if not passphrase:
            raise PassphraseNeededError(new=new)
        return passphrase


def _new(passphrase: str) -> LocalKey:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  # start-up does without

    header: Header = {"kind": "passphrase", "salt": text_of(os.urandom(SALT_BYTES)), **_ARGON2}
    try:
        return LocalKey(_derive(passphrase, header), header)
    except UnsupportedAlgorithm:
        header = {"kind": "passphrase", "salt": header["salt"], **_SCRYPT}
        return LocalKey(_derive(passphrase, header), header)


def _derive(passphrase: str, header: Header) -> bytes:
    salt, secret = b64decode(str(header["salt"])), passphrase.encode()
    if header["kdf"] == "scrypt":
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415  # start-up does without

        n, r, p = (int(header[name]) for name in ("n", "r", "p"))
        return Scrypt(salt=salt, length=KEY_BYTES, n=n, r=r, p=p).derive(secret)
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415  # start-up does without

    memory, passes, lanes = (int(header[name]) for name in ("memory", "passes", "lanes"))
    derivation = Argon2id(salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory)
    return derivation.derive(secret)


def _check(header: Header) -> None:
    bounds = _BOUNDS.get(str(header.get("kdf")))
    values = {} if bounds is None else {name: header.get(name) for name in bounds}
    salt = header.get("salt")
    salted = isinstance(salt, str) and _SALT.fullmatch(salt)
    if (bounds is None or not salted) or not all(
        isinstance(value, int) and bounds[name][0] <= value <= bounds[name][1] for name, value in values.items()
    ):
        raise ConfigurationError("the vault names a way to derive its key that is not used here; it was changed")
