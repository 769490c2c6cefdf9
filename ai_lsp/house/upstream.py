"""The side of the house that faces the models: providers, keys, the gateway before them, and what they used up.

In: settings. Out: a gateway, and providers by name. A team's cache that cannot be used leaves the local one, and a
sentence for the person in `problems`.
"""

from __future__ import annotations

import asyncio
import getpass
import logging
from collections.abc import Callable
from pathlib import Path

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import KeyChange, KeyReport, OptionReport, ProviderReport
from ai_lsp.core.secret import SecretLookup
from ai_lsp.gateway.configured import gateway_settings
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.gateway.order import GatewaySettings, Parts, build_gateway
from ai_lsp.gateway.quota import BudgetWarning
from ai_lsp.house.choice import automatic
from ai_lsp.house.exporters import Exporters
from ai_lsp.house.key_changes import KeyChanges
from ai_lsp.house.key_stores import KeyStores
from ai_lsp.house.keys import key_report, key_reports
from ai_lsp.house.options import option_reports
from ai_lsp.house.prices import Prices
from ai_lsp.house.reports import Choice, circuit_of, health_of, reports
from ai_lsp.house.team import Team
from ai_lsp.house.today import Today
from ai_lsp.observe.ledger import Ledger
from ai_lsp.observe.record import CallRecord
from ai_lsp.providers.base import AIProvider, Health
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from ai_lsp.settings.schema import ProviderTable, Settings
from ai_lsp.transport.network import Network

log = logging.getLogger(__name__)


class Upstream:
    """Belongs to one event loop. `embedded` is the engine of our own; `ledger` is a folder of the person's."""

    def __init__(
        self,
        settings: Settings,
        embedded: AIProvider,
        clock: Clock,
        ledger: Path,
        warn: Callable[[BudgetWarning], None],
    ) -> None:
        self._settings = settings
        self._gateway_settings: GatewaySettings = gateway_settings(settings)
        self._clock = clock
        self._problems: list[str] = []
        self._plugins_loaded = False
        self._starting = asyncio.Lock()
        self._handing_over = asyncio.Lock()
        self._network = Network(clock, proxy=settings.network.proxy, ca_file=settings.network.ca_file)
        self.stores = KeyStores(settings, self._network, clock)
        self.keys = self.stores.chain
        self.ledger = Ledger(ledger)
        self.today = Today()
        self._automatic: str | None = None
        self.factory = AIProviderFactory(
            provider_settings(settings), plugins=settings.plugins, services=Services(clock, self.keys, self._network)
        )
        self.factory.register_provider("embedded", lambda *_: embedded)
        self._team = Team(settings.cache, clock)
        self._exporters = Exporters(settings.metrics, clock)
        self.gateway = self._build(warn)

    @property
    def problems(self) -> list[str]:
        """What of the settings is not in force, one line each."""
        found = [*self._team.problems, *self._exporters.problems, *self._problems]
        return [*found, self.ledger.problem] if self.ledger.problem else found

    @property
    def automatic(self) -> str:
        """What `auto` stands for, as far as it is known by now."""
        return self._automatic or "embedded"

    async def resolve(self, name: str) -> str:
        """The name of a provider, for `auto` as well. Found out once, when first asked for, until the settings change."""
        await self.start()
        if name != "auto":
            return name
        if self._automatic is None:
            self._automatic = await automatic(self._settings, self.factory, self.keys)
        return self._automatic

    async def start(self) -> None:
        """Load the plug-ins that the user file lists, once."""
        async with self._starting:
            if not self._plugins_loaded:
                self._plugins_loaded = True
                self._problems += [str(problem) for problem in await self.factory.start()]

    async def reconfigure(self, settings: Settings) -> list[AIError]:
        """Take over new settings for the next call. What was wrong is returned; the rest is in force."""
        await self.start()
        self._settings, self._gateway_settings = settings, gateway_settings(settings)
        self.stores.reconfigure(settings)
        self._team.obey(settings.cache)
        self._exporters.obey(settings.metrics)
        if self.gateway.cache is not None:
            self.gateway.cache.obey(self._gateway_settings.cache)
        self._automatic = None
        if self._network.use(proxy=settings.network.proxy, ca_file=settings.network.ca_file):
            self.factory.renew()
        problems = await self.factory.reconfigure(
            provider_settings(settings), active="embedded", plugins=settings.plugins
        )
        self._problems = [str(problem) for problem in problems]
        return problems

    async def reports(self, *, only_chosen: bool = False) -> list[ProviderReport]:
        """What there is to see of every provider, or of those that the person has chosen. The services are asked."""
        completion, chat = self._settings.completion.provider, self._settings.chat.provider
        used = {"completion": await self.resolve(completion or self._settings.provider)}
        chats = await self.resolve(chat or self._settings.provider)
        if self.can_chat(chats):
            used["chat"] = chats
        choice = Choice(frozenset(self._settings.providers), used)
        known = choice.configured if only_chosen else self.factory.names
        names = sorted({*known, *used.values()})
        return await reports(names, self.factory, self.keys, choice, self.gateway.circuits())

    async def key_reports(self, name: str | None, *, ask: bool) -> list[KeyReport]:
        """Of every provider that takes a key, or of the one of this name. Raises AIError where there is none."""
        await self.start()
        if name is None:
            return await key_reports(self.factory, self.keys, ask=ask)
        found = await key_report(name, self.factory, self.keys, ask=ask)
        return [] if found is None else [found]

    def key_changes(self) -> KeyChanges:
        """What can be done with keys."""
        return KeyChanges(self.stores, self.factory, self._with_secrets)

    async def hand_over_key(self, provider: str, key: str | None, kept_for: str | None) -> KeyChange:
        """An editor holds a key for this provider, or with None no longer does. Raises AIError."""
        async with self._handing_over:
            await self.start()
            changes = self.key_changes()
            made = (
                await changes.take_back(provider) if key is None else await changes.hand_over(provider, key, kept_for)
            )
            self._automatic = None
        return made

    async def option_reports(self, name: str) -> list[OptionReport]:
        """What can be set for the provider or kind of this name. Raises AIError where there is none."""
        await self.start()
        return option_reports(name, self.factory)

    def health(self, name: str) -> Health | None:
        """How a provider is by what its last calls showed; None: it was not called yet."""
        try:
            found = circuit_of(self.gateway.circuits(), name, self.factory.get(name).origin)
        except AIError:
            return None
        return None if found is None else health_of(found)

    def is_own(self, name: str) -> bool:
        """Whether it is an engine in this process. What is wrong with a provider, its call says."""
        try:
            return self.factory.get(name).origin is None
        except AIError:
            return False

    def can_chat(self, name: str) -> bool:
        """False for an engine that only completes. What else may be wrong with a provider, its call says."""
        try:
            return self.factory.get(name).capabilities.supports_chat
        except AIError:
            return True

    async def aclose(self) -> None:
        await self.factory.aclose()
        await self.stores.aclose()
        await self._team.aclose()
        await self._exporters.aclose()
        await asyncio.to_thread(self.ledger.close)

    def _with_secrets(self, secrets: SecretLookup) -> AIProviderFactory:
        services = Services(self._clock, secrets, self._network)
        return AIProviderFactory(provider_settings(self._settings), plugins=self._settings.plugins, services=services)

    def _build(self, warn: Callable[[BudgetWarning], None]) -> Gateway:
        parts = Parts(
            providers=self.factory,
            clock=self._clock,
            user=_user(),
            prices=Prices(lambda: self._settings),
            listeners=(self._write_down, self._exporters),
            counters=self._team,
            shared_cache=self._team,
            history=self.ledger.records,
            warn=warn,
        )
        return build_gateway(lambda: self._gateway_settings, parts)

    def _write_down(self, record: CallRecord) -> None:
        # the embedded engine costs nothing and answers every few keys: its records would bury the others
        if record.provider == "embedded":
            return
        # what was refused before it was sent used nothing up, and may be refused again at every key
        if record.outcome == "done" or record.attempts:
            self.ledger.append(record)
            self.today.add(record)


def _user() -> str:
    """The name under which calls are counted. A machine without a user database still counts."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def provider_settings(settings: Settings) -> dict[str, ProviderSettings]:
    return {name: _one_provider(name, table) for name, table in settings.providers.items()}


def _one_provider(name: str, table: ProviderTable) -> ProviderSettings:
    return ProviderSettings(name, table.kind, table.model, table.endpoint, table.headers, table.model_extra or {})
