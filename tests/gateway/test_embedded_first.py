from __future__ import annotations

import pytest

from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.errors import ProtocolError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.gateway.embedded_first import EmbeddedFirstStage
from tests.gateway.support_gateway import (
    FakeProvider,
    answer,
    chat_call,
    completion_call,
    finished_of,
    line,
    sources,
    text_of,
)


def engine(confidence: float | None, text: str = "sure") -> FakeProvider:
    async def script(number: int) -> CodeCompletion:
        if not text:
            return CodeCompletion("", "embedded", "statistics", confidence=1.0, silence=Silence(Reason.UNSURE))
        return answer(text, provider="embedded", confidence=confidence)

    return FakeProvider("embedded", script=script, service=None, is_local=True)


@pytest.mark.parametrize(
    ("confidence", "threshold", "expected"),
    [(0.9, 0.8, "sure"), (0.8, 0.8, "sure"), (0.79, 0.8, "answer 1"), (None, 0.8, "answer 1"), (1.0, None, "answer 1")],
)
async def test_the_engine_answers_when_it_is_sure_enough(
    confidence: float | None, threshold: float | None, expected: str
) -> None:
    cloud = FakeProvider()
    stage = EmbeddedFirstStage(lambda: threshold)
    assert await text_of(line(stage, providers=sources(cloud, engine(confidence)))(completion_call())) == expected
    assert cloud.calls == (expected != "sure")


async def test_an_empty_answer_is_never_sure_enough() -> None:
    providers = sources(FakeProvider(), engine(1.0, text=""))
    assert await text_of(line(EmbeddedFirstStage(lambda: 0.5), providers=providers)(completion_call())) == "answer 1"


async def test_the_answer_says_that_the_engine_gave_it() -> None:
    providers = sources(FakeProvider(), engine(0.9))
    end = await finished_of(line(EmbeddedFirstStage(lambda: 0.5), providers=providers)(completion_call()))
    assert end.provider == "embedded"


async def test_a_conversation_is_not_for_the_engine() -> None:
    sure = engine(1.0)
    providers = sources(FakeProvider(), sure)
    assert await text_of(line(EmbeddedFirstStage(lambda: 0.5), providers=providers)(chat_call())) == "hello there"
    assert sure.calls == 0


async def test_an_engine_that_fails_is_passed_by() -> None:
    async def fail(number: int) -> CodeCompletion:
        raise ProtocolError("broken index")

    providers = sources(FakeProvider(), FakeProvider("embedded", script=fail, service=None))
    assert await text_of(line(EmbeddedFirstStage(lambda: 0.5), providers=providers)(completion_call())) == "answer 1"
