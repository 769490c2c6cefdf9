"""Puts stages into a row.

In: stages from the outermost to the innermost, and what stands behind the last one. Out: one function that takes a
call through all of them. Nothing here knows what a stage does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ai_lsp.gateway.call import Next, Stage


def compose(stages: Sequence[Stage], last: Next) -> Next:
    """The whole line as one function: the first stage sees the call first and the events last."""
    line = last
    for stage in reversed(stages):
        line = partial(stage, following=line)
    return line
