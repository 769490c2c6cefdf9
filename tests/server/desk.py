"""The server without its pipes: messages in, messages out, in the test's own event loop."""

from __future__ import annotations

import asyncio
from typing import Any

from ai_lsp.server.methods import METHODS
from ai_lsp.server.protocol import Protocol, make_protocol
from ai_lsp.server.session import Session
from ai_lsp.server.writer import encode
from tests.server.fake_house import FakeHouse
from tests.support.clock import FakeClock, settle
from tests.support.lsp_client import Json

URI = "file:///work/a.py"


class Desk:
    """`sent` is all that the editor would have received. Each message is handled as the connection does it."""

    def __init__(self) -> None:
        self.house = FakeHouse()
        self.clock = FakeClock()
        self.sent: list[Json] = []
        self.exit_codes: list[int] = []
        self.protocol: Protocol = make_protocol()
        self.protocol.speak(self, self.clock)
        self.session = Session(
            open_house=lambda: self.house,
            voice=self.protocol,
            requests=self.protocol.requests,
            lifecycle=self.protocol.lifecycle,
            tasks=self.protocol.tasks,
            clock=self.clock,
            finish=self.exit_codes.append,
        )
        self.protocol.learn(METHODS, self.session)
        self._next_id = 1

    def send(self, message: Json) -> None:
        encode(message)
        self.sent.append(message)

    async def room(self, most: int | None = None) -> None:
        """There is always some."""

    async def hear(self, message: Any) -> None:
        self.protocol.handle_message(message)
        await asyncio.sleep(0)

    async def notify(self, method: str, params: Any = None) -> None:
        await self.hear({"jsonrpc": "2.0", "method": method, "params": params})

    async def request(self, method: str, params: Any = None, msg_id: int | str | None = None) -> int | str:
        if msg_id is None:
            msg_id = self._next_id
            self._next_id += 1
        await self.hear({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})
        return msg_id

    async def call(self, method: str, params: Any = None) -> Json:
        """The answer, when everything has come to rest."""
        msg_id = await self.request(method, params)
        await settle()
        (answer,) = self.answers(msg_id)
        return answer

    def answers(self, msg_id: int | str | None) -> list[Json]:
        return [message for message in self.sent if "method" not in message and message["id"] == msg_id]

    def notifications(self, method: str) -> list[Any]:
        return [message.get("params") for message in self.sent if message.get("method") == method]

    async def initialize(self, **capabilities: Any) -> Json:
        params = {"processId": None, "rootUri": None, **capabilities.pop("params", {})}
        general = {"positionEncodings": capabilities.pop("positionEncodings", ["utf-16"])}
        text_document = capabilities.pop("textDocument", {"inlineCompletion": {}})
        params["capabilities"] = {"general": general, "textDocument": text_document, **capabilities}
        answer = await self.call("initialize", params)
        await self.notify("initialized", {})
        result: Json = answer["result"]
        return result

    async def open(self, text: str, uri: str = URI) -> None:
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        await self.notify("textDocument/didOpen", {"textDocument": document})

    async def change(self, version: int, *changes: Json, uri: str = URI) -> None:
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)}
        await self.notify("textDocument/didChange", params)

    def text(self, uri: str = URI) -> str:
        snapshot = self.house.documents.snapshot(uri)
        assert snapshot is not None
        return snapshot.text


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> Json:
    places = ({"line": line, "character": character} for line, character in (start, end))
    return {"range": dict(zip(("start", "end"), places, strict=True)), "text": text}


def at(line: int, character: int, uri: str = URI, **more: Any) -> Json:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, **more}


def inline_at(line: int, character: int, trigger_kind: Any = 2, uri: str = URI) -> Json:
    return at(line, character, uri, context={"triggerKind": trigger_kind})
