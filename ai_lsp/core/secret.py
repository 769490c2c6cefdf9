"""A key that cannot be shown by accident, bound to the one origin that it may be sent to.

In: the characters of a key and the origin that it is stored for. Out: only through `reveal_for`, which `transport/` alone
calls. What must never happen: a key in a log line, a traceback, a pickle, a copy or a JSON document.
"""

from __future__ import annotations

from typing import NoReturn, Protocol

MASK = "<secret>"


class WrongOriginError(Exception):
    """A key was asked for on behalf of an origin that it is not stored for."""


class Secret:
    """A key for one origin, such as `https://api.example.com` (scheme, host and, where unusual, port)."""

    __slots__ = ("__value", "origin")

    def __init__(self, value: str, origin: str) -> None:
        self.__value = value
        self.origin = origin

    def reveal_for(self, origin: str) -> str:
        """The key itself. Raises WrongOriginError for any other origin than the one it is stored for."""
        if origin != self.origin:
            raise WrongOriginError(f"this key is stored for {self.origin} and is not sent to {origin}")
        return self.__value

    def redact(self, text: str) -> str:
        """`text` with every occurrence of the key masked: services echo keys in their error texts."""
        return text.replace(self.__value, MASK) if self.__value else text

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")

    def __copy__(self) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


class SecretLookup(Protocol):
    """Where keys come from: `credentials/` has the real one."""

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        """The key for the provider of this name and kind at this origin, or None where none is stored for it."""


class NoSecrets:
    """The lookup of somebody who has no keys."""

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return None
