"""A house between two services on this machine and one that is far away, and what can be seen of it from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from ai_lsp.chat.question import Question
from ai_lsp.core.chat import ChatMessage, ChatRequest, ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt, Source
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import AIError
from ai_lsp.core.reasons import Silence
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.house.house import House
from ai_lsp.providers.base import AICapabilities, AIProvider
from tests.credentials.support_backends import MEMORY
from tests.house.support_house import QUESTION, dead_url, document, read, says, suggest, table
from tests.wire.serving import Answer, Received, Server

REPEATED = "".join(f"total_{name} = multiply(width, height)\n" for name in ("wall", "floor", "door", "window"))
TYPED = REPEATED + "total_roof = mult|\n"
CACHED = {"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 3}}


class Far(AIProvider):
    """A service that is not on this machine."""

    def __init__(self) -> None:
        self.got = ""

    @property
    def name(self) -> str:
        return "far"

    @property
    def origin(self) -> str:
        return "https://far.test"

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(supports_code_completion=True, supports_chat=True)

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        return CodeCompletion("answer", "far", "m1", finish_reason="stop")

    async def stream_chat(self, request: ChatRequest) -> AsyncIterator[ChatResponseChunk]:
        self.got = request.messages[-1].content
        yield ChatResponseChunk("answer", "stop")


class World:
    """A house between two services, and one that is far away."""

    def __init__(self, folder: Path, one: Server, two: Server, doors: Mapping[str, str]) -> None:
        self.folder, self.one, self.two, self.far = folder, one, two, Far()
        self.held = asyncio.Event()
        self.knocks: list[str] = []
        self.heard: list[object] = []
        self._questions = count()
        self._words = {
            "PROXY-ONE": one.url,
            "PROXY-TWO": two.url,
            "ONE": f"{one.url}/v1",
            "HERE": str(folder),
            "DEAD": dead_url(),
            **doors,
        }
        self._file = folder / "config.toml"
        self.house: House

    def write(self, settings: str) -> None:
        for word, meaning in self._words.items():
            settings = settings.replace(word, meaning)
        others = [table("one", self.one), table("two", self.two), '[providers.far]\nkind = "far"']
        # another length each time: file systems know the time of a change only to some milliseconds
        self._file.write_text("\n".join([settings, *others, "\n" * next(self._questions)]))

    def open(self) -> House:
        self.house = House(self._file)
        self.house.upstream.factory.register_provider("far", lambda *_: self.far)
        self.house.upstream.stores.stored._keyring = OSKeyring([MEMORY])  # not that of whoever runs the tests
        return self.house

    async def chat(self, provider: str | None = None, request: ChatRequest = QUESTION) -> str:
        """Who answered, or why nobody did."""
        try:
            return (await read(await self.house.chat(request, provider)))[1].provider
        except AIError as error:
            return str(error)

    async def complete(self) -> str:
        """Who completed, or why nobody did."""
        found = await suggest(self.house, TYPED.replace("roof", f"roof_{next(self._questions)}"))
        return str(found) if isinstance(found, Silence) else found.completion.provider


Look = Callable[[World], Awaitable[object]]


@dataclass(frozen=True)
class Change:
    """What the user file says before and after, and what is seen each time. A text stands for one that holds it."""

    before: str
    after: str
    look: Look
    seen: tuple[object, object]


# what can be seen


async def who_chats(world: World) -> object:
    return await world.chat()


async def who_completes(world: World) -> object:
    return await world.complete()


async def who_is_asked(world: World) -> object:
    async with aclosing(world.house.ask(Question((ChatMessage("user", "hello"),)))) as pieces:
        return [piece async for piece in pieces]


async def lines(world: World) -> object:
    """How many lines a suggestion has."""
    found = await suggest(world.house, "def all_lines(b):\n    |\n")
    return str(found) if isinstance(found, Silence) else len(found.text.split("\n"))


async def mine(world: World) -> object:
    return await world.chat("mine")


async def far(world: World) -> object:
    return await world.chat("far")


async def news(world: World) -> object:
    await world.house.providers()
    return world.house.status().message


def sent(pick: Callable[[Received], object], ask: Look = mine) -> Look:
    """Of the newest request that the first service got."""

    async def look(world: World) -> object:
        await ask(world)
        return pick(world.one.last)

    return look


async def cost(world: World) -> object:
    usage = (await read(await world.house.chat(QUESTION, "mine")))[1].usage
    return usage and usage.cost


async def is_kept(world: World) -> object:
    """Whether the same question is answered a second time without the service."""
    question = replace(QUESTION, temperature=0)
    sources = [(await read(await world.house.chat(question, "one")))[1].source for _ in range(2)]
    return sources[-1] is Source.CACHE


async def masked(world: World) -> object:
    await world.chat("far", ask("key = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'"))
    return "ghp_0123456789" not in world.far.got


def ask(text: str) -> ChatRequest:
    return ChatRequest((ChatMessage("user", text),))


async def too_many(world: World) -> object:
    """What is told to one of four calls at once, none of which ends."""
    world.held.clear()
    calls = [asyncio.ensure_future(world.chat("mine", ask(f"hold {number}"))) for number in range(4)]
    refused, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    world.held.set()
    await asyncio.gather(*calls)
    return next(iter(refused)).result()


async def attempts(world: World) -> object:
    before = len(world.one.received)
    await world.chat("mine", ask("fail"))
    return len(world.one.received) - before


async def waited(world: World) -> object:
    """How long for an answer that does not begin, or does not end."""
    world.held.clear()
    began = await world.chat("mine", ask("hold"))
    ended = await world.chat("mine", ask("begin"))
    world.held.set()
    return f"{began}; {ended}"


async def proxied(world: World) -> object:
    await world.chat("mine")
    return [
        server is world.two for server in (world.one, world.two) for one in server.received if one.method == "CONNECT"
    ]


async def knocked(world: World) -> object:
    """Which of two doors was knocked at."""
    world.knocks.clear()
    question = replace(ask(f"question {len(world.one.received)}"), temperature=0)
    await read(await world.house.chat(question, "one"))
    return set(world.knocks)


async def stored(world: World) -> object:
    """Where a key is stored, or why not."""
    await world.house.providers()  # commands do this in a house of their own, which is opened with the settings of now
    try:
        return (await world.house.key_changes().set("openai", "sk-of-a-test-0123", check=False)).place
    except AIError as error:
        return str(error)


async def figures(world: World) -> object:
    world.heard.clear()
    await world.chat("one")
    return len(world.heard)


def of_mine(*more: str, endpoint: str = "ONE", kind: str = "openai-compatible") -> str:
    return table("mine", endpoint, *more, kind=kind)


def header(name: str) -> Look:
    return sent(lambda received: received.headers.get(name))


def body(name: str, ask: Look = mine) -> Look:
    return sent(lambda received: received.json.get(name), ask)


async def told(world: World) -> object:
    """Whether models are told what the person wants every conversation to begin with."""
    messages = await body("messages", who_is_asked)(world)
    assert isinstance(messages, list)
    return messages[0]["content"].endswith("\n\nRhyme.")


def answering(the_world: Callable[[], World]) -> Callable[[Received], Answer]:
    """What the services say. A conversation may want them to wait before or after they begin, or to fail."""

    async def held() -> None:
        await the_world().held.wait()

    def answer(received: Received) -> Answer:
        if received.method == "CONNECT":
            return document({}, 403)
        if received.path.endswith("/models"):
            return document({"data": [{"id": "m"}]})
        words = received.body.decode()
        if '"fail"' in words:
            return replace(document({"error": {"message": "down"}}, 503), headers={"retry-after": "0"})
        if "all_lines" in words:
            return Answer(body=says("<COMPLETION>for a in b:\n        go(a)</COMPLETION>"))
        if '"hold' in words:
            return Answer(body=says("ok"), before=held)
        first, *rest = says("<COMPLETION>iply()</COMPLETION>", usage=CACHED)
        return Answer(body=[first, held, *rest] if '"begin"' in words else [first, *rest])

    return answer


@asynccontextmanager
async def door(knocked: Callable[[], None]) -> AsyncIterator[str]:
    """Where somebody opens, and says nothing."""

    async def opened(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocked()
        writer.close()

    async with await asyncio.start_server(opened, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
