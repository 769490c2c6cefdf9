"""Everything that can be set, with its type, its default and its meaning: the one schema that all layers share.

Frozen: a change makes a new `Settings`. Unknown keys are errors, but for the options that belong to one kind of
provider, which that provider checks itself.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CompletionTable(_Table):
    """`[completion]`: ghost text."""

    enabled: bool = Field(default=True, description="Whether code is completed at all.")
    provider: str | None = Field(default=None, description="Name of the provider that completes code.")
    model: str | None = Field(default=None, description="Model to complete with, instead of the provider's own.")
    max_tokens: int = Field(default=64, ge=1, le=8192, description="Longest answer, in tokens.")
    min_confidence: float | None = Field(
        default=None, ge=0, le=1, description="The embedded engine shows nothing that is less likely than this."
    )
    min_characters: int | None = Field(
        default=None, ge=1, le=200, description="The embedded engine shows nothing shorter than this."
    )
    disabled_languages: list[str] = Field(
        default_factory=list, description="Language identifiers without ghost text, such as `markdown`."
    )


class ChatTable(_Table):
    """`[chat]`: conversations."""

    provider: str | None = Field(default=None, description="Name of the provider that answers.")
    model: str | None = Field(default=None, description="Model to chat with, instead of the provider's own.")


class TimeoutTable(_Table):
    """`timeout` of a provider, in seconds."""

    first_token: float = Field(default=30.0, gt=0, le=3600, description="Longest wait for the first piece of text.")
    total: float = Field(default=300.0, gt=0, le=86400, description="Longest time for a whole answer.")


class ProviderTable(_Table):
    """`[providers.NAME]`: a model service under a name of the person's own."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    kind: str = Field(description="Which implementation: `embedded`, `openai`, `ollama` and so on.")
    model: str | None = Field(default=None, description="Model to ask.")
    endpoint: str | None = Field(default=None, description="Address of the service; default: the kind's own.")
    api_key_env: str | None = Field(default=None, description="Environment variable that holds the key.")
    timeout: TimeoutTable = TimeoutTable()


class Settings(_Table):
    """The whole of it."""

    provider: str = Field(default="auto", description="Name of the provider for everything, or `auto`.")
    fallback: list[str] = Field(default_factory=list, description="Providers to ask in turn when one fails.")
    completion: CompletionTable = CompletionTable()
    chat: ChatTable = ChatTable()
    providers: dict[str, ProviderTable] = Field(default_factory=dict, description="The providers, by name.")
