"""AIProviderFactory: a provider by its name, made when first asked for, replaced while calls are under way.

In: the person's `[providers.*]` sections and the services. Out: an `AIProvider` by name.
What must never happen: a stream loses its client because the settings changed; two providers for one name answer mixed.

    factory = AIProviderFactory({"work": ProviderSettings("work", "anthropic", model="…")}, active="work")
    await factory.start()
    async with factory.lease("work") as provider:      # a call: the provider outlives it, whatever is changed meanwhile
        answer = await provider.chat(request)
    factory.get("work").capabilities                   # a look: nothing is held
    problems = await factory.reconfigure({...}, active="other")
    await factory.aclose()

Every kind is also a name, so that `openai` needs no section of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from difflib import get_close_matches

from ai_lsp.core.errors import AIError, ConfigurationError, UnknownProviderError
from ai_lsp.providers.base import INTERFACE_VERSION, AIProvider
from ai_lsp.providers.plugins import load_plugins
from ai_lsp.providers.registry import KINDS, BuiltIn, builder_of
from ai_lsp.providers.services import Builder, ProviderSettings, Services

_log = logging.getLogger(__name__)


class _Live:
    """A provider that was made, from what, and how many calls hold it."""

    __slots__ = ("leases", "provider", "retired", "settings")

    def __init__(self, provider: AIProvider, settings: ProviderSettings) -> None:
        self.provider = provider
        self.settings = settings
        self.leases = 0
        self.retired = False


async def _close(provider: AIProvider) -> None:
    try:
        await provider.aclose()
    except Exception as error:  # noqa: BLE001  # a provider that cannot close must not take the others with it
        _log.warning("closing the provider %s failed: %s", provider.name, type(error).__name__)


class AIProviderFactory:
    """Makes, keeps, replaces and closes providers. Belongs to one event loop."""

    def __init__(
        self,
        configured: Mapping[str, ProviderSettings] | None = None,
        *,
        active: str = "embedded",
        plugins: Sequence[str] = (),
        services: Services | None = None,
    ) -> None:
        self._configured = dict(configured or {})
        self._active = active
        self._plugins = tuple(plugins)
        self._services = services or Services()
        self._builders: dict[str, Builder] = {kind: builder_of(target) for kind, target in KINDS.items()}
        self._live: dict[str, _Live] = {}
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def active(self) -> str:
        """The name of the provider that answers where no other is named."""
        return self._active

    @property
    def kinds(self) -> list[str]:
        return sorted(self._builders)

    @property
    def names(self) -> list[str]:
        """Everything that `get` knows: the person's own names and the kinds."""
        return sorted({*self._configured, *self._builders})

    def settings_of(self, name: str) -> ProviderSettings:
        """What the provider of this name is or would be made from. Raises UnknownProviderError."""
        if name in self._configured:
            return self._configured[name]
        if name in self._builders:
            return ProviderSettings(name, name)
        raise self._unknown("provider", name, self.names)

    def register_provider(self, kind: str, builder: Builder) -> None:
        """Add a kind, or replace one: providers of it are made anew when next asked for."""
        self._builders[kind] = builder
        self._retire_kind(kind)

    def unregister_provider(self, kind: str) -> None:
        """Forget a kind. Calls that are under way finish. Raises UnknownProviderError."""
        if kind not in self._builders:
            raise self._unknown("kind of provider", kind, self.kinds)
        del self._builders[kind]
        self._retire_kind(kind)

    def get(self, name: str | None = None) -> AIProvider:
        """The provider of this name, or the active one. Raises UnknownProviderError, ConfigurationError."""
        return self._get(name or self._active).provider

    async def load(self, name: str | None = None) -> None:
        """Import what the provider is made of without holding up the event loop; nothing is opened. Unknown names: nothing."""
        name = name or self._active
        kind = self._configured[name].kind if name in self._configured else name
        builder = self._builders.get(kind)
        if isinstance(builder, BuiltIn):
            await builder.load()

    @asynccontextmanager
    async def lease(self, name: str | None = None) -> AsyncIterator[AIProvider]:
        """The provider for the length of a call: it is closed only after its last lease has ended."""
        await self.load(name)
        live = self._get(name or self._active)
        live.leases += 1
        try:
            yield live.provider
        finally:
            live.leases -= 1
            self._close_if_done(live)

    async def start(self) -> list[ConfigurationError]:
        """Load the plug-ins that the user's file lists. What could not be loaded is returned, the rest works."""
        if not self._plugins:
            return []
        builders, problems = await asyncio.to_thread(load_plugins, self._plugins)
        for kind, builder in builders.items():
            self.register_provider(kind, builder)
        return problems

    async def reconfigure(
        self, configured: Mapping[str, ProviderSettings], *, active: str, plugins: Sequence[str] = ()
    ) -> list[AIError]:
        """Take over new settings. A provider that cannot be made from them keeps its old ones; the errors are returned."""
        added = tuple(name for name in plugins if name not in self._plugins)
        for dropped in set(self._plugins) - set(plugins):
            self._forget_plugin(dropped)
        self._configured, self._active, self._plugins = dict(configured), active, added
        problems: list[AIError] = list(await self.start())
        self._plugins = tuple(plugins)
        for name, live in list(self._live.items()):
            try:
                self._replace(name, live)
            except AIError as error:
                self._configured[name] = live.settings
                problems.append(error)
        return problems

    def renew(self) -> None:
        """What providers reach their services by has changed: they are made anew when next asked for."""
        for name in [name for name, live in self._live.items() if live.provider.origin is not None]:
            self._retire(self._live.pop(name))

    async def aclose(self) -> None:
        """Close every provider, also those that calls still hold: the process is going down."""
        for name in list(self._live):
            live = self._live.pop(name)
            live.leases = 0
            self._retire(live)
        while self._closing:
            await asyncio.gather(*self._closing, return_exceptions=True)

    def _get(self, name: str) -> _Live:
        if name not in self._live:
            settings = self.settings_of(name)
            self._live[name] = _Live(self._build(settings), settings)
        return self._live[name]

    def _build(self, settings: ProviderSettings) -> AIProvider:
        if settings.kind not in self._builders:
            raise self._unknown(f"kind of provider (set for {settings.name})", settings.kind, self.kinds)
        provider = self._builders[settings.kind](settings, self._services)
        if provider.interface_version > INTERFACE_VERSION:
            raise ConfigurationError(
                f"{settings.name} needs provider interface {provider.interface_version}, this is {INTERFACE_VERSION};"
                " update ai-lsp",
                provider=settings.name,
            )
        return provider

    def _replace(self, name: str, live: _Live) -> None:
        known = name in self._configured or name in self._builders
        settings = self.settings_of(name) if known else None
        if settings == live.settings:
            return
        if settings is None:
            del self._live[name]
        else:
            self._live[name] = _Live(self._build(settings), settings)
        self._retire(live)

    def _forget_plugin(self, kind: str) -> None:
        if kind in KINDS:
            self.register_provider(kind, builder_of(KINDS[kind]))
        elif kind in self._builders:
            self.unregister_provider(kind)

    def _retire_kind(self, kind: str) -> None:
        for name in [name for name, live in self._live.items() if live.settings.kind == kind]:
            self._retire(self._live.pop(name))

    def _retire(self, live: _Live) -> None:
        live.retired = True
        self._close_if_done(live)

    def _close_if_done(self, live: _Live) -> None:
        if not live.retired or live.leases:
            return
        task = asyncio.get_running_loop().create_task(_close(live.provider))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    @staticmethod
    def _unknown(what: str, name: str, known: list[str]) -> UnknownProviderError:
        close = get_close_matches(name, known, n=1)
        guess = f"did you mean {close[0]!r}? " if close else ""
        return UnknownProviderError(f"unknown {what} {name!r}; {guess}known: {', '.join(known)}")
