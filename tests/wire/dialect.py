"""What the conformance suite has to know of one kind of service, and a server that speaks as it does.

In: a `Dialect`, one for each kind in the registry. Out: a provider of that kind, set up for a scripted server, and the
function that such a server answers with.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.clock import Clock
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.errors import AIError
from ai_lsp.core.secret import Secret
from ai_lsp.providers.base import AIProvider, ModelInfo
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from ai_lsp.transport.network import Network
from tests.support.clock import FakeClock
from tests.support.places import at
from tests.wire.judges import Judge
from tests.wire.recorded import Recorded
from tests.wire.serving import Answer, Answering, Framing, Received, Server, serving

KEY = "sk-canary-7f3a9d51c0ffee"
"""The key that every provider here has. It may show up in one header, and nowhere else."""

CHAT = ChatRequest((ChatMessage("system", "Be brief."), ChatMessage("user", "Write add.")), max_tokens=200)
CONTEXT = at("total = |\nprint(total)\n")
PROMPT = CompletionPrompt("total = ", "\nprint(total)\n", "python", "a.py", max_tokens=60)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of one sort: where it is asked, what is answered, and what our provider says of the answer."""

    path: str
    recorded: Recorded
    finish_reason: str
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """A stream that is complete and says nothing, and the reason that our provider gives for its end."""

    name: str
    stream: bytes
    finish_reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is an error, and what our provider must make of it."""

    name: str
    status: int
    body: str
    error: type[AIError]
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the error says beside its type, such as `retry_after`."""

    @property
    def answer(self) -> Answer:
        return Answer(
            self.status, [self.body.encode()], "application/json", headers=self.headers, framing=Framing.LENGTH
        )


@dataclass(frozen=True, slots=True)
class Dialect:
    """`end_mark` is the text in a stream without which it is cut off; `broken` are errors in the middle of a stream, as
    the service sends them, and `delta` is one piece that says "x".
    """

    kind: str
    model: str
    chat: Exchange
    code: Exchange
    delta: bytes
    end_mark: bytes
    broken: Sequence[bytes]
    header: str = "authorization"
    prefix: str = "Bearer "
    base: str = ""
    """The path of the endpoint."""
    options: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)
    """What the service tells of itself and its models, by path."""
    models: Sequence[ModelInfo] = ()
    vectors: tuple[str, Any] | None = None
    """The path of embeddings, and the answer for two texts, which are [0.5, -1.0] and [0.25, 2.0]."""
    refusals: Sequence[Refusal] = ()
    silences: Sequence[Quiet] = ()
    refuses_parameter: str | None = None
    """The body of a 400 that refuses `temperature`; None where the service knows no such answer."""
    streams_unasked: bool = False
    needs_key: bool = True
    """Whether the service is never asked without one."""

    def asks_for_stream(self, received: Received) -> bool:
        if ":streamGenerateContent" in received.target:
            return True
        return ":generateContent" not in received.target and received.json.get("stream", self.streams_unasked) is True

    def exchange(self, received: Received) -> Exchange | None:
        """Which question was asked, or None where it was none for the model."""
        asked = received.path.replace(":streamGenerateContent", ":generateContent")
        return next((one for one in (self.code, self.chat) if asked == one.path), None)

    def answering(self, instead: Answer | Callable[[Received], Answer] | None = None) -> Answering:
        """A service in good health; what is asked of the model gets another answer where one is given."""

        def answer(received: Received) -> Answer:
            exchange = self.exchange(received)
            if exchange is not None and instead is not None:
                return instead(received) if callable(instead) else instead
            if exchange is not None:
                return replay(exchange.recorded, streamed=self.asks_for_stream(received))
            if self.vectors is not None and received.path == self.vectors[0]:
                return document(self.vectors[1])
            if received.path in self.documents:
                return document(self.documents[received.path])
            return document({"error": {"message": "not found"}}, 404)

        return answer


def replay(recorded: Recorded, *, streamed: bool) -> Answer:
    """The recorded answer, as it was recorded."""
    if streamed:
        return Answer(body=[recorded.stream], type=recorded.stream_type)
    return Answer(body=[recorded.document], type="application/json", framing=Framing.LENGTH)


def document(value: Any, status: int = 200) -> Answer:
    return Answer(status, [json.dumps(value).encode()], "application/json", framing=Framing.LENGTH)


class OneKey:
    """The lookup of somebody who has the same key for everything."""

    async def find(self, provider: str, kind: str, origin: str) -> Secret:
        return Secret(KEY, origin)


@asynccontextmanager
async def service(
    dialect: Dialect, instead: Answer | Callable[[Received], Answer] | None = None
) -> AsyncIterator[Server]:
    """A scripted service of this dialect. At the end, the key must have come in its header and nowhere else."""
    async with serving(dialect.answering(instead)) as server:
        yield server
    for received in server.received:
        headers = dict(received.headers)
        assert headers.pop(dialect.header, None) == dialect.prefix + KEY, f"{received.path} came without the key"
        sent = f"{received.target} {headers} {received.body!r}"
        assert KEY not in sent, f"the key went elsewhere too: {sent}"


async def asked(server: Server, dialect: Dialect) -> Received:
    """The newest question to the model, as soon as it has come."""
    while True:
        found = [received for received in server.received if dialect.exchange(received) is not None]
        if found:
            return found[-1]
        server.arrived.clear()
        await server.arrived.wait()


@asynccontextmanager
async def factory_for(
    dialect: Dialect, url: str, clock: Clock | None = None, **options: Any
) -> AsyncIterator[AIProviderFactory]:
    """A factory whose one configured provider, `mine`, speaks this dialect with the server at `url`."""
    clock = clock or FakeClock()
    settings = ProviderSettings(
        "mine", dialect.kind, model=dialect.model, endpoint=url + dialect.base, options={**dialect.options, **options}
    )
    services = Services(clock=clock, secrets=OneKey(), network=Network(clock))
    factory = AIProviderFactory({"mine": settings}, active="mine", services=services)
    try:
        yield factory
    finally:
        await factory.aclose()


@asynccontextmanager
async def provider_for(
    dialect: Dialect, url: str, clock: Clock | None = None, **options: Any
) -> AsyncIterator[AIProvider]:
    async with factory_for(dialect, url, clock, **options) as factory:
        yield factory.get()


async def failure(call: Awaitable[object]) -> AIError:
    """The error that a call ends in. Neither its text nor anything that a traceback could show holds the key."""
    try:
        answer = await call
    except AIError as error:
        assert_no_key(error)
        return error
    raise AssertionError(f"the call was answered: {answer!r}")


def assert_no_key(error: BaseException) -> None:
    """Looks at the whole chain, and at every variable in our own functions on the way."""
    seen: list[BaseException] = []
    left = [error]
    while left:
        one = left.pop()
        seen.append(one)
        shown = [str(one), repr(one), "".join(traceback.format_exception_only(one))]
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if "/ai_lsp/" in frame.f_code.co_filename:
                shown += [f"{frame.f_code.co_qualname}: {name} = {value!r}" for name, value in frame.f_locals.items()]
        leaks = [text for text in shown if KEY in text]
        assert not leaks, f"the key can be read here: {leaks}"
        left += [cause for cause in (one.__cause__, one.__context__) if cause is not None and cause not in seen]
