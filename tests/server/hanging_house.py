"""A server whose house hangs in threads, in its end, and, when told to, in the event loop itself."""

from __future__ import annotations

import asyncio
import sys
import threading

from ai_lsp.core.completion import Selected, Suggestion, Trigger
from ai_lsp.core.reasons import Silence
from ai_lsp.core.text import Position
from ai_lsp.server.serve import serve
from tests.server.fake_house import FakeHouse


class HangingHouse(FakeHouse):
    async def suggest(
        self, uri: str, position: Position, trigger: Trigger, selected: Selected | None = None
    ) -> Suggestion | Silence:
        if position.line == 1:
            threading.Event().wait()
        for _ in range(40):  # more than asyncio has threads
            asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
        return await super().suggest(uri, position, trigger, selected)

    async def aclose(self) -> None:
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(serve(HangingHouse))
