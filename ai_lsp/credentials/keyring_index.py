"""Which keys lie in the OS keyring: keyrings cannot be asked for a list, and most people keep nothing of ours there.

A list without secrets, in a file of the person's. It decides whether the keyring is asked at all; what the keyring then
gives says itself which origin it is for, so nothing is gained by changing the list.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file


@dataclass(frozen=True, slots=True)
class Entry:
    """`stored` is a UTC date in ISO 8601."""

    provider: str
    origin: str
    stored: str


class KeyringIndex:
    """Every method reads the disk. Raises ConfigurationError where the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Entry]:
        private_file.check_folder(self.path.parent)
        data = private_file.read(self.path)
        if data is None:
            return []
        try:
            if not isinstance(found := json.loads(data), list):
                raise TypeError  # noqa: TRY301  # all that it may not be is told in one sentence
            return [Entry(str(one["provider"]), str(one["origin"]), str(one["stored"])) for one in found]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ConfigurationError(
                f"{self.path} is damaged; delete it and store the keys again with `ai-lsp keys set`"
            ) from None

    def holds(self, provider: str, origin: str) -> bool:
        return any((one.provider, one.origin) == (provider, origin) for one in self.entries())

    def add(self, entry: Entry) -> None:
        self._change(entry.provider, entry.origin, [entry])

    def drop(self, provider: str, origin: str) -> None:
        self._change(provider, origin, [])

    def _change(self, provider: str, origin: str, instead: list[Entry]) -> None:
        with private_file.locked(self.path):
            others = [one for one in self.entries() if (one.provider, one.origin) != (provider, origin)]
            text = json.dumps([asdict(one) for one in [*others, *instead]], indent=1)
            private_file.replace(self.path, text.encode())
