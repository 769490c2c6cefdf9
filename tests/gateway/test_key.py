from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.gateway.call import ChatCall, CompletionCall
from ai_lsp.gateway.key import CallKey
from tests.gateway.support_gateway import FakeProvider, completion_call, sources

words = st.text(alphabet="ab:1\ud800", max_size=4)
prompts = st.builds(
    CompletionPrompt,
    prefix=words,
    suffix=words,
    language=words,
    path=st.none() | words,
    max_tokens=st.integers(1, 3),
    stop=st.lists(words, max_size=2).map(tuple),
    model=st.none() | words,
    temperature=st.none() | st.sampled_from([0, 0.5, 1.0]),
)
messages = st.builds(ChatMessage, role=st.sampled_from(["system", "user", "assistant"]), content=words)
requests = st.builds(
    ChatRequest,
    messages=st.lists(messages, max_size=3).map(tuple),
    model=st.none() | words,
    max_tokens=st.none() | st.integers(1, 3),
    temperature=st.none() | st.sampled_from([0, 0.5, 1.0]),
    stop=st.lists(words, max_size=2).map(tuple),
)
names = st.sampled_from(["one", "two"])
calls = st.builds(
    CompletionCall, provider=names, prompt=prompts, context=st.just(completion_call().context)
) | st.builds(ChatCall, provider=names, request=requests)
key = CallKey(sources(FakeProvider("one"), FakeProvider("two")))


@given(calls, calls)
def test_r11_keys_are_equal_only_for_equal_calls(
    one: CompletionCall | ChatCall, two: CompletionCall | ChatCall
) -> None:
    assert (key(one) == key(two)) == (one == two)


def test_r11_another_origin_or_model_of_the_provider_is_another_key() -> None:
    keys = {
        CallKey(sources(FakeProvider(service=origin, set_model=model)))(completion_call())
        for origin in (None, "https://a.test", "https://b.test")
        for model in (None, "m1", "m2")
    }
    assert len(keys) == 9


def test_deadlines_and_traces_make_no_difference() -> None:
    call = completion_call("one")
    again = replace(call, deadlines=replace(call.deadlines, total=1.0))
    again.trace.attempts = 5
    assert key(call) == key(again)
