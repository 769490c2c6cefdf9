"""The keyring of the operating system: macOS Keychain, Windows Credential Manager, Secret Service, KWallet.

In: names and texts. Out: texts, or an AuthenticationError with a sentence for the person. What must never happen: a
keyring that is locked, asks its owner, or hangs keeps the event loop or the end of the process waiting; a key goes to a
back end that is not the system's own. `keyring` would let a variable, a file or an installed package choose one that
writes plain text or reads our standard input, so its choice is never asked: the back ends here are loaded by name.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from ai_lsp.core.errors import AuthenticationError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "ai-lsp"
"""Under this name the system's own programs show our entries."""
PATIENCE = 3.0
"""Seconds that a request waits for the keyring."""
LONG_PATIENCE = 60.0
"""Seconds for what the person has just asked for: the system may want to hear their password first."""

ALLOWED: Sequence[tuple[str, str]] = {
    "darwin": [("keyring.backends.macOS", "Keyring")],
    "win32": [("keyring.backends.Windows", "WinVaultKeyring")],
}.get(
    sys.platform,
    [
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.libsecret", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
    ],
)
"""Module and class of each back end that may be used here, the best first."""


class NoKeyringError(AuthenticationError):
    """This machine, or this session of it, has no keyring that may be used."""


class OSKeyring:
    """Belongs to one event loop. Asks one question at a time, each in a thread that nobody has to wait for."""

    def __init__(self, allowed: Sequence[tuple[str, str]] = ALLOWED, patience: float = PATIENCE) -> None:
        self._allowed = allowed
        self._patience = patience
        self._turn = asyncio.Lock()
        self._silent: threading.Thread | None = None

    async def usable(self) -> bool:
        try:
            await self._ask(lambda _: None, self._patience)
        except AuthenticationError:
            return False
        return True

    async def read(self, name: str) -> str | None:
        """None: there is no such entry."""
        return await self._ask(lambda keyring: keyring.get_password(SERVICE, name), self._patience)

    async def write(self, name: str, text: str) -> None:
        await self._ask(lambda keyring: keyring.set_password(SERVICE, name, text), LONG_PATIENCE)

    async def remove(self, name: str) -> bool:
        """Whether there was such an entry."""
        return await self._ask(lambda keyring: _remove(keyring, name), LONG_PATIENCE)

    async def _ask(self, question: Callable[[KeyringBackend], T], patience: float) -> T:
        async with self._turn:
            if self._silent is not None and self._silent.is_alive():
                raise _silence(0)
            answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            thread = threading.Thread(
                target=_answer, args=(lambda: question(_open(self._allowed)), answer), name="keyring", daemon=True
            )
            thread.start()
            try:
                return await asyncio.wait_for(answer, patience)
            except TimeoutError:
                self._silent = thread
                raise _silence(patience) from None


def _answer(question: Callable[[], T], answer: asyncio.Future[T]) -> None:
    def tell(value: T | None, error: AuthenticationError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(value)  # type: ignore[arg-type]  # None only where T has it

    value, error = None, None
    try:
        value = question()
    except AuthenticationError as refused:
        error = refused
    except Exception as failed:  # noqa: BLE001  # back ends let through whatever their system raises
        error = _refusal(failed)
    with suppress(RuntimeError):  # the loop has ended: nobody wants to know any more
        answer.get_loop().call_soon_threadsafe(tell, value, error)


def _open(allowed: Sequence[tuple[str, str]]) -> KeyringBackend:
    for module, name in allowed:
        try:
            backend: type[KeyringBackend] = getattr(import_module(module), name)
            backend.priority  # noqa: B018  # keyring's way to find out: it raises where the system has no such service
            return backend()
        except Exception:  # noqa: BLE001, S112  # see above; what cannot be opened is not there
            continue
    raise NoKeyringError("this session has no keyring of the operating system")


def _remove(keyring: KeyringBackend, name: str) -> bool:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415  # 40 ms that start-up does without

    try:
        keyring.delete_password(SERVICE, name)
    except PasswordDeleteError:
        return False
    return True


def _refusal(error: Exception) -> AuthenticationError:
    """In our own words: a back end's text may quote what it was given."""
    kind = type(error).__name__
    if kind == "KeyringLocked":
        return AuthenticationError("the OS keyring is locked; unlock it and try again")
    return AuthenticationError(f"the OS keyring refused ({kind}); look whether it is unlocked and allows ai-lsp")


def _silence(waited: float) -> AuthenticationError:
    still = f"did not answer within {waited:g} s" if waited else "still does not answer"
    return AuthenticationError(f"the OS keyring {still}; it may be waiting for you to unlock it")
