"""What `ai-lsp keys` changes: a key is stored or deleted, the vault is locked anew.

In: a key from a hidden prompt or a pipe. Out: a line that says where it went. What must never happen: a key is taken from
an argument, where the shell and every process of this machine could read it, or is shown.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from ai_lsp.cli.doors import Doors, House, KeyChanges
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import KeyChange
from ai_lsp.credentials.kek.passphrase import PassphraseNeededError

T = TypeVar("T")

SHORTEST_PASSPHRASE = 8
"""Characters, as NIST SP 800-63B wants them at least."""


def store(arguments: Namespace, doors: Doors) -> KeyChange:
    provider = arguments.provider

    async def origin_of(changes: KeyChanges) -> str:
        return changes.origin_of(provider)

    origin = _on_house(arguments, doors, origin_of)
    key = _key(f"key of {provider} for {origin} (not shown): ")
    return _on_house(arguments, doors, lambda changes: changes.set(provider, key, check=not arguments.no_check))


def delete(arguments: Namespace, doors: Doors) -> KeyChange:
    return _on_house(arguments, doors, lambda changes: changes.delete(arguments.provider, arguments.origin))


def passphrases(doors: Doors, config: Path | None, unlock: Callable[[House], Awaitable[None]]) -> dict[bool, str]:
    """What the person says, at a terminal, where `unlock` needs the vault's passphrase. Every other fault is left to the
    command itself, which meets it again.
    """
    said: dict[bool, str] = {}
    while _somebody_is_there():
        try:
            asyncio.run(_unlocked(doors, config, unlock, said))
        except PassphraseNeededError as needed:
            said[needed.new] = _passphrase(needed)
        except AIError as error:
            if said:
                raise CommandError(one_line(str(error))) from None
            break
        else:
            break
    return said


async def _unlocked(
    doors: Doors, config: Path | None, unlock: Callable[[House], Awaitable[None]], said: dict[bool, str]
) -> None:
    async with aclosing(doors.open_house([], config, None, None)) as house:
        house.key_changes().passphrases.update(said)
        await unlock(house)


def _somebody_is_there() -> bool:
    """Standard input may be a pipe, and somebody sits there all the same."""
    if sys.platform == "win32":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def rotate(arguments: Namespace, doors: Doors) -> str:
    """What was done, as a line."""
    if arguments.master:
        kind = _on_house(arguments, doors, lambda changes: changes.rotate_master())
        return _NO_VAULT if kind is None else f"the vault is locked with a new key, which lives here: {_HOMES[kind]}"
    number = _on_house(arguments, doors, lambda changes: changes.rotate())
    return f"{number} key{'' if number == 1 else 's'} in the vault locked anew" if number else _NO_VAULT


_NO_VAULT = "there is no vault, so nothing to rotate: the OS keyring locks what is in it by itself"
_HOMES = {
    "keyring": "the OS keyring",
    "passphrase": "your passphrase",
    "file": "the file that AI_LSP_MASTER_KEY_FILE names",
    "kms": "the key service",
}


def _on_house(arguments: Namespace, doors: Doors, do: Callable[[KeyChanges], Awaitable[T]]) -> T:
    """Do it, asking for the passphrase of the vault where that is wanted."""
    said: dict[bool, str] = {}
    while True:
        try:
            return asyncio.run(_once(arguments, doors, do, said))
        except PassphraseNeededError as needed:
            # outside of the event loop, so that Ctrl-C ends the prompt
            said[needed.new] = _passphrase(needed)
        except AIError as error:
            raise CommandError(one_line(str(error))) from None


async def _once(
    arguments: Namespace, doors: Doors, do: Callable[[KeyChanges], Awaitable[T]], said: dict[bool, str]
) -> T:
    async with aclosing(doors.open_house([], arguments.config, None, None)) as house:
        changes = house.key_changes()
        changes.passphrases.update(said)
        return await do(changes)


def _key(prompt: str) -> str:
    if sys.stdin is not None and not sys.stdin.isatty():
        return sys.stdin.read(65536).strip()
    return _hidden(prompt, "this terminal cannot hide what is typed; pipe the key into the command").strip()


def _passphrase(needed: PassphraseNeededError) -> str:
    if not needed.new:
        return _hidden("passphrase of the vault: ", str(needed))
    passphrase = _hidden("new passphrase for the vault: ", str(needed))
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise CommandError(f"a passphrase has {SHORTEST_PASSPHRASE} characters or more; nothing was changed")
    if _hidden("the same again: ", str(needed)) != passphrase:
        raise CommandError("the two are not the same; nothing was changed")
    return passphrase


def _hidden(prompt: str, otherwise: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except (getpass.GetPassWarning, EOFError, OSError):
        raise CommandError(otherwise) from None
