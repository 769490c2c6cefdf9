"""Anthropic's service."""

from __future__ import annotations

from ai_lsp.core.errors import (
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ContextOverflowError,
    OverloadedError,
    QuotaExceededError,
    RateLimitedError,
)
from ai_lsp.providers.base import ModelInfo
from tests.wire import judges, recorded
from tests.wire.dialect import Dialect, Exchange, Quiet, Refusal

MESSAGES = Exchange("/v1/messages", recorded.ANTHROPIC, "stop", judges.ANTHROPIC)


def _error(kind: str, message: str) -> str:
    return f'{{"type":"error","error":{{"type":"{kind}","message":"{message}"}},"request_id":"req_011"}}'


START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",'
    b'"model":"claude-haiku-5-5","content":[],"stop_reason":null,"stop_sequence":null,'
    b'"usage":{"input_tokens":5,"output_tokens":1}}}\n\n'
)


def _quiet(reason: str) -> bytes:
    end = f'{{"type":"message_delta","delta":{{"stop_reason":"{reason}","stop_sequence":null}},"usage":{{"output_tokens":2}}}}'
    stop = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
    return START + f"event: message_delta\ndata: {end}\n\n".encode() + stop


DIALECT = Dialect(
    kind="anthropic",
    model="claude-haiku-5-5",
    chat=MESSAGES,
    code=MESSAGES,
    delta=b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
    b'"delta":{"type":"text_delta","text":"x"}}\n\n',
    end_mark=b'"stop_reason":"end_turn"',
    broken=[
        f"event: error\ndata: {_error('overloaded_error', 'Overloaded')}\n\n".encode(),
        b'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Internal server error"}}\n\n',
    ],
    silences=[
        Quiet("nothing to add", _quiet("end_turn"), "stop"),
        Quiet("all spent on thinking", _quiet("max_tokens"), "length"),
        Quiet("declined", _quiet("refusal"), "refusal"),
        Quiet("window full", _quiet("model_context_window_exceeded"), "length"),
    ],
    documents={
        "/v1/models": {
            "data": [
                {
                    "type": "model",
                    "id": "claude-haiku-5-5",
                    "display_name": "Claude Haiku 5.5",
                    "created_at": "2026-09-01T00:00:00Z",
                    "max_input_tokens": 1_000_000,
                    "max_tokens": 128_000,
                    "lifecycle": "active",
                },
                {
                    "type": "model",
                    "id": "claude-sonnet-4-5",
                    "display_name": "Claude Sonnet 4.5",
                    "created_at": "2025-09-29T00:00:00Z",
                    "max_input_tokens": 200_000,
                    "max_tokens": 64_000,
                    "lifecycle": "deprecated",
                    "deprecated_at": "2026-06-01T00:00:00Z",
                    "retires_at": "2026-11-30T00:00:00Z",
                },
            ],
            "has_more": False,
            "first_id": "claude-haiku-5-5",
            "last_id": "claude-sonnet-4-5",
        }
    },
    models=[
        ModelInfo("claude-haiku-5-5", 1_000_000, 128_000),
        ModelInfo("claude-sonnet-4-5", 200_000, 64_000, deprecated="2026-11-30"),
    ],
    refuses_parameter=_error("invalid_request_error", "`temperature` is deprecated for this model."),
    refusals=[
        Refusal("wrong key", 401, _error("authentication_error", "invalid x-api-key"), AuthenticationError),
        Refusal("forbidden", 403, _error("permission_error", "Not allowed."), AuthenticationError),
        Refusal("no such model", 404, _error("not_found_error", "model: claude-none"), ConfigurationError),
        Refusal("used up", 402, _error("billing_error", "Your credit balance is too low."), QuotaExceededError),
        Refusal(
            "too many requests",
            429,
            _error("rate_limit_error", "This request would exceed your rate limit."),
            RateLimitedError,
            headers={"retry-after": "12"},
            facts={"retry_after": 12.0},
        ),
        Refusal("overloaded", 529, _error("overloaded_error", "Overloaded"), OverloadedError),
        Refusal("broken", 500, _error("api_error", "Internal server error"), OverloadedError),
        Refusal("slow", 504, _error("timeout_error", "Request timed out"), OverloadedError),
        Refusal(
            "too long",
            400,
            _error("invalid_request_error", "prompt is too long: 215000 tokens > 200000 maximum"),
            ContextOverflowError,
            facts={"limit": 200_000, "used": 215_000},
        ),
        Refusal(
            "too long with its answer",
            400,
            _error(
                "invalid_request_error",
                "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000, decrease input length",
            ),
            ContextOverflowError,
            facts={"limit": 200_000, "used": 207_192},
        ),
        Refusal(
            "wrong order",
            400,
            _error("invalid_request_error", "messages: final assistant content cannot end with trailing whitespace"),
            BadRequestError,
        ),
    ],
)
