"""What each kind's own settings change about what is sent, and what each service does differently."""

from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.errors import AuthenticationError, ConfigurationError
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from tests.providers.support_http import CONTEXT, EMPTY, HELLO, PROMPT, openai_ends, openai_says, setting
from tests.transport.loopback import Asked, sse, streamed, whole

OK = sse(openai_says("ok"), openai_ends())
CLAUDE_OK = sse(
    {"type": "message_start", "message": {"model": "m", "usage": {"input_tokens": 1}}},
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "<COMPLETION>ok</COMPLETION>"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
    {"type": "message_stop"},
    done="",
)
GEMINI_OK = sse({"candidates": [{"content": {"parts": [{"text": "ok"}]}, "finishReason": "STOP"}]}, done="")


def ndjson(*lines: str) -> Any:
    return streamed(*(f"{line}\n".encode() for line in lines), media="application/x-ndjson")


async def chat(kind: str, answer: Any, model: str = "m", **options: Any) -> Asked:
    async with setting(kind, answer, model=model, **options) as work:
        await work.provider.chat(ChatRequest(HELLO.messages, max_tokens=50))
        return work.last


async def complete(kind: str, answer: Any, model: str = "m", **options: Any) -> Asked:
    async with setting(kind, answer, model=model, **options) as work:
        await work.provider.complete_code(PROMPT, CONTEXT)
        return work.last


# openai


async def test_openai_settings() -> None:
    asked = await chat(
        "openai", OK, organization="o", project="p", service_tier="flex", verbosity="low", thinking="high"
    )
    assert (asked.headers["openai-organization"], asked.headers["openai-project"]) == ("o", "p")
    assert {"service_tier": "flex", "verbosity": "low", "reasoning_effort": "high"}.items() <= asked.json.items()
    assert asked.json["max_completion_tokens"] == 50


async def test_code_is_completed_without_thinking() -> None:
    assert (await complete("openai", OK, "gpt-6-luna")).json["reasoning_effort"] == "none"
    asked = await complete("openai", OK, "gpt-6-astra")
    assert asked.json["reasoning_effort"] == "low"
    assert asked.json["max_completion_tokens"] > 2000


# anthropic


async def test_anthropic_sends_the_key_as_its_version_has_it() -> None:
    asked = await chat("anthropic", CLAUDE_OK)
    assert asked.headers["authorization"].startswith("Bearer ")
    assert asked.headers["anthropic-version"] == "2026-10-21"
    asked = await chat("anthropic", CLAUDE_OK, api_version="2023-06-01", beta=["a", "b"])
    assert "authorization" not in asked.headers
    assert asked.headers["x-api-key"]
    assert asked.headers["anthropic-beta"] == "a,b"


async def test_anthropic_settings() -> None:
    body = (await chat("anthropic", CLAUDE_OK, cache="1h", thinking="low")).json
    assert body["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    assert body["output_config"] == {"effort": "low"}
    assert body["system"] == "Be brief."
    assert [message["role"] for message in body["messages"]] == ["user"]
    assert "cache_control" not in (await chat("anthropic", CLAUDE_OK, cache="off")).json


async def test_anthropic_completes_without_thinking_where_it_can() -> None:
    body = (await complete("anthropic", CLAUDE_OK, "claude-haiku-5-5")).json
    assert body["thinking"] == {"type": "disabled"}
    assert body["stop_sequences"] == ["</COMPLETION>"]
    assert body["messages"][-1]["role"] == "user", "current models refuse to go on from words put into their mouth"
    body = (await complete("anthropic", CLAUDE_OK, "claude-opus-5-5")).json
    assert "thinking" not in body
    assert "cache_control" not in body
    assert body["output_config"] == {"effort": "low"}
    assert body["max_tokens"] > 2000


async def test_anthropic_stop_sequences_of_blanks_are_not_sent() -> None:
    async with setting("anthropic", CLAUDE_OK) as work:
        await work.provider.chat(ChatRequest(HELLO.messages, stop=("\n\n", "END")))
        assert work.last.json["stop_sequences"] == ["END"]


# gemini


async def test_gemini_settings() -> None:
    asked = await chat(
        "gemini", GEMINI_OK, api_version="v1beta", safety_settings={"HARM": "OFF"}, cached_content="c", thinking="low"
    )
    assert asked.path == "/v1beta/models/m:streamGenerateContent?alt=sse"
    assert "key=" not in asked.path
    assert asked.headers["x-goog-api-key"]
    assert asked.json["safetySettings"] == [{"category": "HARM", "threshold": "OFF"}]
    assert asked.json["cachedContent"] == "c"
    assert asked.json["generationConfig"] == {"maxOutputTokens": 50, "thinkingConfig": {"thinkingLevel": "LOW"}}


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("gemini-3.8-flash", {"thinkingLevel": "MINIMAL"}),
        ("gemini-4-argon", {"thinkingLevel": "LOW"}),
        ("gemini-2.5-flash-lite", {"thinkingBudget": 0}),
    ],
)
async def test_gemini_completes_with_as_little_thinking_as_it_can(model: str, thinking: dict[str, Any]) -> None:
    assert (await complete("gemini", GEMINI_OK, model)).json["generationConfig"]["thinkingConfig"] == thinking


async def test_gemini_blocks_a_prompt_without_an_answer() -> None:
    blocked = sse({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, done="")
    async with setting("gemini", blocked) as work:
        answer = await work.provider.chat(HELLO)
    assert (answer.content, answer.finish_reason) == ("", "content_filter")


# mistral and grok


async def test_mistral_fills_in_the_middle() -> None:
    asked = await complete("mistral", OK, "codestral-latest", random_seed=7)
    assert asked.path == "/fim/completions"
    assert asked.json == {
        "model": "codestral-latest",
        "prompt": PROMPT.prefix,
        "suffix": PROMPT.suffix,
        "max_tokens": 32,
        "stream": True,
        "random_seed": 7,
    }
    assert (await complete("mistral", OK, "mistral-small-latest")).path == "/chat/completions"


async def test_mistral_thinks_in_parts_that_are_no_answer() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "ok"}]
    async with setting("mistral", sse({"choices": [{"delta": {"content": parts}, "finish_reason": "stop"}]})) as work:
        assert (await work.provider.chat(HELLO)).content == "ok"


async def test_grok_says_what_a_call_has_cost() -> None:
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "cost_in_usd_ticks": 12_500_000}
    async with setting("grok", sse(openai_says("ok"), openai_ends(), {"choices": [], "usage": usage})) as work:
        answer = await work.provider.chat(HELLO)
    assert answer.usage is not None
    assert answer.usage.cost == pytest.approx(0.00125)


# openai-compatible


@pytest.mark.parametrize(
    ("options", "model", "path", "prompt"),
    [
        ({}, "m", "/v1/chat/completions", None),
        ({"fim": "chat"}, "qwen2.5-coder", "/v1/chat/completions", None),
        ({}, "qwen2.5-coder", "/v1/completions", f"<|fim_prefix|>{PROMPT.prefix}<|fim_suffix|>\n<|fim_middle|>"),
        ({"fim": "starcoder"}, "m", "/v1/completions", f"<fim_prefix>{PROMPT.prefix}<fim_suffix>\n<fim_middle>"),
        ({"fim": "suffix"}, "m", "/v1/completions", PROMPT.prefix),
        ({"fim": "suffix", "fim_path": "/beta/completions"}, "m", "/beta/completions", PROMPT.prefix),
    ],
)
async def test_how_a_compatible_service_completes(options: dict[str, Any], model: str, path: str, prompt: str) -> None:
    asked = await complete("openai-compatible", OK, model, path="/v1", **options)
    assert asked.path == path
    assert asked.json.get("prompt") == prompt


def test_deepseek_is_known_by_its_address() -> None:
    deepseek = ProviderSettings("ds", "openai-compatible", "deepseek-v4-flash", "https://api.deepseek.com")
    provider = AIProviderFactory({"ds": deepseek}).get("ds")
    assert provider.capabilities.supports_fim


async def test_where_a_template_is_refused_a_conversation_follows_and_is_remembered() -> None:
    refused = whole({"error": {"message": "no such path"}}, "404 Not Found")
    async with setting("openai-compatible", refused, OK, model="qwen2.5-coder") as work:
        for _ in range(2):
            assert (await work.provider.complete_code(PROMPT, CONTEXT)).text == "ok"
        paths = [asked.path for asked in work.server.asked]
        assert paths == ["/completions", "/chat/completions", "/chat/completions"]
        assert not work.provider.capabilities.supports_fim


async def test_a_prompt_that_is_refused_is_tried_as_a_conversation_this_once() -> None:
    refused = whole({"error": {"message": "something is wrong"}}, "400 Bad Request")
    async with setting("mistral", refused, OK, model="codestral-latest") as work:
        assert (await work.provider.complete_code(PROMPT, CONTEXT)).text == "ok"
        await work.provider.complete_code(PROMPT, CONTEXT)
        paths = [asked.path for asked in work.server.asked]
        assert paths == ["/fim/completions", "/chat/completions", "/fim/completions"]


async def test_a_service_that_cannot_stream_has_the_same_face() -> None:
    document = {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}}
    async with setting("openai-compatible", whole(document), stream=False) as work:
        chunks = [chunk async for chunk in work.provider.stream_chat(HELLO)]
        assert [chunk.content for chunk in chunks] == ["ok", ""]
        assert work.last.json["stream"] is False


async def test_a_key_may_travel_in_any_header() -> None:
    asked = await chat("openai-compatible", OK, auth_header="api-key")
    assert asked.headers["api-key"] == "sk-canary-0123456789"
    assert "authorization" not in asked.headers


async def test_a_local_server_with_one_model_needs_no_name_for_it() -> None:
    async with setting("openai-compatible", whole({"data": [{"id": "only"}]}), OK, model=None) as work:
        await work.provider.chat(HELLO)
        assert work.last.json["model"] == "only"


# llamacpp


async def test_llamacpp_fills_in_the_middle_and_knows_its_slot() -> None:
    said = sse({"content": "a + ", "stop": False}, {"content": "b", "stop": True, "stop_type": "limit"}, done="")
    props = whole({"default_generation_settings": {"n_ctx": 300}})
    long = CompletionPrompt("# far away\n" * 200 + "def f():\n    return ", "", "python", max_tokens=8)
    async with setting("llamacpp", props, said, t_max_predict_ms=500, id_slot=1) as work:
        answer = await work.provider.complete_code(long, CONTEXT)
        assert (answer.text, answer.finish_reason) == ("a + b", "length")
        assert [asked.path for asked in work.server.asked] == ["/props", "/infill"]
        body = work.last.json
    assert body["prompt"] == "    return "
    assert len(body["input_prefix"]) < 900
    assert {"n_predict": 8, "t_max_predict_ms": 500, "id_slot": 1, "cache_prompt": True}.items() <= body.items()


async def test_llamacpp_without_marks_for_the_middle_holds_a_conversation() -> None:
    refused = whole({"error": {"code": 501, "message": "Infill is not supported by this model"}}, "501 Not Implemented")
    async with setting("llamacpp", EMPTY, refused, OK) as work:
        assert (await work.provider.complete_code(PROMPT, CONTEXT)).text == "ok"
        assert work.last.path == "/v1/chat/completions"


# ollama

SHOWN = whole(
    {"capabilities": ["completion", "insert"], "model_info": {"general.architecture": "q", "q.context_length": 4096}}
)
GENERATED = ndjson(
    '{"response":"a + b","done":false}', '{"response":"","done":true,"done_reason":"stop","eval_count":3}'
)


async def test_ollama_fills_in_the_middle() -> None:
    async with setting("ollama", SHOWN, GENERATED, keep_alive="30m") as work:
        assert (await work.provider.complete_code(PROMPT, CONTEXT)).text == "a + b"
        body = work.last.json
        assert work.provider.capabilities.context_window == 4096
    assert (body["prompt"], body["suffix"], body["keep_alive"]) == (PROMPT.prefix, PROMPT.suffix, "30m")
    assert {"num_ctx": 8192, "num_predict": 32}.items() <= body["options"].items()
    assert "think" not in body, "a model that cannot think refuses to be told so"


async def test_ollama_tells_a_model_that_thinks_not_to() -> None:
    shown = whole({"capabilities": ["completion", "insert", "thinking"]})
    async with setting("ollama", shown, GENERATED) as work:
        await work.provider.complete_code(PROMPT, CONTEXT)
        assert work.last.json["think"] is False


async def test_ollama_uses_a_template_of_ours_where_the_server_has_none() -> None:
    shown = whole({"capabilities": ["completion"]})
    async with setting("ollama", shown, GENERATED, model="qwen2.5-coder:7b") as work:
        await work.provider.complete_code(PROMPT, CONTEXT)
        assert work.last.json["raw"] is True
        assert work.last.json["prompt"].startswith("<|fim_prefix|>")


async def test_ollama_picks_a_model_that_completes() -> None:
    tags = {"models": [{"name": "talk", "capabilities": ["completion"]}, {"name": "code", "capabilities": ["insert"]}]}
    async with setting("ollama", whole(tags), SHOWN, GENERATED, model=None) as work:
        await work.provider.complete_code(PROMPT, CONTEXT)
        assert work.last.json["model"] == "code"


# what goes wrong before anything is sent


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        (ProviderSettings("w", "openai", endpoint="http://api.example.com"), ConfigurationError, "use https"),
        (ProviderSettings("w", "anthropic", options={"cache": "2h"}), ConfigurationError, "[providers.w] cache:"),
        (ProviderSettings("w", "openai-compatible", options={"fim": "qwn"}), ConfigurationError, "'qwn' is not one of"),
        (ProviderSettings("w", "ollama", endpoint="http://10.0.0.5:11434"), ConfigurationError, "use https"),
    ],
)
def test_wrong_settings_are_told_in_one_line(settings: ProviderSettings, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as caught:
        AIProviderFactory({"w": settings}).get("w")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_missing_key_says_how_to_store_one() -> None:
    factory = AIProviderFactory(services=Services())
    with pytest.raises(AuthenticationError, match="ai-lsp keys set mistral"):
        await factory.get("mistral").chat(HELLO)
    await factory.aclose()
