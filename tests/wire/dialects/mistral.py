"""Mistral's service."""

from __future__ import annotations

from dataclasses import replace

from ai_lsp.core.errors import AuthenticationError, BadRequestError, ContextOverflowError, RateLimitedError
from ai_lsp.providers.base import ModelInfo
from tests.wire import judges, recorded
from tests.wire.dialect import Exchange, Refusal
from tests.wire.dialects import openai


def _error(kind: str, message: str, code: str, status: int) -> str:
    return (
        f'{{"object":"error","message":"{message}","type":"{kind}","param":null,"code":"{code}",'
        f'"raw_status_code":{status}}}'
    )


DIALECT = replace(
    openai.DIALECT,
    kind="mistral",
    model="codestral-latest",
    chat=Exchange("/v1/chat/completions", recorded.MISTRAL_CHAT, "stop", judges.MISTRAL_CHAT),
    code=Exchange("/v1/fim/completions", recorded.MISTRAL_FIM, "stop", judges.MISTRAL_FIM),
    broken=[f"data: {_error('internal_server_error', 'Service unavailable.', '3000', 503)}\n\n".encode()],
    documents={
        "/v1/models": {
            "object": "list",
            "data": [
                {
                    "id": "codestral-latest",
                    "object": "model",
                    "capabilities": {"completion_chat": True, "completion_fim": True},
                    "max_context_length": 256_000,
                    "aliases": ["codestral-2508"],
                    "type": "base",
                },
                {
                    "id": "mistral-small-old",
                    "object": "model",
                    "capabilities": {"completion_chat": True, "completion_fim": False},
                    "max_context_length": 32_768,
                    "deprecation": "2026-12-31T12:00:00Z",
                    "deprecation_replacement_model": "mistral-small-latest",
                    "type": "base",
                },
            ],
        }
    },
    models=[
        ModelInfo("codestral-latest", 256_000, supports_fim=True, supports_chat=True),
        ModelInfo("mistral-small-old", 32_768, supports_fim=False, supports_chat=True, deprecated="2026-12-31"),
    ],
    refuses_parameter='{"detail":[{"type":"extra_forbidden","loc":["body","temperature"],"msg":"Extra inputs are not'
    ' permitted","input":0.3}]}',
    refusals=[
        Refusal("wrong key", 401, '{"detail":"Unauthorized"}', AuthenticationError),
        Refusal(
            "too many requests",
            429,
            _error("rate_limited", "Rate limit exceeded", "1300", 429),
            RateLimitedError,
            headers={"retry-after": "3"},
            facts={"retry_after": 3.0},
        ),
        Refusal(
            "no room for this tier",
            429,
            _error("service_tier_capacity_exceeded", "Service tier capacity exceeded for this model.", "3505", 429),
            RateLimitedError,
        ),
        Refusal(
            "too long",
            400,
            _error(
                "invalid_request_prompt",
                "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
                "3051",
                400,
            ),
            ContextOverflowError,
            facts={"limit": 32_768, "used": 40_000},
        ),
        Refusal(
            "wrong value",
            422,
            '{"detail":[{"type":"less_than_equal","loc":["body","messages",0,"role"],"msg":"Input should be a role",'
            '"input":"x = secret_code"}]}',
            BadRequestError,
        ),
    ],
)
