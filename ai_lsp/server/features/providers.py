"""`aiLsp/providers`: what `ai-lsp providers --json` prints, for an editor's list of providers. No key is in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ai_lsp.server.session import Session


async def providers(session: Session, _: Any) -> list[dict[str, Any]]:
    return [asdict(report) for report in await session.house.providers()]
