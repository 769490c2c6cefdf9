"""The settings as the commands see them: to be shown, checked and judged, without opening the rest of the house.

In: the user file. Out: values, problems, answers about origins. Nothing is sent to find anything out.
"""

from __future__ import annotations

from pathlib import Path

from ai_lsp.core.clock import SystemClock
from ai_lsp.core.errors import AIError
from ai_lsp.house import private
from ai_lsp.house.configuration import Configuration
from ai_lsp.house.options import options_by_kind
from ai_lsp.house.upstream import provider_settings
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.registry import KINDS
from ai_lsp.settings.document import file_schema
from ai_lsp.settings.show import Value, values_of
from ai_lsp.settings.trust import Answer
from ai_lsp.transport.endpoint import parse_endpoint


class Inspection:
    """Does I/O, and belongs to a command that has nothing else to do."""

    def __init__(self, config: Path | None) -> None:
        now = SystemClock().time
        self._trust = private.trust(now)
        self.audit = private.audit_log(now)
        self._configuration = Configuration(config, {}, self._trust, KINDS)

    @property
    def path(self) -> Path:
        return self._configuration.path

    def values(self, *, everything: bool) -> list[Value]:
        """With the defaults, or only what somebody has set."""
        return values_of(self._configuration.in_force, everything=everything)

    @property
    def faults(self) -> list[str]:
        """What is wrong in the layers, without a look at the providers."""
        return list(map(str, self._configuration.problems))

    async def problems(self) -> list[str]:
        """All that is wrong: in the layers, and with each provider by its own rules."""
        settings = self._configuration.settings
        factory = AIProviderFactory(provider_settings(settings), plugins=settings.plugins)
        found = [*map(str, self._configuration.problems), *map(str, await factory.start())]
        for name in settings.providers:
            try:
                factory.get(name)
            except AIError as error:
                found.append(f"{self.path}: {error}")
        await factory.aclose()
        return found

    @staticmethod
    def schema() -> str:
        """The JSON Schema of the user file."""
        return file_schema(options_by_kind())

    def answers(self) -> list[Answer]:
        """What the person has said about origins. Raises AIError where it cannot be known."""
        return self._trust.on_disk()

    def allow(self, address: str) -> str:
        """Trust the origin of an address; returns it. Raises AIError."""
        origin = parse_endpoint(address).origin
        self.audit.record("trust allowed", {"origin": origin, "asked by": "the command line"})
        self._trust.remember(origin, allowed=True)
        return origin

    def revoke(self, address: str) -> str | None:
        """Forget what was said about the origin of an address; returns it. None: nothing was. Raises AIError."""
        origin = parse_endpoint(address).origin
        if not self._trust.revoke(origin):
            return None
        self.audit.record("trust revoked", {"origin": origin, "asked by": "the command line"})
        return origin
