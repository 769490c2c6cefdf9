"""A small editor's side of the Language Server Protocol: starts the server, speaks to it over its pipes, ends it.

In: requests and notifications as plain values. Out: results. A server that dies, refuses or does not answer is a
`CommandError`; however the demo ends, no process stays behind.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from ai_lsp.cli.failure import CommandError

ANSWER_TIME = 20.0
"""Seconds that the server may take for an answer before the demo gives up."""

LEAVING_TIME = 3.0
"""Seconds that the server may take to leave before it is ended."""

_ADVICE = "`ai-lsp doctor` shows what works"


@asynccontextmanager
async def running(command: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[Client]:
    """The server as a process of ours. It hears no Ctrl-C of the terminal: it is we who end it, in order."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=dict(environment), start_new_session=True
    )
    client = Client(process)
    try:
        yield client
        await client.leave()
    finally:
        await client.aclose()


class Client:
    """One server. Belongs to one event loop."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._to, self._from, self._log = process.stdin, process.stdout, process.stderr
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._last_words = b""
        self._reading = asyncio.create_task(self._read())
        self._listening = asyncio.create_task(self._listen())

    @property
    def pid(self) -> int:
        return self._process.pid

    def notify(self, method: str, params: object = None) -> None:
        self._send({"method": method, "params": params})

    async def request(self, method: str, params: object = None) -> Any:
        """The result. Cancelling the awaiting task cancels the request. Raises CommandError."""
        number = len(self._waiting) + 1
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        if self._reading.done():
            answer.set_exception(self._gone())
        self._send({"id": number, "method": method, "params": params})
        try:
            async with asyncio.timeout(ANSWER_TIME):
                return await answer
        except asyncio.CancelledError:
            self.notify("$/cancelRequest", {"id": number})
            raise
        except TimeoutError:
            raise CommandError(f"the server does not answer {method}; {_ADVICE}") from None

    async def leave(self) -> None:
        """Ask the server to end, as an editor does."""
        await self.request("shutdown")
        self.notify("exit")
        await self._await_end()

    async def aclose(self) -> None:
        """End the server, whatever it does, and wait until it is gone."""
        self._to.close()
        if self._reading.done():  # its output has ended, so it is about to leave by itself
            await self._await_end()
        if self._process.returncode is None:
            self._process.kill()
        self._reading.cancel()
        self._listening.cancel()
        await asyncio.gather(self._process.wait(), self._reading, self._listening, return_exceptions=True)

    async def _await_end(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), LEAVING_TIME)

    def _send(self, message: dict[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            while True:
                header = await self._from.readuntil(b"\r\n\r\n")
                length = int(header.lower().split(b"content-length:")[1].split()[0])
                self._take(json.loads(await self._from.readexactly(length)))
        await asyncio.wait([self._listening], timeout=LEAVING_TIME)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(self._gone())

    async def _listen(self) -> None:
        """Keep the end of what the server logs: if it dies, that is why."""
        while piece := await self._log.read(4096):
            self._last_words = (self._last_words + piece)[-4096:]

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            if "id" in message:  # whatever the server asks for, this editor does not have it
                self._send({"id": message["id"], "result": None})
            return
        answer = self._waiting.get(message["id"])
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(CommandError(f"the server refused: {message['error'].get('message')}; {_ADVICE}"))
        else:
            answer.set_result(message.get("result"))

    def _gone(self) -> CommandError:
        last_line = self._last_words.decode(errors="replace").strip().rpartition("\n")[2]
        why = f" ({last_line})" if last_line else ""
        return CommandError(f"the server ended before it was asked to{why}; {_ADVICE}")
