"""A real house with settings of a test's own, and services on this machine for it."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.completion import Suggestion, Trigger
from ai_lsp.core.reasons import Silence
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Events
from ai_lsp.house.house import House
from tests.support.places import split
from tests.wire.serving import Answer, Answering, Server

URI = "file:///work/a.py"
QUESTION = ChatRequest((ChatMessage("user", "why?"),))


USAGE: Mapping[str, object] = {"prompt_tokens": 7, "completion_tokens": 2}


def says(*pieces: str, model: str = "m", usage: Mapping[str, object] = USAGE) -> list[bytes]:
    """The events of an answer with these pieces, in the shape that OpenAI began."""
    chunks: list[object] = [{"model": model, "choices": [{"delta": {"content": piece}}]} for piece in pieces]
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": usage}
    return [b"data: %b\n\n" % json.dumps(one).encode() for one in (*chunks, end)]


def document(value: object, status: int = 200) -> Answer:
    return Answer(status, [json.dumps(value).encode()], "application/json")


def service(*pieces: str) -> Answering:
    """A service in good health with the model `m`, which says the same to every question."""
    return lambda received: (
        document({"data": [{"id": "m"}]}) if received.path.endswith("/models") else Answer(body=says(*pieces))
    )


def table(name: str, server: Server | str, *more: str, kind: str = "openai-compatible") -> str:
    url = server if isinstance(server, str) else f"{server.url}/v1"
    return "\n".join([f"[providers.{name}]", f'kind = "{kind}"', f'endpoint = "{url}"', 'model = "m"', *more, ""])


def dead_url() -> str:
    """Where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


@asynccontextmanager
async def living(folder: Path, *settings: str, provider: str | None = None) -> AsyncIterator[House]:
    """A house whose user file holds these lines."""
    file = folder / "config.toml"
    file.write_text("\n".join(settings))
    async with aclosing(House(file, provider=provider)) as house:
        yield house


async def read(events: Events) -> tuple[str, Finished]:
    """The whole answer to a chat."""
    text = ""
    end = None
    async with aclosing(events):
        async for event in events:
            if isinstance(event, TextDelta):
                text += event.text
            else:
                end = event
    assert end is not None
    return text, end


async def suggest(house: House, marked: str) -> Suggestion | Silence:
    """Ghost text for the `|` in a document that has just been opened."""
    text, position = split(marked)
    house.documents.open(URI, "python", 1, text)
    try:
        return await house.suggest(URI, position, Trigger.INVOKED)
    finally:
        house.documents.close(URI)
