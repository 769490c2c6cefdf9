from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ai_lsp.core.chat import ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.errors import BrokenStreamError, ConnectionFailedError, ProtocolError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.provider import ProviderStage
from tests.gateway.support_gateway import FakeProvider, chat_call, collect, completion_call, sources


async def test_a_completion_is_one_piece_and_its_end() -> None:
    stage = ProviderStage(sources(FakeProvider()))
    assert await collect(stage(completion_call())) == [
        TextDelta("answer 1"),
        Finished("cloud", "m1", "stop", Usage(100, 10)),
    ]


async def test_an_empty_completion_keeps_its_reason() -> None:
    async def silent(number: int) -> CodeCompletion:
        return CodeCompletion("", "cloud", "m1", silence=Silence(Reason.UNSURE))

    stage = ProviderStage(sources(FakeProvider(script=silent)))
    assert await collect(stage(completion_call())) == [Finished("cloud", "m1", silence=Silence(Reason.UNSURE))]


async def test_a_chat_comes_piece_by_piece() -> None:
    stage = ProviderStage(sources(FakeProvider()))
    assert await collect(stage(chat_call())) == [
        TextDelta("hello "),
        TextDelta("there"),
        Finished("cloud", "m1", "stop", Usage(10, 2)),
    ]


async def test_usage_that_comes_after_the_end_mark_is_kept() -> None:
    async def chunks(number: int) -> AsyncIterator[ChatResponseChunk]:
        yield ChatResponseChunk("a", "stop")
        yield ChatResponseChunk("", usage=Usage(3, 4))

    stage = ProviderStage(sources(FakeProvider(chunks=chunks)))
    assert (await collect(stage(chat_call())))[-1] == Finished("cloud", "m1", "stop", Usage(3, 4))


async def test_a_chat_without_an_end_mark_is_broken() -> None:
    async def chunks(number: int) -> AsyncIterator[ChatResponseChunk]:
        yield ChatResponseChunk("half an ans")

    events = ProviderStage(sources(FakeProvider(chunks=chunks)))(chat_call())
    assert await anext(events) == TextDelta("half an ans")
    with pytest.raises(BrokenStreamError, match="stopped in the middle"):
        await anext(events)


async def test_a_foreign_error_becomes_one_of_ours_without_its_text() -> None:
    async def broken(number: int) -> CodeCompletion:
        raise KeyError("sk-secret")

    with pytest.raises(ProtocolError, match="KeyError") as caught:
        await collect(ProviderStage(sources(FakeProvider(script=broken)))(completion_call()))
    assert "sk-secret" not in str(caught.value)


async def test_our_errors_pass_and_say_whose_they_are() -> None:
    async def down(number: int) -> CodeCompletion:
        raise ConnectionFailedError("nobody answers")

    with pytest.raises(ConnectionFailedError) as caught:
        await collect(ProviderStage(sources(FakeProvider(script=down)))(completion_call()))
    assert caught.value.provider == "cloud"


async def test_r2_closing_the_stream_closes_the_providers_stream_at_once() -> None:
    provider = FakeProvider()
    events = ProviderStage(sources(provider))(chat_call())
    await anext(events)
    await events.aclose()
    assert (provider.running, provider.cancelled) == (0, 1)


async def test_r2_cancelling_the_reader_cancels_the_provider() -> None:
    async def never(number: int) -> CodeCompletion:
        await asyncio.Event().wait()
        raise AssertionError

    provider = FakeProvider(script=never)
    task = asyncio.create_task(collect(ProviderStage(sources(provider))(completion_call())))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (provider.running, provider.cancelled) == (0, 1)
