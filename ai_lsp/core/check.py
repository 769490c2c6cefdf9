"""One thing that was looked at, as `ai-lsp doctor` and an editor's health page show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """`ok` is None for what is neither right nor wrong. `next_step` says what the person can do, where there is
    something to be done.
    """

    name: str
    ok: bool | None
    detail: str
    next_step: str = ""
