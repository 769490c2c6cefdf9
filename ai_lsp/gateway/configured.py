"""The gateway's settings out of the person's."""

from __future__ import annotations

from ai_lsp.context.privacy import Level, Rule
from ai_lsp.gateway.admission import AdmissionSettings
from ai_lsp.gateway.cache import CacheSettings
from ai_lsp.gateway.call import Deadlines
from ai_lsp.gateway.fallback import FallbackSettings
from ai_lsp.gateway.order import GatewaySettings, ProviderLimits
from ai_lsp.gateway.pace import RateLimitSettings
from ai_lsp.gateway.privacy import PrivacySettings
from ai_lsp.gateway.quota import QuotaSettings
from ai_lsp.gateway.retry import RetrySettings
from ai_lsp.settings.schema import ProviderTable, Settings

_LOCAL_KINDS = ("ollama", "llamacpp")


def gateway_settings(settings: Settings) -> GatewaySettings:
    """What the stages go by."""
    cache = settings.cache
    return GatewaySettings(
        embedded_first=settings.completion.embedded_first,
        fallback=FallbackSettings(tuple(settings.fallback), settings.local_to_cloud),
        cache=CacheSettings(enabled=cache.enabled, max_bytes=cache.max_bytes, ttl=cache.ttl),
        privacy=privacy_settings(settings),
        quota=QuotaSettings(**settings.quota.model_dump()),
        providers={name: _limits(table) for name, table in settings.providers.items()},
    )


def privacy_settings(settings: Settings) -> PrivacySettings:
    """Where text may go. A server that is local by its kind counts as local: elsewhere it has to be named."""
    privacy = settings.privacy
    hosts = frozenset(host.lower().strip("[]") for host in privacy.hosts)
    usual = Rule(Level(privacy.level), hosts)
    own: dict[str, Rule] = {}
    for name, table in settings.providers.items():
        if table.privacy is not None:
            own[name] = Rule(Level(table.privacy), hosts)
        elif table.kind in _LOCAL_KINDS and usual.level is Level.ANYWHERE:
            own[name] = Rule(Level.HOSTS, hosts)
    return PrivacySettings(usual, own, redact=privacy.redact)


def deadlines_of(settings: Settings, provider: str) -> Deadlines:
    """How long a call of this provider may take."""
    table = settings.providers.get(provider)
    return Deadlines() if table is None else Deadlines(table.timeout.first_token, total=table.timeout.total)


def _limits(table: ProviderTable) -> ProviderLimits:
    limit = table.rate_limit
    return ProviderLimits(
        RetrySettings(attempts=table.retry.attempts),
        RateLimitSettings(limit.requests_per_minute, limit.tokens_per_minute),
        AdmissionSettings(limit.concurrent, limit.queued),
    )
