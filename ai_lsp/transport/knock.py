"""Whether somebody listens at an address of this machine, found out without loading the HTTP client."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

WITHIN = 0.2
"""Seconds. On this machine a connection is made or refused in well under a millisecond."""


async def listens(origin: str) -> bool:
    """Whether a connection to `scheme://host:port` can be opened. Nothing is sent."""
    parts = urlsplit(origin)
    with suppress(OSError, ValueError, TimeoutError):
        async with asyncio.timeout(WITHIN):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
            writer.close()
            await writer.wait_closed()
            return True
    return False
