"""The settings that every provider over HTTP has, and how a provider's own are read.

In: a `[providers.NAME]` section. Out: a validated, frozen record, or a ConfigurationError with one line for the person.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.providers.services import ProviderSettings


class HTTPOptions(BaseModel):
    """What a person may set for any service. Nothing is sent that is not set: current models refuse what they do not use."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    max_tokens: int | None = Field(default=None, gt=0, description="Tokens of a chat answer at most.")
    max_prompt_tokens: int = Field(
        default=4096, gt=0, description="Tokens of code around the cursor that a completion sends at most."
    )
    temperature: float | None = Field(default=None, ge=0, le=2, description="Sent only where it is set.")
    top_p: float | None = Field(default=None, gt=0, le=1, description="Sent only where it is set.")
    thinking: Literal["auto", "off", "low", "medium", "high"] = Field(
        default="auto", description="How much a model thinks before it answers in a chat. Completions never think."
    )
    context_window: int | None = Field(default=None, gt=0, description="Tokens; overrides what is known of the model.")
    embedding_model: str | None = Field(default=None, description="The model that turns text into vectors.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="Sent with every request as they are.")
    allow_http: bool = Field(default=False, description="Allow plain http, without a key, inside one's own network.")


Kind = TypeVar("Kind", bound=HTTPOptions)


def read_options(kind: type[Kind], settings: ProviderSettings) -> Kind:
    """The section's options, checked. Raises ConfigurationError."""
    try:
        return kind.model_validate(dict(settings.options))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        close = get_close_matches(name, kind.model_fields, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(kind.model_fields))}"
        problem = f"there is no setting {name!r}; {hint}"
    else:
        problem = f"{name}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    raise ConfigurationError(f"[providers.{settings.name}] {problem}", provider=settings.name)
