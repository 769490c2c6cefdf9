from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ai_lsp.core.chat import ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.errors import (
    AIError,
    BadRequestError,
    BrokenStreamError,
    CircuitOpenError,
    ConnectionFailedError,
    ContentRefusedError,
)
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Call, ChatCall, Events, Next
from ai_lsp.gateway.fallback import FallbackSettings, FallbackStage
from ai_lsp.gateway.provider import ProviderSource
from tests.gateway.support_gateway import FakeProvider, chat_call, completion_call, finished_of, line, sources, text_of


def failing(error: AIError, name: str = "cloud", *, is_local: bool = False) -> FakeProvider:
    async def fail(number: int) -> CodeCompletion:
        raise error

    async def fail_chat(number: int) -> AsyncIterator[ChatResponseChunk]:
        yield ChatResponseChunk("")
        raise error

    return FakeProvider(name, script=fail, chunks=fail_chat, is_local=is_local)


def chained(*chain: str, providers: ProviderSource, local_to_cloud: bool = False) -> Next:
    settings = FallbackSettings(chain, local_to_cloud=local_to_cloud)
    stage = FallbackStage(providers, lambda: settings)
    return line(stage, providers=providers)


DOWN = ConnectionFailedError("nobody answers")


async def test_the_answer_says_who_gave_it_and_who_was_passed_over() -> None:
    providers = sources(failing(DOWN), failing(CircuitOpenError("left alone"), "second"), FakeProvider("third"))
    end = await finished_of(chained("second", "third", providers=providers)(chat_call()))
    assert (end.provider, end.passed_over) == ("third", ("cloud: nobody answers", "second: left alone"))


async def test_the_embedded_engine_is_last_for_completions_and_never_asked_to_chat() -> None:
    engine = FakeProvider("embedded", service=None, is_local=True)
    providers = sources(failing(DOWN), engine)
    assert (await finished_of(chained(providers=providers)(completion_call()))).provider == "embedded"
    with pytest.raises(ConnectionFailedError):
        await text_of(chained(providers=providers)(chat_call()))
    assert engine.calls == 1


async def test_r14_a_local_provider_never_falls_back_to_the_cloud() -> None:
    cloud = FakeProvider("cloud")
    providers = sources(failing(DOWN, "ollama", is_local=True), cloud)
    with pytest.raises(ConnectionFailedError):
        await text_of(chained("cloud", providers=providers)(chat_call("ollama")))
    assert cloud.calls == 0


async def test_r14_unless_the_person_allows_it() -> None:
    providers = sources(failing(DOWN, "ollama", is_local=True), FakeProvider("cloud"))
    line = chained("cloud", providers=providers, local_to_cloud=True)
    assert await text_of(line(chat_call("ollama"))) == "hello there"


async def test_from_one_local_provider_to_another_is_fine() -> None:
    providers = sources(failing(DOWN, "ollama", is_local=True), FakeProvider("llamacpp", is_local=True))
    assert await text_of(chained("llamacpp", providers=providers)(chat_call("ollama"))) == "hello there"


@pytest.mark.parametrize("error", [BadRequestError("wrong"), ContentRefusedError("declined")])
async def test_what_another_provider_could_not_do_better_is_not_tried_there(error: AIError) -> None:
    other = FakeProvider("other")
    with pytest.raises(type(error)):
        await text_of(chained("other", providers=sources(failing(error), other))(chat_call()))
    assert other.calls == 0


async def test_when_nobody_answers_the_chosen_providers_error_is_told() -> None:
    providers = sources(failing(DOWN), failing(CircuitOpenError("left alone"), "second"))
    with pytest.raises(ConnectionFailedError, match="nobody answers"):
        await text_of(chained("second", providers=providers)(chat_call()))


async def test_r5_an_answer_that_has_begun_is_never_continued_by_somebody_else() -> None:
    async def half(number: int) -> AsyncIterator[ChatResponseChunk]:
        yield ChatResponseChunk("half")
        raise BrokenStreamError("cut off", partial="half")

    other = FakeProvider("other")
    events = chained("other", providers=sources(FakeProvider(chunks=half), other))(chat_call())
    assert await anext(events) == TextDelta("half")
    with pytest.raises(BrokenStreamError) as caught:
        await anext(events)
    assert (caught.value.partial, other.calls) == ("half", 0)


async def test_an_error_that_begins_with_the_name_does_not_say_it_twice() -> None:
    providers = sources(failing(ConnectionFailedError("cloud: nobody answers")), FakeProvider("third"))
    end = await finished_of(chained("third", providers=providers)(chat_call()))
    assert end.passed_over == ("cloud: nobody answers",)


async def test_a_model_that_was_asked_for_is_not_asked_of_another_provider() -> None:
    asked: list[tuple[str, str | None]] = []

    async def upstream(call: Call) -> Events:
        asked.append((call.provider, call.request.model if isinstance(call, ChatCall) else call.prompt.model))
        if call.provider == "cloud":
            raise DOWN
        yield Finished(call.provider, "own")

    call = chat_call()
    stage = FallbackStage(sources(FakeProvider(), FakeProvider("other")), lambda: FallbackSettings(("other",)))
    await text_of(stage(replace(call, request=replace(call.request, model="big")), upstream))
    assert asked == [("cloud", "big"), ("other", None)]
    asked.clear()
    completion = completion_call()
    await text_of(stage(replace(completion, prompt=replace(completion.prompt, model="big")), upstream))
    assert asked == [("cloud", "big"), ("other", None)]


async def test_a_name_in_the_chain_that_nobody_has_is_passed_by() -> None:
    providers = sources(failing(DOWN), FakeProvider("third"))
    assert await text_of(chained("typo", "third", providers=providers)(chat_call())) == "hello there"


async def test_r14_the_second_provider_is_asked_within_100_ms() -> None:
    providers = sources(failing(DOWN), FakeProvider("second"))
    line = chained("second", providers=providers)
    began = time.perf_counter()
    await text_of(line(chat_call()))
    assert time.perf_counter() - began < 0.1


async def test_a_cancel_is_no_reason_to_ask_somebody_else() -> None:
    async def never(number: int) -> CodeCompletion:
        await asyncio.Event().wait()
        raise AssertionError

    other = FakeProvider("other")
    providers = sources(FakeProvider(script=never), other)
    task = asyncio.create_task(text_of(chained("other", providers=providers)(completion_call())))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert other.calls == 0
