from __future__ import annotations

import pytest

from ai_lsp.core.completion import CodeCompletion, Source
from ai_lsp.core.errors import ConnectionFailedError
from ai_lsp.gateway.call import Call, Events, Next
from ai_lsp.gateway.order import ORDER, GatewaySettings, Middleware, Parts, build_gateway
from tests.gateway.support_gateway import FakeProvider, answer, chat_call, completion_call, sources, text_of
from tests.support.clock import FakeClock


def test_the_stages_stand_in_this_order() -> None:
    gateway = build_gateway(GatewaySettings, Parts(providers=sources(FakeProvider()), clock=FakeClock()))
    assert [type(stage).__name__ for stage in gateway.stages] == [
        "EmbeddedFirstStage",
        "FallbackStage",
        "MeteringStage",
        "OwnEngineStage",
        "CacheStage",
        "CoalesceStage",
        "PrivacyStage",
        "QuotaStage",
        "AdmissionStage",
        "BreakerStage",
        "RetryStage",
        "PaceStage",
        "DeadlineStage",
    ]
    assert len(ORDER) == len(gateway.stages)


class Shouting:
    async def __call__(self, call: Call, following: Next) -> Events:
        async for event in following(call):
            yield event

    def __repr__(self) -> str:
        return "Shouting"


def test_middleware_goes_before_any_stage() -> None:
    parts = Parts(providers=sources(FakeProvider()), clock=FakeClock())
    gateway = build_gateway(GatewaySettings, parts, [Middleware("cache", Shouting()), Middleware("retry", Shouting())])
    names = [type(stage).__name__ for stage in gateway.stages]
    assert names[names.index("CacheStage") - 1] == names[names.index("RetryStage") - 1] == "Shouting"


def test_middleware_before_a_stage_that_there_is_not_is_refused_with_the_names_that_there_are() -> None:
    parts = Parts(providers=sources(FakeProvider()), clock=FakeClock())
    with pytest.raises(ValueError, match="no stage 'cash'; the stages are: embedded first, fallback"):
        build_gateway(GatewaySettings, parts, [Middleware("cash", Shouting())])


async def test_a_call_goes_through_the_whole_line_and_the_second_one_comes_from_the_cache() -> None:
    provider = FakeProvider()
    gateway = build_gateway(GatewaySettings, Parts(providers=sources(provider), clock=FakeClock()))

    first = await gateway.complete(completion_call())
    second = await gateway.complete(completion_call())

    assert (first.text, first.source) == ("answer 1", Source.UPSTREAM)
    assert (second.text, second.source) == ("answer 1", Source.CACHE)
    assert provider.calls == 1
    assert await text_of(gateway.stream(chat_call())) == "hello there"


async def test_the_embedded_engine_is_asked_anew_each_time_and_never_limited() -> None:
    engine = FakeProvider("embedded", service=None, is_local=True)
    gateway = build_gateway(GatewaySettings, Parts(providers=sources(engine), clock=FakeClock()))
    texts = [(await gateway.complete(completion_call("embedded"))).text for _ in range(3)]
    assert texts == ["answer 1", "answer 2", "answer 3"]


async def test_r14_with_the_primary_down_the_embedded_engine_answers_and_says_why() -> None:
    async def down(number: int) -> CodeCompletion:
        raise ConnectionFailedError("nobody answers at https://cloud.test")

    async def sure(number: int) -> CodeCompletion:
        return answer("42", provider="embedded", model="statistics")

    cloud = FakeProvider("cloud", script=down)
    engine = FakeProvider("embedded", script=sure, service=None, is_local=True)
    gateway = build_gateway(GatewaySettings, Parts(providers=sources(cloud, engine), clock=FakeClock()))

    given = await gateway.complete(completion_call())
    assert (given.text, given.provider) == ("42", "embedded")
    assert given.passed_over == ("cloud: nobody answers at https://cloud.test",)
