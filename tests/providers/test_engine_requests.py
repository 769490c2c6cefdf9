"""Requests for code: few stops, no thinking, code from elsewhere where there is a place for it, and estimates that learn."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ai_lsp.core.context import Snippet, SnippetKind
from ai_lsp.prompts.fim import FAMILIES
from tests.providers.support_http import CONTEXT, EMPTY, PROMPT, openai_ends, openai_says, setting
from tests.transport.loopback import sse, whole

OTHER = Snippet("shop/prices.py", "def price(item):", SnippetKind.DEFINITION, 3)
WITH_FILES = replace(PROMPT, snippets=(OTHER,))


async def asked(kind: str, *answers: Any, model: str = "m", **options: Any) -> dict[str, Any]:
    async with setting(kind, *(answers or (sse(openai_says("x"), openai_ends()),)), model=model, **options) as work:
        await work.provider.complete_code(WITH_FILES, CONTEXT)
        body = json.loads(work.last.body)
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("family", FAMILIES)
async def test_engine_14_four_stops_at_most(family: str) -> None:
    text = {"choices": [{"text": "x", "finish_reason": "stop"}]}
    body = await asked("openai-compatible", sse(text), fim=family)
    assert len(body["stop"]) <= 4
    assert ("shop/prices.py" in body["prompt"]) == bool(FAMILIES[family].file)


async def test_engine_14_thinking_is_off_where_code_is_completed() -> None:
    body = await asked("openai-compatible")
    assert body["reasoning_effort"] == "none"
    assert len(body["stop"]) <= 4
    assert "shop/prices.py" in body["messages"][-1]["content"]


@pytest.mark.parametrize("model", ["o3", "o4-mini"])
async def test_engine_14_the_o_series_gets_no_stops(model: str) -> None:
    assert "stop" not in await asked("openai", model=model)


@pytest.mark.parametrize("abilities", [["completion", "insert", "thinking"], ["completion", "thinking"]])
async def test_engine_14_ollama_does_not_think_and_falls_back_without_insert(abilities: list[str]) -> None:
    shown = whole({"capabilities": abilities})
    end = {"response": "x", "message": {"content": "x"}, "done": True, "done_reason": "stop"}
    body = await asked("ollama", shown, sse(end, done=""))
    assert body["think"] is False
    assert ("suffix" in body) == ("insert" in abilities)


async def test_llama_gets_other_files_in_their_own_place() -> None:
    end = {"content": "x", "stop": True, "stop_type": "eos", "tokens_evaluated": 9}
    body = await asked("llamacpp", EMPTY, sse(end, done=""))
    assert body["input_extra"] == [{"filename": "shop/prices.py", "text": "def price(item):"}]


async def test_reported_usage_makes_the_next_prompt_longer() -> None:
    usage = {"usage": {"prompt_tokens": 2_000, "completion_tokens": 1}}
    answers = [sse(openai_says("x"), {**openai_ends(), **usage}) for _ in range(12)]
    lines = "".join(f"value_{number} = {number}\n" for number in range(3_000))
    sizes: list[int] = []
    async with setting("openai-compatible", *answers, max_prompt_tokens=2_000) as work:
        for _ in answers:
            await work.provider.complete_code(replace(PROMPT, prefix=lines), CONTEXT)
            sizes.append(len(json.loads(work.last.body)["messages"][-1]["content"]))
    assert sizes[0] < sizes[-1] <= 4.5 * 2_000


async def test_a_whole_answer_counts_too() -> None:
    answer = whole({"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}]})
    assert "messages" in await asked("openai-compatible", answer, stream=False)
