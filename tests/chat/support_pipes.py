"""A real server process whose chats go to a service of the test's own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.lsp_client import Json, LspClient, Received
from tests.wire.serving import Answer, Answering, Server, Step, serving

CHECKOUT = Path(__file__).parents[2]


def event(value: object) -> bytes:
    return b"data: %b\n\n" % json.dumps(value).encode()


def piece(text: str) -> bytes:
    """A piece of an answer, in the shape that OpenAI began."""
    return event({"model": "m", "choices": [{"delta": {"content": text}}]})


END = event(
    {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
)


def answer(*steps: Step) -> Answering:
    """The same answer to every question; everything else is unknown."""
    return lambda received: Answer(body=steps) if received.method == "POST" else Answer(404)


@asynccontextmanager
async def chatting(
    folder: Path, answering: Answering, *settings: str, workspace: Path | None = None
) -> AsyncIterator[tuple[LspClient, Server]]:
    """An editor with a server whose provider `mine` is a service that answers like this."""
    async with (
        serving(answering) as service,
        on_provider(folder, f"{service.url}/v1", *settings, workspace=workspace) as client,
    ):
        yield client, service


@asynccontextmanager
async def on_provider(
    folder: Path, endpoint: str, *settings: str, workspace: Path | None = None
) -> AsyncIterator[LspClient]:
    """An editor with a server whose provider `mine` is at this address."""
    table = ["[providers.mine]", 'kind = "openai-compatible"', f'endpoint = "{endpoint}"', 'model = "m"']
    lines = ['provider = "mine"', *table, "retry = { attempts = 1 }", *settings]
    client = await asyncio.to_thread(_started, folder / "config.toml", "\n".join(lines))
    try:
        root = None if workspace is None else workspace.as_uri()
        await asyncio.to_thread(client.initialize, params={"rootUri": root})
        yield client
    finally:
        await asyncio.to_thread(client.__exit__, None, None, None)


def _started(config: Path, settings: str) -> LspClient:
    config.write_text(settings)
    command = [sys.executable, "-m", "ai_lsp", "serve"]
    return LspClient.start(command, env={"AI_LSP_CONFIG": str(config)}, cwd=CHECKOUT)


def question(content: str, **more: Any) -> Json:
    return {"messages": [{"role": "user", "content": content}], **more}


async def ask(client: LspClient, content: str, **more: Any) -> Json:
    """The result of a chat."""
    result: Json = await asyncio.to_thread(client.call, "aiLsp/chat", question(content, **more))
    return result


async def answered(client: LspClient, msg_id: int, seconds: float = 10.0) -> Received:
    return await asyncio.to_thread(client.wait, msg_id, seconds)


async def until(is_so: Callable[[], object]) -> None:
    """Wait for something that another process does."""
    while not is_so():  # noqa: ASYNC110  # it sets no event here
        await asyncio.sleep(0.005)


def deltas(client: LspClient) -> Iterator[tuple[int, str]]:
    """Where in the order of all messages each piece came, and what it says."""
    for place, found in enumerate(list(client.received)):
        value = found.params["value"] if found.message.get("method") == "$/progress" else {}
        if value.get("kind") == "delta":
            yield place, value["content"]


def said(client: LspClient) -> str:
    return "".join(text for _, text in deltas(client))


def contents(service: Server, number: int = -1) -> Sequence[str]:
    """What the messages of a request to the model hold."""
    return [message["content"] for message in service.received[number].json["messages"]]
