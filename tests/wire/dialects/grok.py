"""xAI's service."""

from __future__ import annotations

from dataclasses import replace

from ai_lsp.core.errors import AuthenticationError, ContextOverflowError, RateLimitedError
from ai_lsp.providers.base import ModelInfo
from tests.wire import judges, recorded
from tests.wire.dialect import Exchange, Refusal
from tests.wire.dialects import openai

CHAT = Exchange("/v1/chat/completions", recorded.GROK_CHAT, "stop", judges.OPENAI_CHAT)

DIALECT = replace(
    openai.DIALECT,
    kind="grok",
    model="grok-4.7",
    chat=CHAT,
    code=CHAT,
    vectors=None,
    documents={
        "/v1/language-models": {
            "models": [
                {
                    "id": "grok-4.7",
                    "object": "model",
                    "aliases": ["grok-latest"],
                    "prompt_text_token_price": 20000,
                    "completion_text_token_price": 60000,
                    "max_prompt_length": 500_000,
                }
            ]
        },
        "/v1/models": {"object": "list", "data": [{"id": "grok-4.7", "object": "model"}]},
        "/v1/api-key": {"redacted_api_key": "xai-...b14o", "name": "mine", "api_key_blocked": False},
    },
    models=[ModelInfo("grok-4.7", 500_000)],
    refusals=[
        Refusal(
            "wrong key",
            400,
            '{"code":"Client specified an invalid argument","error":"Incorrect API key provided: sk***ee. You can'
            ' obtain an API key from the console."}',
            AuthenticationError,
        ),
        Refusal(
            "too many requests",
            429,
            '{"code":"Some resource has been exhausted","error":"Too many requests for team."}',
            RateLimitedError,
            headers={"retry-after": "2.5"},
            facts={"retry_after": 2.5},
        ),
        Refusal(
            "too long",
            400,
            '{"code":"Client specified an invalid argument","error":"This model\'s maximum prompt length is 131072 but'
            ' the request contains 140000 tokens."}',
            ContextOverflowError,
            facts={"limit": 131_072, "used": 140_000},
        ),
    ],
)
