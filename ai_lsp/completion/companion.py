"""The engine of our own, asked beside a service: what it is sure of is shown while the service is still at it.

In: its call. Out: its answer, or None. It must never keep the service's call waiting for longer than it takes itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from ai_lsp.completion.reasons import without_secret
from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.errors import AIError
from ai_lsp.gateway.call import CompletionCall
from ai_lsp.gateway.gateway import Gateway

CONFIDENT = 0.75
"""Probability from which its answer is worth being shown before the model's."""

GRACE = 0.01
"""Seconds in which a service's request goes out, or its answer comes from a cache, before the companion is asked."""


async def first_of(*waits: Coroutine[Any, Any, None]) -> None:
    """Until one of them is over; the others are cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def companion_answer(gateway: Gateway, call: CompletionCall) -> CodeCompletion | None:
    try:
        completion = without_secret(await gateway.complete(call))
    except AIError:
        return None
    return completion if completion.text else None
