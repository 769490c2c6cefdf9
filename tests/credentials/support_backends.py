"""Back ends as the `keyring` package knows them, without a system behind them."""

from __future__ import annotations

import threading
from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked, PasswordDeleteError

HERE = "tests.credentials.support_backends"


class Memory(KeyringBackend):
    """Holds what it is told in `held`, as every other one made of it."""

    held: ClassVar[dict[tuple[str, str], str]] = {}
    asked: ClassVar[list[str]] = []

    @properties.classproperty
    def priority(self) -> float:
        return 5

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append(username)
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.held.pop((service, username), None) is None:
            raise PasswordDeleteError("no such password")


class Locked(Memory):
    """Its owner does not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("sk-canary is what a careless back end would quote")


class Hanging(Memory):
    """Waits for its owner until `answered` is set."""

    answered: ClassVar[threading.Event] = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait()
        return super().get_password(service, username)


class Absent(Memory):
    """The system has no such service."""

    @properties.classproperty
    def priority(self) -> float:
        raise RuntimeError("no service")


MEMORY, LOCKED, HANGING, ABSENT = ((HERE, name) for name in ("Memory", "Locked", "Hanging", "Absent"))
