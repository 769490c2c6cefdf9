"""Our providers with a real model server, started here: in good health, loading, busy, stopped and killed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.clock import SystemClock
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.errors import (
    AuthenticationError,
    BrokenStreamError,
    ConnectionFailedError,
    FirstContentTimeoutError,
    OverloadedError,
    StalledError,
    UnsupportedError,
)
from ai_lsp.core.secret import NoSecrets, Secret, SecretLookup
from ai_lsp.core.stream import TextDelta
from ai_lsp.gateway.call import ChatCall, Deadlines
from ai_lsp.gateway.deadlines import DeadlineStage
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from tests.parts.need import need
from tests.parts.scripted_model import SCRIPTS, write_scripted_model
from tests.support.places import at
from tests.wire import judges
from tests.wire.dialect import KEY, OneKey, failure
from tests.wire.llama import Llama, running

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("every_log")]

BASES = {"openai": "/v1", "openai-compatible": "/v1", "anthropic": "", "llamacpp": ""}
"""The kinds of providers whose shape the server speaks, and where."""

GREETING, MIDDLE, ENDLESS = SCRIPTS["\n"].text, SCRIPTS["<|fim_middle|>"].text, SCRIPTS["~"].text
CONTEXT = at("def add(a, b):\n    |\n")
PROMPT = CompletionPrompt("def add(a, b):\n    ", "\n", "python", "a.py")
PATIENT = Deadlines(first_content=10.0, stall=10.0, total=15.0)
QUICK = Deadlines(first_content=0.4, stall=0.4, total=15.0)
"""Seconds of real time."""

BALLAST = 2_000_000
"""Makes the model take about half a second to load."""


@pytest.fixture(params=BASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def program() -> Path:
    return need("llama")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_scripted_model(folder / "usual.gguf")
    write_scripted_model(folder / "slow.gguf", ballast=BALLAST)
    write_scripted_model(folder / "endless.gguf", endless_middle=True)
    write_scripted_model(folder / "without-fim.gguf", with_fim=False)
    return folder


@pytest.fixture
async def server(program: Path, models: Path) -> AsyncIterator[Llama]:
    async with running(program, models / "usual.gguf") as llama:
        yield llama


@pytest.fixture
async def tireless(program: Path, models: Path) -> AsyncIterator[Llama]:
    """It says what has no end without end, instead of until its window is full."""
    async with running(program, models / "usual.gguf", "--context-shift") as llama:
        yield llama


@asynccontextmanager
async def factory_for(
    kind: str, url: str, secrets: SecretLookup | None = None, **options: Any
) -> AsyncIterator[AIProviderFactory]:
    settings = ProviderSettings("mine", kind, model="scripted", endpoint=url + BASES[kind], options=options)
    factory = AIProviderFactory({"mine": settings}, active="mine", services=Services(secrets=secrets or OneKey()))
    try:
        yield factory
    finally:
        await factory.aclose()


@asynccontextmanager
async def provider_for(
    kind: str, url: str, secrets: SecretLookup | None = None, **options: Any
) -> AsyncIterator[AIProvider]:
    async with factory_for(kind, url, secrets, **options) as factory:
        yield factory.get()


def ask(content: str, max_tokens: int = 64) -> ChatRequest:
    return ChatRequest((ChatMessage("system", "Be brief."), ChatMessage("user", content)), max_tokens=max_tokens)


@pytest.mark.parametrize("mark", ["\n", "(", "#", "%", "@"])
async def test_chat_says_what_the_model_says(kind: str, server: Llama, mark: str) -> None:
    async with provider_for(kind, server.url) as provider:
        answer = await provider.chat(ask(f"tell me {mark.strip()}"))
    assert answer.content == SCRIPTS[mark].text
    assert (answer.model, answer.finish_reason) == ("scripted", "stop")
    assert answer.usage is not None
    # this server leaves out the event that tells it when the first token is held back, as a quarter of an emoji is
    told = (kind, mark) != ("anthropic", "%")
    assert (answer.usage.input_tokens > 20) == told
    assert answer.usage.output_tokens in {len(SCRIPTS[mark].pieces), len(SCRIPTS[mark].pieces) + 1}


@pytest.mark.parametrize(("kind", "judge"), [("openai", judges.OPENAI_CHAT), ("anthropic", judges.ANTHROPIC)])
async def test_the_vendors_own_client_hears_the_same(kind: str, judge: judges.Judge, server: Llama) -> None:
    async with provider_for(kind, server.url) as provider:
        ours = await provider.chat(ask("hello"))
    for told in (await judge.streamed(server.url), await judge.whole(server.url)):
        assert (told.text, told.model) == (ours.content, ours.model)


async def test_an_answer_that_reaches_its_limit_says_so(kind: str, server: Llama) -> None:
    async with provider_for(kind, server.url) as provider:
        answer = await provider.chat(ask("go on ~", max_tokens=20))
    assert answer.finish_reason == "length"
    assert answer.content.startswith(ENDLESS)


async def test_an_empty_answer_is_an_answer(kind: str, server: Llama) -> None:
    async with provider_for(kind, server.url) as provider:
        assert (await provider.chat(ask("say nothing !"))).content == ""


async def test_code_is_completed(kind: str, server: Llama) -> None:
    async with provider_for(kind, server.url) as provider:
        answer = await provider.complete_code(PROMPT, CONTEXT)
    assert answer.text == (MIDDLE if kind == "llamacpp" else GREETING)


async def test_code_is_completed_with_the_template_of_a_family(server: Llama) -> None:
    async with provider_for("openai-compatible", server.url, fim="qwen") as provider:
        answer = await provider.complete_code(PROMPT, CONTEXT)
    assert (answer.text, answer.finish_reason) == (MIDDLE, "stop")


async def test_a_model_without_fim_completes_through_a_conversation(program: Path, models: Path) -> None:
    async with (
        running(program, models / "without-fim.gguf") as llama,
        provider_for("llamacpp", llama.url) as provider,
    ):
        assert (await provider.complete_code(PROMPT, CONTEXT)).text == GREETING
        assert not provider.capabilities.supports_fim


async def test_a_file_longer_than_the_window_is_completed_from_what_is_near(server: Llama) -> None:
    prefix = "value = compute(value)\n" * 2000 + "def add(a, b):\n    "
    prompt = CompletionPrompt(prefix, "\nprint(add(1, 2))\n" * 500, "python", "a.py")
    async with provider_for("llamacpp", server.url) as provider:
        answer = await provider.complete_code(prompt, CONTEXT)
        assert provider.capabilities.context_window == 4096
    assert answer.text == MIDDLE
    assert answer.usage is not None
    assert answer.usage.input_tokens <= 4096


async def test_a_conversation_longer_than_the_window_is_shortened_once(kind: str, server: Llama) -> None:
    long = ChatRequest(
        (ChatMessage("user", "old " * 3000), ChatMessage("assistant", "yes"), ChatMessage("user", "and now (")),
        max_tokens=32,
    )
    async with provider_for(kind, server.url) as provider:
        answer = await provider.chat(long)
    assert answer.content == SCRIPTS["("].text


async def test_texts_become_vectors(program: Path, models: Path) -> None:
    async with running(program, models / "usual.gguf", "--embeddings", "--pooling", "mean") as llama:
        for kind in ("openai", "openai-compatible", "llamacpp"):
            async with provider_for(kind, llama.url, embedding_model="scripted") as provider:
                first, second, again = await provider.embed(["a", "b", "a"])
                assert len(first) == len(second)
                assert first == again
                assert first != second


async def test_a_server_without_embeddings_says_so(server: Llama) -> None:
    async with provider_for("llamacpp", server.url) as provider:
        assert isinstance(await failure(provider.embed(["a"])), UnsupportedError)


async def test_models_and_health(server: Llama) -> None:
    for kind in ("openai", "openai-compatible", "llamacpp"):
        async with provider_for(kind, server.url) as provider:
            assert [(info.id, info.context_window) for info in await provider.list_models()] == [("scripted", 4096)]
            assert (await provider.check()).ok


class WrongKey:
    async def find(self, provider: str, kind: str, origin: str) -> Secret:
        return Secret("sk-not-the-right-one", origin)


async def test_a_key_opens_the_server_and_another_one_does_not(kind: str, program: Path, models: Path) -> None:
    async with running(program, models / "usual.gguf", "--api-key", KEY) as llama:
        async with provider_for(kind, llama.url) as provider:
            assert (await provider.chat(ask("hello"))).content == GREETING
            assert (await provider.check()).ok
        async with provider_for(kind, llama.url, WrongKey()) as provider:
            assert isinstance(await failure(provider.chat(ask("hello"))), AuthenticationError)
            assert isinstance(await failure(provider.complete_code(PROMPT, CONTEXT)), AuthenticationError)
            assert not (await provider.check()).ok


async def test_a_local_server_needs_no_key(server: Llama) -> None:
    for kind in ("openai-compatible", "llamacpp"):
        async with provider_for(kind, server.url, NoSecrets()) as provider:
            assert (await provider.chat(ask("hello"))).content == GREETING


async def test_a_model_that_is_still_loading_is_told_from_a_failure(kind: str, program: Path, models: Path) -> None:
    async with running(program, models / "slow.gguf", until=503) as llama, provider_for(kind, llama.url) as provider:
        error = await failure(provider.chat(ask("hello")))
        assert isinstance(error, OverloadedError)
        assert error.loading
        assert error.retryable
        async with asyncio.timeout(5):
            assert await once_it_is_loaded(provider) == GREETING


async def once_it_is_loaded(provider: AIProvider) -> str:
    while True:
        try:
            return (await provider.chat(ask("hello"))).content
        except OverloadedError:
            await asyncio.sleep(0.02)


class Listener:
    """Reads an endless answer through the gateway."""

    def __init__(self, factory: AIProviderFactory, deadlines: Deadlines) -> None:
        gateway = Gateway([DeadlineStage(SystemClock())], factory)
        self.text = ""
        self.came = asyncio.Event()
        self.task = asyncio.create_task(self._read(gateway, ChatCall("mine", ask("go on ~", 10**8), deadlines)))

    async def _read(self, gateway: Gateway, call: ChatCall) -> None:
        async with aclosing(gateway.stream(call)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    self.text += event.text
                    self.came.set()


async def test_a_server_killed_in_the_middle_leaves_what_it_said(kind: str, tireless: Llama) -> None:
    async with factory_for(kind, tireless.url) as factory:
        listener = Listener(factory, PATIENT)
        await listener.came.wait()
        tireless.send(signal.SIGKILL)
        error = await failure(listener.task)
        assert isinstance(error, BrokenStreamError)
        assert error.partial == listener.text
        assert listener.text.startswith(" w0")
        assert isinstance(await failure(factory.get().chat(ask("hello"))), ConnectionFailedError)


async def test_a_server_that_stops_in_the_middle_is_given_up(kind: str, tireless: Llama) -> None:
    async with factory_for(kind, tireless.url) as factory:
        listener = Listener(factory, replace(PATIENT, stall=0.4))
        await listener.came.wait()
        tireless.send(signal.SIGSTOP)
        assert isinstance(await failure(listener.task), StalledError)
        assert isinstance(await failure(Listener(factory, QUICK).task), FirstContentTimeoutError)
        tireless.send(signal.SIGCONT)
        assert (await factory.get().chat(ask("hello"))).content == GREETING


async def test_a_busy_server_is_given_up_and_a_cancelled_call_makes_room(kind: str, tireless: Llama) -> None:
    """It has one slot: whoever comes second gets not even headers until the first is done or gone."""
    async with factory_for(kind, tireless.url) as factory:
        first = Listener(factory, PATIENT)
        await first.came.wait()
        assert isinstance(await failure(Listener(factory, QUICK).task), FirstContentTimeoutError)
        assert not first.task.done()
        first.task.cancel()
        async with asyncio.timeout(5):
            assert (await factory.get().chat(ask("hello"))).content == GREETING


async def test_a_cancelled_completion_makes_room(program: Path, models: Path) -> None:
    async with (
        running(program, models / "endless.gguf", "--context-shift") as llama,
        provider_for("llamacpp", llama.url) as provider,
    ):
        async with aclosing(provider.stream_code(replace(PROMPT, max_tokens=10**6), CONTEXT)) as events:  # type: ignore[type-var]  # ours can be closed
            first = await anext(events)
            assert isinstance(first, TextDelta)
            assert ENDLESS.startswith(first.text)
        async with asyncio.timeout(5):
            assert (await provider.chat(ask("hello"))).content == GREETING
