"""How the house is, in a kind and one line for the person.

In: what may stop it, what is wrong, what the engine of our own knows. Out: the first of these that the person wants to know.
"""

from __future__ import annotations

from collections.abc import Sequence

from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.status import StatusKind
from ai_lsp.providers.embedded.settings import EmbeddedStatus, State


def condition_of(
    provider: str,
    stop: Silence | None,
    last_empty: Silence | None,
    troubles: Sequence[str],
    learned: EmbeddedStatus,
) -> tuple[StatusKind, str]:
    """`stop` is what switches completion off; `troubles` are sentences, the first of them the most important."""
    if stop is None and last_empty is not None and last_empty.reason is Reason.EXCLUDED:
        stop = last_empty
    if stop is not None:
        return StatusKind.INACTIVE, str(stop)
    if troubles:
        return StatusKind.WARNING, troubles[0]
    if provider != "embedded":
        return StatusKind.NORMAL, f"{provider} completes"
    if learned.state is State.BUILDING:
        return StatusKind.BUSY, "reading the workspace"
    files = "1 file" if learned.files == 1 else f"{learned.files} files"
    knows = f"knows {files} of the workspace" if learned.files else "knows the open files"
    return StatusKind.NORMAL, f"{knows}; {learned.detail}" if learned.detail else knows
