"""OpenAI's service."""

from __future__ import annotations

from ai_lsp.core.errors import (
    AuthenticationError,
    ContextOverflowError,
    OverloadedError,
    QuotaExceededError,
    RateLimitedError,
)
from ai_lsp.providers.base import ModelInfo
from tests.wire import judges, recorded
from tests.wire.dialect import Dialect, Exchange, Quiet, Refusal

CHAT = Exchange("/v1/chat/completions", recorded.OPENAI_CHAT, "stop", judges.OPENAI_CHAT)
BROKEN = (
    b'data: {"error":{"message":"The server had an error.","type":"server_error","param":null,"code":null}}\n\n',
    b'data: {"error":{"message":"upstream failed","type":null,"param":null,"code":"500"}}\n\n',
    b'data: {"error":{"message":"upstream failed","type":"server_error","code":null}}\n\ndata: [DONE]\n\n',
)
DELTA = b'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}\n\n'
VECTORS = {
    "object": "list",
    "model": "e",
    "data": [
        {"object": "embedding", "index": 1, "embedding": [0.25, 2.0]},
        {"object": "embedding", "index": 0, "embedding": [0.5, -1.0]},
    ],
    "usage": {"prompt_tokens": 4, "total_tokens": 4},
}
NO_TEMPERATURE = (
    '{"error":{"message":"Unsupported value: \'temperature\' does not support 0.3 with this model. Only the default (1)'
    ' value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}'
)


def _quiet(delta: str, finish: str) -> bytes:
    return (
        f'data: {{"choices":[{{"index":0,"delta":{delta},"finish_reason":"{finish}"}}]}}\n\ndata: [DONE]\n\n'.encode()
    )


DIALECT = Dialect(
    kind="openai",
    model="gpt-6-luna",
    base="/v1",
    chat=CHAT,
    code=CHAT,
    delta=DELTA,
    end_mark=b'"finish_reason":"stop"',
    broken=BROKEN,
    documents={
        "/v1/models": {
            "object": "list",
            "data": [
                {"id": "gpt-6-luna", "object": "model", "created": 1, "owned_by": "system"},
                {"id": "gpt-old", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": "2026-12-11"},
            ],
        }
    },
    models=[ModelInfo("gpt-6-luna"), ModelInfo("gpt-old", deprecated="2026-12-11")],
    vectors=("/v1/embeddings", VECTORS),
    silences=[
        Quiet("nothing to add", _quiet("{}", "stop"), "stop"),
        Quiet("all spent on thinking", _quiet('{"role":"assistant","content":""}', "length"), "length"),
        Quiet("filtered", _quiet("{}", "content_filter"), "content_filter"),
    ],
    refuses_parameter=NO_TEMPERATURE,
    refusals=[
        Refusal(
            "wrong key",
            401,
            '{"error":{"message":"Incorrect API key provided: sk-canary-7f3a9d51c0ffee. You can find your API key at'
            ' the dashboard.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}',
            AuthenticationError,
        ),
        Refusal(
            "wrong key, starred",
            401,
            '{"error":{"message":"Incorrect API key provided: sk-cana**********ffee.","type":"invalid_request_error",'
            '"param":null,"code":"invalid_api_key"}}',
            AuthenticationError,
        ),
        Refusal(
            "used up",
            429,
            '{"error":{"message":"You exceeded your current quota, please check your plan and billing details.",'
            '"type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
            QuotaExceededError,
        ),
        Refusal(
            "too many requests",
            429,
            '{"error":{"message":"Rate limit reached for gpt-6-luna. Please try again in 6s.","type":"requests",'
            '"param":null,"code":"rate_limit_exceeded"}}',
            RateLimitedError,
            headers={"retry-after": "7", "retry-after-ms": "6120"},
            facts={"retry_after": 6.12},
        ),
        Refusal(
            "too long",
            400,
            '{"error":{"message":"This model\'s maximum context length is 8192 tokens. However, your messages resulted'
            ' in 9001 tokens. Please reduce the length of the messages.","type":"invalid_request_error",'
            '"param":"messages","code":"context_length_exceeded"}}',
            ContextOverflowError,
            facts={"limit": 8192, "used": 9001},
        ),
        Refusal(
            "too long, newer",
            400,
            '{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and'
            ' try again.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}',
            ContextOverflowError,
        ),
        Refusal(
            "overloaded",
            503,
            '{"error":{"message":"The engine is currently overloaded, please try again later","type":"server_error",'
            '"param":null,"code":null}}',
            OverloadedError,
        ),
    ],
)
