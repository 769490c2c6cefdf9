"""Kills a rotation before every single step that changes something, and tells what is found afterwards.

`python -m tests.credentials.support_killing FOLDER CHANGE KIND` prints a JSON list: for each step, the name of the step
that was never made, and whether the vault that was left is the "old" or the "new" one. Its own process, because a child
that is forked and killed does not belong into a test run.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keyring.backend import KeyringBackend
from keyring.compat import properties

from ai_lsp.credentials.kek import passphrase as passphrase_kek
from ai_lsp.credentials.kek.file import FileKeks
from ai_lsp.credentials.kek.keyring import KeyringKeks
from ai_lsp.credentials.kek.passphrase import PassphraseKeks
from ai_lsp.credentials.kek.source import KekSource
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.credentials.vault import Vault

KEYS = {"openai": "sk-canary", "work": "sk-work"}
ORIGIN = "https://api.example.com"
STEPS = ("open", "fchmod", "fsync", "replace", "unlink")
step: Callable[[str], None] = lambda name: None  # noqa: E731  # replaced in a child


class OnDisk(KeyringBackend):
    """A keyring that outlives its processes, in the file that the variable names."""

    @properties.classproperty
    def priority(self) -> float:
        return 5

    @property
    def _file(self) -> Path:
        return Path(os.environ["SUPPORT_KEYRING"])

    def _held(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text())) if self._file.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._held().get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        step("keyring set")
        self._file.write_text(json.dumps(self._held() | {username: password}))

    def delete_password(self, service: str, username: str) -> None:
        step("keyring delete")
        held = self._held()
        held.pop(username, None)
        self._file.write_text(json.dumps(held))


def vault_in(folder: Path) -> Vault:
    os.environ["SUPPORT_KEYRING"] = str(folder / "keyring.json")
    keyring = OSKeyring([("tests.credentials.support_killing", "OnDisk")], patience=10)
    sources: dict[str, KekSource] = {
        "file": FileKeks(folder / "master"),
        "keyring": KeyringKeks(keyring),
        "passphrase": PassphraseKeks(lambda _: "correct horse"),
    }
    return Vault(folder / "keys" / "vault", "ada", sources, keyring)


async def fill(folder: Path, kind: str) -> None:
    for name, key in KEYS.items():
        await vault_in(folder).put(name, ORIGIN, key, "2026-11-21T12:00:00Z", kind)


async def change(folder: Path, what: str, kind: str) -> None:
    vault = vault_in(folder)
    if what == "rotate":
        await vault.rotate()
    elif what == "rotate-master":
        await vault.rotate_master(kind)
    else:
        await vault.put("third", ORIGIN, "sk-third", "2026-11-21T12:00:00Z", kind)


async def keys(folder: Path) -> dict[str, str | None]:
    vault = vault_in(folder)
    return {one.provider: await vault.find(one.provider, ORIGIN) for one in await vault.records()}


def killed_before(number: int, folder: Path, what: str, kind: str) -> str | None:
    """The step that was not made; None: the change came to its end before."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _die_before(number, writer)
        asyncio.run(change(folder, what, kind))
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        name = told.read()
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return name
    assert os.WEXITSTATUS(status) == 0
    return None


def _die_before(number: int, writer: int) -> None:
    global step  # noqa: PLW0603  # of a child that is about to die
    made = 0

    def count(name: str) -> None:
        nonlocal made
        made += 1
        if made == number:
            os.write(writer, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            count(name)
            return real(*args, **kwargs)

        return call

    step = count
    sys.modules["tests.credentials.support_killing"].step = count  # type: ignore[attr-defined]  # when run as __main__
    for name in STEPS:
        setattr(os, name, counted(name))


def main(root: Path, what: str, kind: str) -> list[tuple[str, str]]:
    # the weakest that is allowed: it is derived some sixty times here
    passphrase_kek._ARGON2 = {"kdf": "argon2id", "memory": 19456, "passes": 2, "lanes": 1}
    asyncio.run(fill(root / "start", kind))
    before = (root / "start/keys/vault").read_bytes()
    seen: list[tuple[str, str]] = []
    number = 0
    while True:
        number += 1
        folder = root / str(number)
        shutil.copytree(root / "start", folder)
        name = killed_before(number, folder, what, kind)
        if name is None:
            return seen
        left = (folder / "keys/vault").read_bytes()
        found = asyncio.run(keys(folder))
        assert found in (KEYS, KEYS | {"third": "sk-third"}), (number, name, found)
        seen.append((name, "old" if left == before else "new"))
        # it goes on where it was stopped, and leaves nothing behind
        asyncio.run(change(folder, what, kind))
        assert asyncio.run(keys(folder)) == (KEYS | {"third": "sk-third"} if what == "put" else KEYS)
        files = {one.name for one in (folder / "keys").iterdir()}
        assert files == ({"vault", "vault.lock"} if kind == "keyring" else {"vault", "vault.lock", "vault.newest"})


if __name__ == "__main__":
    import tests.credentials.support_killing as support

    sys.stdout.write(json.dumps(support.main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])))
