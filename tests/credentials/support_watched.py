"""The back end of the real Secret Service, which says when it is asked and answers only when the test has seen that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

from keyring.backends import SecretService

WATCHED = (__name__, "Watched")
LONGEST = 5.0
"""Seconds that an answer is held back: a loop that waits for the keyring gets it then, and the test sees the order."""


class Watched(SecretService.Keyring):
    """`asked` is called on the keyring's thread. `seen` has to be set before anything is answered."""

    asked: ClassVar[Callable[[], object]]
    seen: ClassVar[threading.Event]
    order: ClassVar[list[str]]

    def get_password(self, service: str, username: str) -> str | None:
        type(self).asked()
        try:
            found: str | None = super().get_password(service, username)  # type: ignore[no-untyped-call]  # keyring has no types here
        finally:
            self.seen.wait(LONGEST)
            self.order.append("the keyring answers")
        return found
