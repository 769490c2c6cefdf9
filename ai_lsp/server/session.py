"""What is known of the one editor at the other end, and the way from its messages to the house.

The house is opened on first need and not before `initialize` has been answered: what it imports takes longer than all
the rest of the start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidRequest

from ai_lsp.core.clock import Clock
from ai_lsp.core.context import CodeContext, Scope
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.server import convert
from ai_lsp.server.client import Client
from ai_lsp.server.faults import place
from ai_lsp.server.house import House
from ai_lsp.server.lifecycle import Lifecycle
from ai_lsp.server.positions import PositionEncoding
from ai_lsp.server.requests import Requests
from ai_lsp.server.tasks import Tasks

_log = logging.getLogger(__name__)

SECONDS_TO_CLOSE = 1.0


class Voice(Protocol):
    """How the server speaks to the editor by itself."""

    def notify(self, method: str, params: Any = None) -> None: ...

    async def room(self, most: int | None = None) -> None:
        """Returns when no more than `most` bytes wait for the editor; who sends much asks for it before each piece."""

    async def ask(self, method: str, params: Any = None, seconds: float = ...) -> Any:
        """The editor's result. Raises TimeoutError, or JsonRpcException where the editor refuses."""

    def capabilities(self, client: Client) -> types.ServerCapabilities: ...


class Session:
    """Handlers get this and their params. `finish` ends the process with an exit code."""

    def __init__(
        self,
        *,
        open_house: Callable[[], House],
        voice: Voice,
        requests: Requests,
        lifecycle: Lifecycle,
        tasks: Tasks,
        clock: Clock,
        finish: Callable[[int], None],
    ) -> None:
        self.voice = voice
        self.requests = requests
        self.lifecycle = lifecycle
        self.tasks = tasks
        self.clock = clock
        self.finish = finish
        self.client = Client.read({})
        self.folders: tuple[Path, ...] = ()
        self._open_house = open_house
        self._house: House | None = None
        self._closed = False
        self._told: dict[str, dict[str, Any]] = {}

    def meet(self, client: Client) -> None:
        self.client = client
        self.folders = client.folders

    @property
    def house(self) -> House:
        if self._closed:
            raise JsonRpcInvalidRequest("the server has been shut down")
        if self._house is None:
            self._house = self._open_house()
            if self.client.wants_refresh:
                self._house.on_refresh(self._refresh)
            self._house.start(self.folders, self.client.info)
        return self._house

    @property
    def encoding(self) -> PositionEncoding:
        return self.client.encoding

    def position(self, uri: str, where: types.Position) -> Position:
        """A place in an open document. In one that is not open no place means anything, so its figures are kept."""
        document = self.house.documents.get(uri)
        if document is None:
            return Position(where.line, where.character)
        return convert.to_position(where, document.lines, self.encoding)

    def version(self, uri: str) -> int | None:
        """None: the document is not open."""
        document = self.house.documents.get(uri)
        return None if document is None else document.version

    def scopes(self, document: DocumentSnapshot, place: Position) -> tuple[Scope, ...]:
        """Around a place or around the end of its line, whichever are more: a cursor in the head of a function means it."""
        end = Position(place.line, len(document.line(place.line)))
        found = (self.house.coding.context(document.uri, one) for one in (place, end))
        scopes = (context.scopes for context in found if isinstance(context, CodeContext))
        return max(scopes, key=len, default=())

    def _refresh(self, uri: str) -> None:
        """Never before the answer that it takes the place of."""
        asked = (types.TEXT_DOCUMENT_INLINE_COMPLETION, uri)
        self.requests.after(asked, lambda: self.voice.notify("aiLsp/refresh", {"uri": uri}))

    def tell_once(self, method: str, state: dict[str, Any]) -> None:
        """Once for each change. Only to an editor that asked for it: others would report an unknown message."""
        if state != self._told.get(method):
            self._told[method] = state
            self.voice.notify(method, state)

    async def close(self) -> None:
        """Let go of the house. Comes to an end, whatever the house does."""
        house, self._house, self._closed = self._house, None, True
        if house is None:
            return
        try:
            await asyncio.wait_for(house.aclose(), SECONDS_TO_CLOSE)
        except Exception as error:  # noqa: BLE001  # the process ends now, in any case
            _log.warning("could not close in order: %s", place(error))
