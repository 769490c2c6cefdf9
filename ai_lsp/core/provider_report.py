"""What the person may see of a provider: in `ai-lsp providers` and in an editor's list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProviderReport:
    """`key` says where the key is looked for and whether it is there, never the key. `ok` is None where nothing was asked.

    `detail` is one line for the person: what the service said of itself, or what has to be done first. `configured`: the
    person's own file has a section for it. `used_for` holds `completion` and `chat` as far as it is chosen for them.
    `circuit` is the state of its breaker, once it was called.
    """

    name: str
    kind: str
    active: bool
    origin: str | None
    model: str | None
    context_window: int | None
    abilities: tuple[str, ...]
    key: str
    ok: bool | None
    detail: str
    configured: bool = False
    used_for: tuple[str, ...] = ()
    circuit: str | None = None


@dataclass(frozen=True, slots=True)
class KeyReport:
    """A provider's key, as far as it may be seen. `variables` are looked at in turn, then the stores; `found` is the
    variable or the store that holds it, `since` a UTC date where that is known.

    `accepted` is None where the service was not asked or did not say; then `detail` says why. `kind` is empty for a key
    that is stored for what no provider uses any more.
    """

    provider: str
    kind: str
    origin: str
    variables: tuple[str, ...]
    found: str | None
    accepted: bool | None = None
    detail: str = ""
    since: str | None = None


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key was stored in, or deleted from, `place`. `hidden_by` is the variable that still comes before it."""

    provider: str
    origin: str
    place: str
    detail: str
    hidden_by: str | None = None


@dataclass(frozen=True, slots=True)
class OptionReport:
    """Something that can be set in a `[providers.NAME]` section: its type, default and meaning in words."""

    name: str
    type: str
    default: str
    meaning: str
