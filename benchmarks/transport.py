"""What a call costs on its way: CPU for each provider, and what 2,000 cancelled calls leave behind.

Server and client are two processes on this machine. A figure is the median of CPU time of the client's process. The
baseline is the bare HTTP library with OpenAI's bytes, its own reader of events and a JSON parser.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import httpx2

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.secret import Secret
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.registry import KINDS
from ai_lsp.providers.services import ProviderSettings, Services
from ai_lsp.transport.network import Network

EVENTS = 1000
ROUNDS = 7
CALLS = 30
CANCELS = 2000
CONNECTIONS = 4

CHAT = ChatRequest((ChatMessage("user", "Explain this code. " * 50),))
PROMPT = CompletionPrompt("def add(a, b):\n    return ", "\n", "python", max_tokens=32)
CONTEXT = CodeContext(DocumentSnapshot("file:///a.py", "python", 1, ("",)), Position(0, 0), "a.py")


def sse(*events: Any, done: bool = True) -> bytes:
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return "".join([*lines, *(["data: [DONE]\n\n"] if done else [])]).encode()


def ndjson(*events: Any) -> bytes:
    return "".join(f"{json.dumps(event)}\n" for event in events).encode()


def openai_stream(count: int) -> bytes:
    delta = {
        "id": "c",
        "object": "chat.completion.chunk",
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": "word "}}],
    }
    end = {**delta, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return sse(
        *[delta] * count, end, {**delta, "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": count}}
    )


def anthropic_stream(count: int) -> bytes:
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "word "}}
    start = {"type": "message_start", "message": {"model": "m", "usage": {"input_tokens": 9}}}
    stop = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": count}}
    return sse(start, *[delta] * count, stop, {"type": "message_stop"}, done=False)


def gemini_stream(count: int) -> bytes:
    part = {"content": {"parts": [{"text": "word "}], "role": "model"}, "index": 0}
    return sse(*[{"candidates": [part]}] * count, {"candidates": [{**part, "finishReason": "STOP"}]}, done=False)


def infill_stream(count: int) -> bytes:
    delta = {"index": 0, "content": "word ", "tokens": [1], "stop": False}
    return sse(*[delta] * count, {"content": "", "stop": True, "stop_type": "eos"}, done=False)


def ollama_stream(count: int) -> bytes:
    delta = {"model": "m", "message": {"role": "assistant", "content": "word "}, "response": "", "done": False}
    return ndjson(*[delta] * count, {"model": "m", "done": True, "done_reason": "stop", "eval_count": count})


def stream_for(path: str, count: int) -> tuple[str, bytes]:
    """What a service answers at a path: media type and body."""
    if path == "/infill":
        return "text/event-stream", infill_stream(count)
    if path.startswith("/api/"):
        return "application/x-ndjson", ollama_stream(count)
    if path.startswith("/v1/messages"):
        return "text/event-stream", anthropic_stream(count)
    if ":streamGenerateContent" in path:
        return "text/event-stream", gemini_stream(count)
    return "text/event-stream", openai_stream(count)


class Service:
    """Answers every call at once with a whole stream; a call to `/slow/…` stops half way and waits."""

    def __init__(self) -> None:
        self.open = 0
        self._bodies: dict[tuple[str, int], bytes] = {}

    def answer(self, path: str, count: int) -> bytes:
        if path == "/props":
            return b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}"
        key = (path, count)
        if key not in self._bodies:
            media, body = stream_for(path, count)
            start = f"HTTP/1.1 200 OK\r\ncontent-type: {media}\r\ntransfer-encoding: chunked\r\n\r\n".encode()
            pieces = (body[at : at + 4096] for at in range(0, len(body), 4096))
            self._bodies[key] = (
                start + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
            )
        return self._bodies[key]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = head.lower().partition("content-length:")[2].split("\r\n")[0]
                await reader.readexactly(int(length or 0))
                await self._one(head.split(" ")[1], reader, writer)
        self.open -= 1
        writer.close()

    async def _one(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if path == "/open":
            body = str(self.open).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        elif path.startswith("/slow"):
            whole = self.answer(path.removeprefix("/slow"), 4)
            await asyncio.sleep(random.choice((0.0, 0.002, 0.01)))
            writer.write(whole[: len(whole) // 2])
            await writer.drain()
            await reader.read(1)
            raise ConnectionResetError
        else:
            count = 3 if path.startswith("/few") else EVENTS
            writer.write(self.answer(path.removeprefix("/few"), count))
        await writer.drain()


def run_service(tell: Connection) -> None:
    async def run() -> None:
        service = Service()
        server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class OneKey:
    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return Secret("sk-benchmark", origin)


@asynccontextmanager
async def provider(kind: str, url: str, network: Network | None = None) -> AsyncIterator[AIProvider]:
    settings = ProviderSettings("it", kind, "m", url)
    factory = AIProviderFactory({"it": settings}, services=Services(secrets=OneKey(), network=network or Network()))
    yield factory.get("it")
    await factory.aclose()


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU of this process. `call` in milliseconds, `event` in microseconds."""

    call: float
    event: float


async def cpu(work: Callable[[], Awaitable[object]], times: int) -> float:
    """Median seconds of CPU for doing the work once."""
    await work()
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(times):
            await work()
        taken.append((time.process_time() - start) / times)
    return statistics.median(taken)


async def cost(few: Callable[[], Awaitable[object]], many: Callable[[], Awaitable[object]]) -> Cost:
    short, long = await cpu(few, CALLS), await cpu(many, 3)
    return Cost(short * 1000, (long - short) / (EVENTS - 3) * 1_000_000)


async def bare(url: str) -> Cost:
    """The library alone: the same request, its own reader of events, each one's JSON read and thrown away."""
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": CHAT.messages[0].content}]})
    async with httpx2.AsyncClient(trust_env=False) as client:

        async def read(where: str) -> None:
            async with client.stream("POST", f"{where}/chat/completions", content=body) as response:
                async for event in httpx2.EventSource(response):
                    if event.data != "[DONE]":
                        json.loads(event.data)

        return await cost(lambda: read(f"{url}/few"), lambda: read(url))


async def chat_once(it: AIProvider) -> None:
    async for _ in it.stream_chat(CHAT):
        pass


async def measure(kind: str, url: str) -> tuple[Cost, float]:
    """A streamed chat, and milliseconds of CPU for a completion of a few events."""
    async with provider(kind, f"{url}/few") as few, provider(kind, url) as many:
        chat = await cost(lambda: chat_once(few), lambda: chat_once(many))
        code = await cpu(lambda: few.complete_code(PROMPT, CONTEXT), CALLS)
    return chat, code * 1000


async def table(url: str) -> None:
    base = await bare(url)
    print(f"{'':20} {'chat, ms a call':>16} {'µs an event':>12} {'completion, ms':>15}")
    print(f"{'bare library':20} {base.call:16.2f} {base.event:12.1f} {'':>15}")
    for kind in sorted(set(KINDS) - {"embedded"}):
        chat, code = await measure(kind, url)
        print(f"{kind:20} {chat.call:16.2f} {chat.event:12.1f} {code:15.2f}")


async def typing(url: str) -> bool:
    """A person types: each key cancels the call before it. Afterwards every connection must be free again."""
    rng = random.Random(1)
    async with provider("openai", f"{url}/slow", Network(max_connections=CONNECTIONS)) as it:
        call: asyncio.Task[None] | None = None
        start = time.perf_counter()
        for _ in range(CANCELS):
            if call is not None:
                call.cancel()
            call = asyncio.create_task(chat_once(it))
            await asyncio.sleep(rng.choice((0.0, 0.001, 0.003, 0.012)))
        assert call is not None
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        seconds = time.perf_counter() - start
        await asyncio.sleep(0.3)
        async with httpx2.AsyncClient(trust_env=False) as plain:
            left = int((await plain.get(f"{url}/open")).text) - 1
        answered = await still_answers(it)
    print(f"\n{CANCELS} calls cancelled in {seconds:.1f} s over {CONNECTIONS} connections:")
    print(f"  connections that the service still holds: {left}")
    print(f"  calls that the pool answers afterwards:   {answered} of {2 * CONNECTIONS}")
    return left == 0 and answered == 2 * CONNECTIONS


async def still_answers(it: AIProvider) -> int:
    """How many of some calls at once get their first words, twice as many as there are connections."""

    async def first_words() -> int:
        async with asyncio.timeout(5), aclosing(it.stream_chat(CHAT)) as chunks:  # type: ignore[type-var]  # ours can be closed
            await anext(chunks)
        return 1

    told = await asyncio.gather(*(first_words() for _ in range(2 * CONNECTIONS)), return_exceptions=True)
    return sum(one == 1 for one in told)


def main() -> int:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    service = multiprocessing.get_context("spawn").Process(target=run_service, args=(theirs,), daemon=True)
    service.start()
    url = f"http://127.0.0.1:{ours.recv()}"
    try:
        asyncio.run(table(url))
        return 0 if asyncio.run(typing(url)) else 1
    finally:
        service.terminate()
        service.join()
