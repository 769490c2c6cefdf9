"""The one place that orders the stages, from the request down to the provider:

    embedded first   the embedded engine answers if it is sure enough, before anything costs money
    fallback         the next provider is asked when one cannot answer; each is a call of its own below
    metering         every call is written down, also those that a cache answers
    own engine       an engine inside this process needs none of what follows but deadlines
    cache            what was answered before costs nothing
    coalesce         equal calls under way share one
    privacy          only what may leave goes on, and only to where it may go; what is answered above sends nothing
    quota            only what really goes out is counted
    admission        only so many at once; before the breaker, so that a waiting call sees the newest state
    breaker          a service that is down is left alone; outside the retries, so that these end with it
    retry            each attempt goes through what follows
    pace             every attempt takes a place in the rate limit
    deadlines        the time of a single attempt
    provider         asks it

In: settings and the parts. Out: a `Gateway`. Middleware of somebody's own is put before any stage by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ai_lsp.core.clock import Clock
from ai_lsp.gateway.admission import AdmissionSettings, AdmissionStage
from ai_lsp.gateway.breaker import BreakerSettings, BreakerStage
from ai_lsp.gateway.cache import AIResponseCache, CacheSettings, CacheStage, SharedAnswers
from ai_lsp.gateway.call import Stage
from ai_lsp.gateway.charge import Accounts, NoPrices, PriceBook
from ai_lsp.gateway.coalesce import CoalesceStage
from ai_lsp.gateway.counters import Counters, LocalCounters
from ai_lsp.gateway.deadlines import DeadlineStage
from ai_lsp.gateway.embedded_first import EmbeddedFirstStage
from ai_lsp.gateway.fallback import FallbackSettings, FallbackStage
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.gateway.line import compose
from ai_lsp.gateway.metering import Listener, MeteringStage
from ai_lsp.gateway.own_engine import OwnEngineStage
from ai_lsp.gateway.pace import PaceStage, RateLimitSettings
from ai_lsp.gateway.privacy import PrivacySettings, PrivacyStage
from ai_lsp.gateway.provider import ProviderSource, ProviderStage
from ai_lsp.gateway.quota import BudgetWarning, History, QuotaSettings, QuotaStage
from ai_lsp.gateway.retry import RetrySettings, RetryStage

ORDER = (
    "embedded first",
    "fallback",
    "metering",
    "own engine",
    "cache",
    "coalesce",
    "privacy",
    "quota",
    "admission",
    "breaker",
    "retry",
    "pace",
    "deadlines",
)


@dataclass(frozen=True, slots=True)
class ProviderLimits:
    """What is set for one provider."""

    retry: RetrySettings = field(default_factory=RetrySettings)
    rate_limit: RateLimitSettings = field(default_factory=RateLimitSettings)
    admission: AdmissionSettings = field(default_factory=AdmissionSettings)


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Read anew for each call, but for those of the cache, which are told to it. `embedded_first` is a probability; None: off."""

    embedded_first: float | None = None
    fallback: FallbackSettings = field(default_factory=FallbackSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    quota: QuotaSettings = field(default_factory=QuotaSettings)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    providers: Mapping[str, ProviderLimits] = field(default_factory=dict)
    others: ProviderLimits = field(default_factory=ProviderLimits)

    def limits(self, provider: str) -> ProviderLimits:
        return self.providers.get(provider, self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the gateway works with. Only the providers and the clock are needed; the rest has a quiet default."""

    providers: ProviderSource
    clock: Clock
    user: str = ""
    prices: PriceBook = field(default_factory=NoPrices)
    listeners: Sequence[Listener] = ()
    counters: Counters | None = None
    shared_cache: SharedAnswers | None = None
    history: History = lambda _: ()
    warn: Callable[[BudgetWarning], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Middleware:
    """A stage of somebody's own, and the name of the stage that it stands before (see `ORDER`)."""

    before: str
    stage: Stage


def build_gateway(settings: Callable[[], GatewaySettings], parts: Parts, own: Iterable[Middleware] = ()) -> Gateway:
    """The whole line. `settings` is asked for each call, so that a change takes effect with the next one.

    Raises ValueError for middleware before a stage that there is not.
    """
    cache = AIResponseCache(parts.clock, settings().cache)
    breaker = BreakerStage(parts.providers, parts.clock, lambda: settings().breaker)
    admission = AdmissionStage(lambda name: settings().limits(name).admission)
    named = _stages(settings, parts, cache, breaker, admission)
    for middleware in own:
        if middleware.before not in ORDER:
            raise ValueError(f"there is no stage {middleware.before!r}; the stages are: {', '.join(ORDER)}")
        place = [name for name, _ in named].index(middleware.before)
        named.insert(place, (f"before {middleware.before}", middleware.stage))
    return Gateway(
        [stage for _, stage in named], parts.providers, cache=cache, circuits=breaker.reports, load=admission.load
    )


def _stages(
    settings: Callable[[], GatewaySettings],
    parts: Parts,
    cache: AIResponseCache,
    breaker: BreakerStage,
    admission: AdmissionStage,
) -> list[tuple[str, Stage]]:
    providers, clock = parts.providers, parts.clock
    accounts = Accounts(providers, parts.prices, clock)
    deadlines = DeadlineStage(clock)
    quota = QuotaStage(
        providers,
        clock,
        accounts,
        parts.counters or LocalCounters(clock),
        lambda: settings().quota,
        user=parts.user,
        history=parts.history,
        warn=parts.warn,
    )
    stages: tuple[Stage, ...] = (
        EmbeddedFirstStage(lambda: settings().embedded_first),
        FallbackStage(providers, lambda: settings().fallback),
        MeteringStage(clock, accounts, parts.user, parts.listeners),
        OwnEngineStage(providers, compose([deadlines], ProviderStage(providers))),
        CacheStage(providers, cache, parts.shared_cache),
        CoalesceStage(providers),
        PrivacyStage(providers, lambda: settings().privacy),
        quota,
        admission,
        breaker,
        RetryStage(clock, lambda name: settings().limits(name).retry, breaker),
        PaceStage(providers, clock, lambda name: settings().limits(name).rate_limit),
        deadlines,
    )
    return list(zip(ORDER, stages, strict=True))
