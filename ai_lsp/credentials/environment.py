"""Keys in environment variables.

In: the variables, and which of them the person's own file names for which provider. Out: a `Secret` for one origin.
What must never happen: that the usual variable of a service, such as `OPENAI_API_KEY`, is sent anywhere but to that
service. A key for another address has to be named for its provider (`api_key_env`) in the user file, which also names
the address.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from ai_lsp.core.secret import Secret

USUAL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "openai": {"https://api.openai.com": ("OPENAI_API_KEY",)},
    "anthropic": {"https://api.anthropic.com": ("ANTHROPIC_API_KEY",)},
    "gemini": {"https://generativelanguage.googleapis.com": ("GEMINI_API_KEY", "GOOGLE_API_KEY")},
    "mistral": {
        "https://api.mistral.ai": ("MISTRAL_API_KEY",),
        "https://codestral.mistral.ai": ("CODESTRAL_API_KEY",),
    },
    "grok": {"https://api.x.ai": ("XAI_API_KEY",)},
}
"""Kind of provider -> origin -> the variables that its vendor's documentation uses."""


class EnvironmentKeys:
    """A `SecretLookup`. `named` tells which variable the user file names for a provider, if any."""

    def __init__(self, named: Callable[[str], str | None], environment: Mapping[str, str] = os.environ) -> None:
        self._named = named
        self._environment = environment

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        variable = self.found_in(provider, kind, origin)
        return Secret(self._environment[variable].strip(), origin) if variable else None

    def found_in(self, provider: str, kind: str, origin: str) -> str | None:
        """The variable that holds the key for this provider at this origin, if one does."""
        return next(filter(self._value, self.variables(provider, kind, origin)), None)

    def variables(self, provider: str, kind: str, origin: str) -> tuple[str, ...]:
        """The variables that this key is looked for in, in their order. None: the user file would have to name one."""
        named = self._named(provider)
        return (named,) if named else USUAL.get(kind, {}).get(origin, ())

    def _value(self, variable: str) -> str:
        return self._environment.get(variable, "").strip()
