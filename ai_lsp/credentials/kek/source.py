"""What a home of key-encryption keys can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ai_lsp.credentials.envelope import KeyEncryption

Header = Mapping[str, str | int]
"""What a vault remembers of its key-encryption key; `kind` names the source."""


class KekSource(Protocol):
    """All of these raise AIError with a sentence for the person where the key cannot be had."""

    async def make(self, instead_of: Header | None) -> KeyEncryption:
        """A key for a new vault, or one that is to replace that of `instead_of`, which stays usable until forgotten.

        When this returns, `recall` finds the key, also after a power cut.
        """

    async def recall(self, header: Header) -> KeyEncryption:
        """The key that a vault was written with."""

    async def forget(self, header: Header) -> None:
        """No vault uses that key any more."""
