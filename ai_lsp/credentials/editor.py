"""Keys that an editor holds in its own store and has handed over.

In: a key, the provider and the origin that it was handed over for. Out: a `Secret` for that origin. What must never
happen: a key of these outlives the process, or is found for another origin than the provider had at that moment.
"""

from __future__ import annotations

from ai_lsp.core.secret import Secret

IN_EDITOR = "editor"


class EditorKeys:
    """A `SecretLookup`. In memory, and nowhere else."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Secret] = {}

    def hold(self, provider: str, origin: str, key: str) -> None:
        """In place of an older one for this origin."""
        self._held[provider, origin] = Secret(key, origin)

    def origins(self, provider: str) -> tuple[str, ...]:
        """Those that a key of this provider was handed over for."""
        return tuple(origin for name, origin in self._held if name == provider)

    def forget(self, provider: str) -> None:
        """Whatever origins its keys are for."""
        for origin in self.origins(provider):
            del self._held[provider, origin]

    def holds(self, provider: str, origin: str) -> bool:
        return (provider, origin) in self._held

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return self._held.get((provider, origin))
