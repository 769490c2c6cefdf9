"""Everything that can be set, with its type, its default and its meaning: the one schema that all layers share.

Frozen: a change makes a new `Settings`. Unknown keys are errors, but for the options that belong to one kind of
provider, which that provider checks itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

PrivacyLevel = Literal["machine", "hosts-i-control", "anywhere"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CompletionTable(_Table):
    """`[completion]`: ghost text."""

    enabled: bool = Field(default=True, description="Whether code is completed at all.")
    provider: str | None = Field(default=None, description="Name of the provider that completes code.")
    model: str | None = Field(default=None, description="Model to complete with, instead of the provider's own.")
    max_tokens: int = Field(default=64, ge=1, le=8192, description="Longest answer, in tokens.")
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="How freely a model completes; default: the provider's, else 0."
    )
    multiline: bool = Field(default=True, description="Whether suggestions may have several lines.")
    min_confidence: float | None = Field(
        default=None, ge=0, le=1, description="The embedded engine shows nothing that is less likely than this."
    )
    min_characters: int | None = Field(
        default=None, ge=1, le=200, description="The embedded engine shows nothing shorter than this."
    )
    embedded_first: float | None = Field(
        default=None, ge=0, le=1, description="The embedded engine answers for any provider when it is this sure."
    )
    disabled_languages: list[str] = Field(
        default_factory=list, description="Language identifiers without ghost text, such as `markdown`."
    )


class ChatTable(_Table):
    """`[chat]`: conversations."""

    provider: str | None = Field(default=None, description="Name of the provider that answers.")
    model: str | None = Field(default=None, description="Model to chat with, instead of the provider's own.")
    system_prompt: str | None = Field(
        default=None,
        max_length=20_000,
        description="What models are told at the start of each conversation, beside our own words.",
    )
    max_tokens: int | None = Field(default=None, ge=1, le=1_000_000, description="Longest answer, in tokens.")
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="How freely a model answers; default: the provider's, else the service's."
    )


class TimeoutTable(_Table):
    """`timeout` of a provider, in seconds."""

    first_token: float = Field(default=30.0, gt=0, le=3600, description="Longest wait for the first piece of text.")
    total: float = Field(default=300.0, gt=0, le=86400, description="Longest time for a whole answer.")


class RetryTable(_Table):
    """`retry` of a provider."""

    attempts: int = Field(default=3, ge=1, le=10, description="How often a call is sent at most, the first included.")


class RateLimitTable(_Table):
    """`rate_limit` of a provider: limits of the person's own, below those of the service."""

    requests_per_minute: int | None = Field(default=None, ge=1, description="Requests sent at most.")
    tokens_per_minute: int | None = Field(default=None, ge=1, description="Tokens at most, of prompts and answers.")
    concurrent: int = Field(default=4, ge=1, le=1000, description="Calls under way at once.")
    queued: int = Field(default=16, ge=0, le=10_000, description="Calls that wait for a place; more are refused.")


class PriceTable(_Table):
    """`price` of a provider, in US dollars per million tokens."""

    input: float = Field(ge=0, description="US dollars per million tokens of prompts.")
    output: float = Field(ge=0, description="US dollars per million tokens of answers.")
    cached: float | None = Field(
        default=None, ge=0, description="US dollars per million tokens of a prompt that the service had kept."
    )


class ProviderChange(_Table):
    """`[profiles.NAME.providers.NAME]`: what a profile changes of a provider."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    kind: str | None = Field(
        default=None, description="Which implementation: `embedded`, `openai`, `ollama` and so on."
    )
    model: str | None = Field(default=None, description="Model to ask.")
    endpoint: str | None = Field(default=None, description="Address of the service; default: the kind's own.")
    api_key_env: str | None = Field(default=None, description="Environment variable that holds the key.")
    headers: dict[str, str] = Field(default_factory=dict, description="Sent with every request; no place for keys.")
    timeout: TimeoutTable = TimeoutTable()
    retry: RetryTable = RetryTable()
    rate_limit: RateLimitTable = RateLimitTable()
    price: PriceTable | None = None
    privacy: PrivacyLevel | None = Field(
        default=None, description="Where its service may be, instead of what [privacy] says."
    )


class ProviderTable(ProviderChange):
    """`[providers.NAME]`: a model service under a name of the person's own."""

    kind: str = Field(description="Which implementation: `embedded`, `openai`, `ollama` and so on.")


class QuotaTable(_Table):
    """`[quota]`: what one person may use up at all services together."""

    requests_per_day: int | None = Field(default=None, ge=0, description="Requests on one day.")
    requests_per_month: int | None = Field(default=None, ge=0, description="Requests in one month.")
    tokens_per_day: int | None = Field(default=None, ge=0, description="Tokens on one day, of prompts and answers.")
    tokens_per_month: int | None = Field(default=None, ge=0, description="Tokens in one month.")
    money_per_day: float | None = Field(default=None, ge=0, description="US dollars on one day.")
    money_per_month: float | None = Field(default=None, ge=0, description="US dollars in one month.")


class CacheTable(_Table):
    """`[cache]`: answers that are kept, in memory, or for a team on a Redis server as well."""

    enabled: bool = Field(default=True, description="Whether answers are kept at all.")
    max_bytes: int = Field(default=16 * 1024 * 1024, ge=0, description="Memory for answers, in bytes.")
    ttl: float = Field(default=3600.0, gt=0, description="Seconds that an answer is kept.")
    url: str | None = Field(default=None, description="`redis://` address of a cache for the whole team.")
    key_env: str = Field(
        default="AI_LSP_CACHE_KEY", description="Variable with the team's key: what the server holds is encrypted."
    )


class NetworkTable(_Table):
    """`[network]`: the way to the services. Nothing of it is taken from the environment."""

    proxy: str | None = Field(default=None, description="Proxy for encrypted calls: http://host:port.")
    ca_file: str | None = Field(
        default=None, description="Certificates in PEM that are trusted beside those of the system."
    )


class MetricsTable(_Table):
    """`[metrics]`: figures about calls for others to collect. They hold no code."""

    prometheus_file: str | None = Field(
        default=None, description="File in Prometheus's text format, kept up to date; needs the extra `metrics`."
    )
    opentelemetry: bool = Field(
        default=False, description="Spans and figures through OpenTelemetry; needs the extra `otel`."
    )


class KeysTable(_Table):
    """`[keys]`: where keys are stored."""

    store: Literal["auto", "keyring", "vault"] = Field(
        default="auto", description="Where `ai-lsp keys set` puts a key; `auto`: the OS keyring, else the vault."
    )


class VaultTable(_Table):
    """`[vault]`: what locks the encrypted file of keys."""

    key: Literal["auto", "keyring", "passphrase", "file", "kms"] = Field(
        default="auto",
        description="Where the key of the vault lives; `auto`: AI_LSP_MASTER_KEY_FILE, else `kms_key`, else the OS"
        " keyring, else a passphrase.",
    )
    kms_key: str | None = Field(
        default=None,
        description="Key of Google Cloud KMS: projects/…/locations/…/keyRings/…/cryptoKeys/….",
    )
    kms_endpoint: str | None = Field(default=None, description="Address of the key service; default: Google's own.")


class PrivacyTable(_Table):
    """`[privacy]`: what may leave this machine, and where to. Only the user file may say so."""

    level: PrivacyLevel = Field(
        default="anywhere", description="Where code and chats may go: `machine`, `hosts-i-control` or `anywhere`."
    )
    hosts: list[str] = Field(
        default_factory=list, description="Hosts under the person's control; `*.example.com` means all below one."
    )
    redact: bool = Field(default=True, description="Whether secrets inside text are masked before it is sent.")
    exclude: list[str] = Field(
        default_factory=list, description="Files that no model sees, in the language of `.gitignore`."
    )

    @field_validator("exclude")
    @classmethod
    def _is_understood(cls, exclude: list[str]) -> list[str]:
        if exclude:
            from pathspec import GitIgnoreSpec  # noqa: PLC0415  # most people exclude nothing by hand

            GitIgnoreSpec.from_lines(exclude)
        return exclude


class Profile(_Table):
    """`[profiles.NAME]`: any of the tables, on top of the rest of the user file while the profile is in force."""

    provider: str = Field(default="auto", description="Name of the provider for everything, or `auto`.")
    fallback: list[str] = Field(default_factory=list, description="Providers to ask in turn when one fails.")
    local_to_cloud: bool = Field(
        default=False, description="Whether a cloud service may stand in for a provider on this machine."
    )
    plugins: list[str] = Field(default_factory=list, description="Installed third-party providers to load, by name.")
    completion: CompletionTable = CompletionTable()
    chat: ChatTable = ChatTable()
    quota: QuotaTable = QuotaTable()
    cache: CacheTable = CacheTable()
    privacy: PrivacyTable = PrivacyTable()
    network: NetworkTable = NetworkTable()
    metrics: MetricsTable = MetricsTable()
    keys: KeysTable = KeysTable()
    vault: VaultTable = VaultTable()
    providers: Mapping[str, ProviderChange] = Field(default_factory=dict, description="The providers, by name.")


class Settings(Profile):
    """The whole of it. A new table goes into `Profile`, so that profiles can have it too."""

    profile: str | None = Field(default=None, description="Name of the profile that is in force.")
    profiles: dict[str, Profile] = Field(default_factory=dict, description="The profiles, by name.")
    providers: dict[str, ProviderTable] = Field(default_factory=dict, description="The providers, by name.")
