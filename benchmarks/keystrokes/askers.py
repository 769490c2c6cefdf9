"""Who is asked for ghost text: our server, or the simplest thing that could work.

In: edits and requests of an editor. Out: items as in the protocol, None, or a refusal. The simple one waits 150 ms, sends
one request for each that it gets, ends at the first line, and drops it when it is cancelled or overtaken: what most plug-ins do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from benchmarks.keystrokes.editor import Buffer, Kind
from benchmarks.keystrokes.oracle import TOKEN
from benchmarks.keystrokes.server import BUDGET, Server
from benchmarks.keystrokes.texts import Text
from benchmarks.keystrokes.upstream import Upstream

INLINE = "textDocument/inlineCompletion"
DEBOUNCE = 0.15
MOST_TOKENS = 64
PREFIX_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Reply:
    """`items` None: null. `refused`: an error, as for a request that was cancelled."""

    items: list[Any] | None
    at: float
    refused: bool = False


OnReply = Callable[[Reply], None]


class Asker(Protocol):
    @property
    def unanswered(self) -> int: ...

    def open(self, text: Text, buffer: Buffer) -> None: ...
    def close(self) -> None: ...
    def change(self, changes: list[dict[str, Any]], version: int) -> None: ...
    def ask(self, buffer: Buffer, on_reply: OnReply) -> int: ...
    def cancel(self, request: int) -> None: ...
    def accepted(self, command: Any) -> None: ...


@dataclass(slots=True)
class ServerAsker:
    server: Server
    kind: Kind
    uri: str = ""

    @property
    def unanswered(self) -> int:
        return self.server.unanswered

    def open(self, text: Text, buffer: Buffer) -> None:
        self.uri = text.file.as_uri()
        self.server.open(self.uri, text.language, buffer.before + buffer.after)

    def close(self) -> None:
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})

    def change(self, changes: list[dict[str, Any]], version: int) -> None:
        params = {"textDocument": {"uri": self.uri, "version": version}, "contentChanges": changes}
        self.server.notify("textDocument/didChange", params)

    def ask(self, buffer: Buffer, on_reply: OnReply) -> int:
        params = {
            "textDocument": {"uri": self.uri},
            "position": buffer.position(self.kind),
            "context": {"triggerKind": 2},
        }

        def answered(message: dict[str, Any], at: float) -> None:
            result = message.get("result")
            items = result["items"] if isinstance(result, dict) else result
            on_reply(Reply(items, at, "error" in message))

        return self.server.request(INLINE, params, answered)

    def cancel(self, request: int) -> None:
        self.server.cancel(request)

    def accepted(self, command: Any) -> None:
        if command:
            params = {"command": command["command"], "arguments": command.get("arguments", [])}
            self.server.request("workspace/executeCommand", params, lambda _message, _at: None)


@dataclass(slots=True)
class NaiveAsker:
    """Debounce, one request each, cancel."""

    upstream: Upstream
    kind: Kind
    _asked: int = 0
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    @property
    def unanswered(self) -> int:
        return len(self._running)

    def open(self, text: Text, buffer: Buffer) -> None:
        pass

    def close(self) -> None:
        pass

    def change(self, changes: list[dict[str, Any]], version: int) -> None:
        pass

    def accepted(self, command: Any) -> None:
        pass

    def ask(self, buffer: Buffer, on_reply: OnReply) -> int:
        for request in list(self._running):
            self.cancel(request)
        self._asked += 1
        request = self._asked
        before = buffer.before[-int(BUDGET * TOKEN * PREFIX_SHARE) :]
        after = buffer.after[: int(BUDGET * TOKEN * (1 - PREFIX_SHARE))]
        work = self._work(before, after, buffer.position(self.kind), on_reply)
        self._running[request] = task = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._running.pop(request, None))
        return request

    def cancel(self, request: int) -> None:
        if (task := self._running.pop(request, None)) is not None:
            task.cancel()

    async def _work(self, before: str, after: str, place: dict[str, int], on_reply: OnReply) -> None:
        await asyncio.sleep(DEBOUNCE)
        stream = self.upstream.stream(f"{before}<suffix>{after}", before, MOST_TOKENS)
        text = ""
        try:
            async for token in stream:
                text += token
                if "\n" in text.lstrip("\n"):
                    break
        finally:
            await stream.aclose()  # type: ignore[attr-defined]  # an async generator, though typed as an iterator
        text = text.lstrip("\n").partition("\n")[0].rstrip()
        item = {"insertText": text, "range": {"start": place, "end": place}}
        on_reply(Reply([item] if text else [], time.monotonic()))
