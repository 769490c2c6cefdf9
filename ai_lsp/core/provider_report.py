"""What the person may see of a provider: in `ai-lsp providers` and in an editor's list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProviderReport:
    """`key` says where the key is looked for and whether it is there, never the key. `ok` is None where nothing was asked.

    `detail` is one line for the person: what the service said of itself, or what has to be done first.
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
