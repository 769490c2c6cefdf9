"""A service that speaks OpenAI's shape, with DeepSeek's way of filling a hole."""

from __future__ import annotations

from dataclasses import replace

from ai_lsp.core.errors import (
    AuthenticationError,
    ConfigurationError,
    ContextOverflowError,
    OverloadedError,
    QuotaExceededError,
    RateLimitedError,
)
from ai_lsp.providers.base import ModelInfo
from tests.wire import judges, recorded
from tests.wire.dialect import Exchange, Refusal
from tests.wire.dialects import openai

DIALECT = replace(
    openai.DIALECT,
    kind="openai-compatible",
    model="deepseek-v4-flash",
    options={"fim": "suffix"},
    needs_key=False,
    chat=Exchange("/v1/chat/completions", recorded.COMPATIBLE_CHAT, "length", judges.OPENAI_CHAT),
    code=Exchange("/v1/completions", recorded.COMPATIBLE_FIM, "stop", judges.OPENAI_FIM),
    end_mark=b'"finish_reason":"length"',
    documents={
        "/v1/models": {
            "object": "list",
            "data": [
                {"id": "deepseek-v4-flash", "object": "model", "owned_by": "d", "context_length": 1_000_000},
                {"id": "qwen3-coder", "object": "model", "owned_by": "vllm", "max_model_len": 32_768},
            ],
        }
    },
    models=[ModelInfo("deepseek-v4-flash", 1_000_000), ModelInfo("qwen3-coder", 32_768)],
    refusals=[
        Refusal("wrong key", 401, '{"detail":"Unauthorized"}', AuthenticationError),
        Refusal("used up", 402, '{"error":{"message":"Insufficient Balance","code":402}}', QuotaExceededError),
        Refusal("no such model", 404, '{"error":"model not found"}', ConfigurationError),
        Refusal("too many requests", 429, '{"error":{"message":"Too many requests"}}', RateLimitedError),
        Refusal("no room", 503, "no healthy upstream", OverloadedError),
        Refusal(
            "too long for vLLM",
            400,
            '{"object":"error","message":"This model\'s maximum context length is 4096 tokens. However, you requested'
            ' 5000 tokens (4936 in the messages, 64 in the completion).","type":"BadRequestError","code":400}',
            ContextOverflowError,
            facts={"limit": 4096, "used": 5000},
        ),
        Refusal(
            "too long for llama.cpp",
            400,
            '{"error":{"code":400,"message":"request (5000 tokens) exceeds the available context size (4096 tokens),'
            ' try increasing it","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}',
            ContextOverflowError,
            facts={"limit": 4096, "used": 5000},
        ),
    ],
)
