"""The gateway's settings out of the person's."""

from __future__ import annotations

from ai_lsp.gateway.admission import AdmissionSettings
from ai_lsp.gateway.cache import CacheSettings
from ai_lsp.gateway.call import Deadlines
from ai_lsp.gateway.fallback import FallbackSettings
from ai_lsp.gateway.order import GatewaySettings, ProviderLimits
from ai_lsp.gateway.pace import RateLimitSettings
from ai_lsp.gateway.quota import QuotaSettings
from ai_lsp.gateway.retry import RetrySettings
from ai_lsp.settings.schema import ProviderTable, Settings


def gateway_settings(settings: Settings) -> GatewaySettings:
    """What the stages go by."""
    cache = settings.cache
    return GatewaySettings(
        embedded_first=settings.completion.embedded_first,
        fallback=FallbackSettings(tuple(settings.fallback), settings.local_to_cloud),
        cache=CacheSettings(enabled=cache.enabled, max_bytes=cache.max_bytes, ttl=cache.ttl),
        quota=QuotaSettings(**settings.quota.model_dump()),
        providers={name: _limits(table) for name, table in settings.providers.items()},
    )


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
