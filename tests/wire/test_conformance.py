"""What every provider promises, with a service in good health: each kind in the registry is asked for all of it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from ai_lsp.core.chat import ChatRequest, ChatResponseChunk
from ai_lsp.core.errors import UnsupportedError
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.providers.base import AIProvider
from tests.wire.dialect import (
    CHAT,
    CONTEXT,
    KEY,
    PROMPT,
    Dialect,
    asked,
    document,
    failure,
    provider_for,
    service,
)
from tests.wire.serving import SILENCE, Answer, Framing

pytestmark = pytest.mark.usefixtures("every_log")

PATIENCE = 0.25
"""Seconds within which a cancelled call has closed its connection."""


def test_every_kind_of_service_is_tested(unspoken: set[str]) -> None:
    assert not unspoken, f"add tests/wire/dialects/*.py that says how these speak: {', '.join(sorted(unspoken))}"


async def test_chat_is_streamed_as_it_comes(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        chunks = [chunk async for chunk in provider.stream_chat(CHAT)]
    told = dialect.chat.recorded.told
    assert "".join(chunk.content for chunk in chunks) == told.text
    assert len([chunk for chunk in chunks if chunk.content]) > 1
    assert chunks[-1] == ChatResponseChunk("", dialect.chat.finish_reason, dialect.chat.recorded.usage, told.model)
    assert [chunk.finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)


async def test_chat_is_answered_as_a_whole(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        answer = await provider.chat(CHAT)
    told = dialect.chat.recorded.told
    assert (answer.content, answer.model) == (told.text, told.model)
    assert (answer.finish_reason, answer.usage) == (dialect.chat.finish_reason, dialect.chat.recorded.usage)


async def test_code_is_completed(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        answer = await provider.complete_code(PROMPT, CONTEXT)
    told = dialect.code.recorded.told
    assert (answer.text, answer.model, answer.provider) == (told.text, told.model, "mine")
    assert (answer.finish_reason, answer.usage) == (dialect.code.finish_reason, dialect.code.recorded.usage)
    assert answer.silence is None


async def test_code_is_streamed(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        events = [event async for event in provider.stream_code(PROMPT, CONTEXT)]
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == dialect.code.recorded.told.text
    assert isinstance(events[-1], Finished)
    assert not any(isinstance(event, Finished) for event in events[:-1])


async def test_the_question_holds_the_conversation_and_the_place(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        await provider.chat(CHAT)
        said = (await asked(server, dialect)).body.decode()
        assert "Be brief." in said
        assert "Write add." in said
        await provider.complete_code(PROMPT, CONTEXT)
        said = (await asked(server, dialect)).body.decode()
        assert "total = " in said
        assert "print(total)" in said


async def test_capabilities_are_what_the_provider_does(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        abilities = provider.capabilities
        assert provider.name == "mine"
        assert provider.origin == server.url
        assert provider.model == dialect.model
        assert abilities.supports_chat
        assert abilities.supports_streaming
        assert abilities.supports_code_completion
        assert abilities.is_local
        assert abilities.supports_fim == (dialect.code.path != dialect.chat.path)
        assert abilities.supports_embeddings == (dialect.vectors is not None)


async def test_texts_become_vectors(dialect: Dialect) -> None:
    async with (
        service(dialect) as server,
        provider_for(dialect, server.url, embedding_model=dialect.model) as provider,
    ):
        if dialect.vectors is None:
            assert isinstance(await failure(provider.embed(["a", "b"])), UnsupportedError)
        else:
            assert await provider.embed(["a", "b"]) == [[0.5, -1.0], [0.25, 2.0]]


async def test_models_are_listed_with_what_is_told_of_them(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        found = {info.id: info for info in await provider.list_models()}
        assert list(found) == [info.id for info in dialect.models]
        for expected in dialect.models:
            info = found[expected.id]
            assert (info.context_window, info.supports_fim) == (expected.context_window, expected.supports_fim)
            assert (info.max_output_tokens, info.supports_chat) == (expected.max_output_tokens, expected.supports_chat)
            assert (info.deprecated is None) == (expected.deprecated is None)
            assert (expected.deprecated or "") in (info.deprecated or "")


async def test_a_free_look_says_that_all_is_well(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        health = await provider.check()
        assert health.ok, health.detail
        assert not [received for received in server.received if dialect.exchange(received)], "a look costs nothing"


async def test_a_free_look_says_what_is_wrong_with_the_key(dialect: Dialect) -> None:
    def refuse(received: object) -> Answer:
        return document({"error": {"message": f"no such key: {KEY}", "type": "authentication_error"}}, 401)

    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        server.answering = refuse
        health = await provider.check()
    assert not health.ok
    assert "key" in health.detail
    assert KEY not in health.detail
    assert "\n" not in health.detail


async def test_a_free_look_says_that_nobody_is_there(dialect: Dialect) -> None:
    async with provider_for(dialect, "http://127.0.0.1:9") as provider:
        health = await provider.check()
    assert not health.ok
    assert "http://127.0.0.1:9" in health.detail


async def read_until_silence(provider: AIProvider, came: asyncio.Event) -> None:
    async for _ in provider.stream_chat(CHAT):
        came.set()


async def test_cancelling_a_stream_closes_its_connection(dialect: Dialect) -> None:
    silent = Answer(body=[dialect.delta, SILENCE], type=dialect.chat.recorded.stream_type)
    async with service(dialect, silent) as server, provider_for(dialect, server.url) as provider:
        came = asyncio.Event()
        reading = asyncio.create_task(read_until_silence(provider, came))
        await came.wait()
        reading.cancel()
        await asyncio.wait_for((await asked(server, dialect)).closed.wait(), PATIENCE)
        with pytest.raises(asyncio.CancelledError):
            await reading
        server.answering = dialect.answering()
        assert (await provider.chat(CHAT)).content == dialect.chat.recorded.told.text


async def test_closing_a_stream_early_closes_its_connection(dialect: Dialect) -> None:
    silent = Answer(body=[dialect.delta, SILENCE], type=dialect.chat.recorded.stream_type)
    async with service(dialect, silent) as server, provider_for(dialect, server.url) as provider:
        async with aclosing(provider.stream_chat(CHAT)) as chunks:  # type: ignore[type-var]  # all of ours can be closed
            assert (await anext(chunks)).content == "x"
        await asyncio.wait_for((await asked(server, dialect)).closed.wait(), PATIENCE)


async def test_cancelling_a_call_that_waits_in_a_queue_closes_its_connection(dialect: Dialect) -> None:
    never = asyncio.Event()
    async with service(dialect, Answer(before=never.wait)) as server, provider_for(dialect, server.url) as provider:
        for call in (provider.chat(CHAT), provider.complete_code(PROMPT, CONTEXT)):
            server.received.clear()
            waiting = asyncio.ensure_future(call)
            question = await asked(server, dialect)
            waiting.cancel()
            await asyncio.wait_for(question.closed.wait(), PATIENCE)
            with pytest.raises(asyncio.CancelledError):
                await waiting


async def test_many_calls_at_once_do_not_mix(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        answers = await asyncio.gather(*(provider.chat(CHAT) for _ in range(20)))
    assert {answer.content for answer in answers} == {dialect.chat.recorded.told.text}


async def test_connections_are_used_again(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        for _ in range(10):
            await provider.chat(CHAT)
        assert server.connections <= 3


async def test_nothing_is_left_open(dialect: Dialect) -> None:
    async with service(dialect) as server:
        async with provider_for(dialect, server.url) as provider:
            await provider.chat(CHAT)
        await asyncio.wait_for(asyncio.gather(*(received.closed.wait() for received in server.received)), PATIENCE)
        assert not server.open


async def test_without_a_chosen_temperature_none_is_sent(dialect: Dialect) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        await provider.chat(CHAT)
        assert "temperature" not in (await asked(server, dialect)).body.decode()


@pytest.mark.parametrize("temperature", [0.0, 0.3])
async def test_a_parameter_that_the_model_refuses_is_left_out_from_then_on(
    dialect: Dialect, temperature: float
) -> None:
    if dialect.refuses_parameter is None:
        return
    refusal = Answer(400, [dialect.refuses_parameter.encode()], "application/json", framing=Framing.LENGTH)

    def picky(received: object) -> Answer:
        question = server.received[-1]
        return refusal if b'"temperature"' in question.body else dialect.answering()(question)

    async with service(dialect, picky) as server, provider_for(dialect, server.url) as provider:
        warm = ChatRequest(CHAT.messages, temperature=temperature)
        assert (await provider.chat(warm)).content == dialect.chat.recorded.told.text
        assert [b'"temperature"' in one.body for one in server.received if dialect.exchange(one)] == [True, False]
        await provider.chat(warm)
        assert b'"temperature"' not in (await asked(server, dialect)).body
