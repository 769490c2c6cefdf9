"""What every provider over HTTP does alike, shown with the shape that most services speak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.errors import (
    BadRequestError,
    BrokenStreamError,
    ConfigurationError,
    ContextOverflowError,
    ProtocolError,
    RateLimitedError,
)
from ai_lsp.core.reasons import Reason
from ai_lsp.core.stream import Finished, TextDelta
from tests.providers.support_http import CONTEXT, EMPTY, HELLO, PROMPT, openai_ends, openai_says, setting
from tests.transport.loopback import sse, streamed, whole

OVERFLOW = "This model's maximum context length is 1000 tokens. However, your messages resulted in 4000 tokens."


async def test_a_completion_through_a_conversation() -> None:
    answer = sse(openai_says("<COMPLETION>a"), openai_says(" + b</COMPLETION>"), openai_ends())
    async with setting("openai", answer) as work:
        events = [event async for event in work.provider.stream_code(PROMPT, CONTEXT)]
    assert events == [TextDelta("a + b"), Finished("work", "m-1", "stop")]
    assert work.last.json["messages"][0]["role"] == "system"
    assert work.last.json["messages"][-1]["content"].endswith("    return ")


async def test_an_answer_without_an_end_mark_was_cut_off() -> None:
    async with setting("openai", sse(openai_says("Half an"), done="")) as work:
        with pytest.raises(BrokenStreamError, match="stopped in the middle") as caught:
            await work.provider.chat(HELLO)
    assert caught.value.partial == "Half an"


async def test_a_connection_that_breaks_keeps_what_came() -> None:
    piece = b'data: {"choices":[{"delta":{"content":"Half an"}}]}\n\n'
    async with setting("openai", streamed(piece, cut=True)) as work:
        with pytest.raises(BrokenStreamError, match="broke the connection") as caught:
            await work.provider.chat(HELLO)
    assert caught.value.partial == "Half an"


async def test_an_end_mark_counts_even_if_the_connection_breaks_after_it() -> None:
    piece = b'data: {"choices":[{"delta":{"content":"All"},"finish_reason":"stop"}]}\n\n'
    async with setting("openai", streamed(piece, cut=True)) as work:
        assert (await work.provider.chat(HELLO)).content == "All"


async def test_an_error_before_the_first_text_can_be_answered_like_any_other() -> None:
    async with setting("openai", sse({"error": {"type": "rate_limit_error", "message": "slow down"}})) as work:
        with pytest.raises(RateLimitedError, match="slow down"):
            await work.provider.chat(HELLO)


async def test_an_error_after_the_first_text_keeps_what_came() -> None:
    async with setting("openai", sse(openai_says("Half"), {"error": {"message": "out of memory"}}, done="")) as work:
        with pytest.raises(BrokenStreamError, match="out of memory") as caught:
            await work.provider.chat(HELLO)
    assert caught.value.partial == "Half"


async def test_a_service_may_say_at_the_end_that_it_failed() -> None:
    async with setting("openai", sse(openai_says("Half"), openai_ends("error"))) as work:
        with pytest.raises(BrokenStreamError):
            await work.provider.chat(HELLO)


async def test_an_event_that_is_no_json() -> None:
    async with setting("openai", streamed(b"data: {oops\n\n")) as work:
        with pytest.raises(ProtocolError, match="no JSON"):
            await work.provider.chat(HELLO)


async def test_a_conversation_that_is_too_long_is_shortened_once_to_the_reported_size() -> None:
    too_long = whole({"error": {"message": OVERFLOW}}, "400 Bad Request")
    talk = ChatRequest((ChatMessage("user", "x" * 9000), ChatMessage("assistant", "y"), ChatMessage("user", "z")))
    async with setting("openai", too_long, sse(openai_says("ok"), openai_ends())) as work:
        assert (await work.provider.chat(talk)).content == "ok"
        assert [len(asked.json["messages"]) for asked in work.server.asked] == [3, 2]
    async with setting("openai", too_long) as work:
        with pytest.raises(ContextOverflowError):
            await work.provider.chat(talk)
        assert len(work.server.asked) == 2


async def test_code_that_is_too_long_is_shortened_away_from_the_cursor() -> None:
    too_long = whole({"error": {"message": OVERFLOW}}, "400 Bad Request")
    lines = "".join(f"line_{number} = 0\n" for number in range(300))
    prompt = type(PROMPT)(lines + "total = ", "", "python")
    async with setting("openai", too_long, sse(openai_says("<COMPLETION>1</COMPLETION>"), openai_ends())) as work:
        assert (await work.provider.complete_code(prompt, CONTEXT)).text == "1"
        first, second = (asked.json["messages"][-1]["content"] for asked in work.server.asked)
    assert len(second) < len(first) / 2
    assert second.endswith("total = ")


async def test_parameters_that_are_refused_one_after_the_other() -> None:
    def refuse(name: str) -> object:
        return {"error": {"message": f"Unsupported parameter: '{name}'", "param": name}}

    answers = (
        whole(refuse("stream_options"), "400 Bad Request"),
        whole(refuse("max_completion_tokens"), "400 Bad Request"),
        sse(openai_says("ok"), openai_ends()),
    )
    async with setting("openai", *answers) as work:
        request = ChatRequest(HELLO.messages, max_tokens=9)
        for _ in range(2):
            assert (await work.provider.chat(request)).content == "ok"
        assert len(work.server.asked) == 4
        assert work.last.json["max_tokens"] == 9
        assert not {"stream_options", "max_completion_tokens"} & work.last.json.keys()


async def test_a_service_that_refuses_everything_is_not_asked_for_ever() -> None:
    async with setting(
        "openai", whole({"error": {"message": "no", "param": "stream_options"}}, "400 Bad Request")
    ) as work:
        with pytest.raises(BadRequestError):
            await work.provider.chat(HELLO)
        assert len(work.server.asked) == 2


async def test_an_empty_completion_says_why() -> None:
    thought = {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 9}}
    cases = (
        ((openai_ends(),), "the model added nothing"),
        ((openai_ends("content_filter"),), "the service declined to answer"),
        (({**openai_ends("length"), "usage": thought},), "used up all its tokens on thinking"),
        (({"choices": [{"delta": {"refusal": "I will not."}}]}, openai_ends()), "the service declined to answer"),
    )
    for events, why in cases:
        async with setting("openai", sse(*events)) as work:
            answer = await work.provider.complete_code(PROMPT, CONTEXT)
        assert answer.text == ""
        assert answer.silence is not None
        assert answer.silence.reason is Reason.UNSURE
        assert why in answer.silence.detail


async def test_what_a_person_sets_goes_out_as_it_is() -> None:
    async with setting("openai", sse(openai_ends()), temperature=0.2, top_p=0.9, parameters={"seed": 1}) as work:
        await work.provider.chat(HELLO)
        assert {"temperature": 0.2, "top_p": 0.9, "seed": 1}.items() <= work.last.json.items()


async def test_without_settings_only_what_has_to_be_is_sent() -> None:
    async with setting("openai-compatible", sse(openai_ends())) as work:
        await work.provider.chat(HELLO)
        assert work.last.json.keys() == {"model", "messages", "stream", "stream_options"}


async def test_a_look_at_the_service_warns_of_what_is_coming() -> None:
    models = {"data": [{"id": "gpt-4o"}, {"id": "m", "shutdown_date": 1_800_000_000}]}
    async with setting("openai", whole(models), model="gpt-4o") as work:
        assert "will be shut down on 2027-01-14" in (await work.provider.check()).detail
    async with setting("openai", whole(models)) as work:
        assert "stops offering it on 2027-01-15" in (await work.provider.check()).detail
    async with setting("openai", whole(models), model="typo") as work:
        health = await work.provider.check()
        assert not health.ok
        assert "has no model 'typo'" in health.detail


async def test_vectors_have_to_fit_the_texts() -> None:
    async with setting("openai", whole({"data": [{"embedding": [1, 2]}]})) as work:
        assert await work.provider.embed(["a"]) == [[1.0, 2.0]]
        with pytest.raises(ProtocolError, match="1 vectors for 2 texts"):
            await work.provider.embed(["a", "b"])


async def test_without_a_model_nothing_is_asked() -> None:
    async with setting("openai-compatible", EMPTY, model=None) as work:
        with pytest.raises(ConfigurationError, match=r"set `model` in \[providers\.work\]"):
            await work.provider.chat(HELLO)
        assert [asked.method for asked in work.server.asked] == ["GET"]


async def test_a_completion_may_name_another_model() -> None:
    async with setting("openai", sse(openai_ends())) as work:
        await work.provider.complete_code(replace(PROMPT, model="other"), CONTEXT)
        assert work.last.json["model"] == "other"
    async with setting("mistral", sse(openai_ends()), model="mistral-small-latest") as work:
        await work.provider.complete_code(replace(PROMPT, model="codestral-latest"), CONTEXT)
        assert work.last.path == "/fim/completions"


async def test_a_model_that_cannot_stop_thinking_thinks_as_little_as_it_can_and_gets_room_for_it() -> None:
    refusal = {
        "message": "Unsupported value: 'reasoning_effort' does not support 'none' with this model.",
        "param": "reasoning_effort",
    }
    async with setting("openai", whole({"error": refusal}, "400 Bad Request"), sse(openai_ends())) as work:
        for _ in range(2):
            await work.provider.complete_code(PROMPT, CONTEXT)
        efforts = [asked.json["reasoning_effort"] for asked in work.server.asked]
        assert efforts == ["none", "minimal", "minimal"]
        assert work.last.json["max_completion_tokens"] > 2000
