"""Google's Gemini service."""

from __future__ import annotations

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
from tests.wire.dialect import Dialect, Exchange, Quiet, Refusal

MODEL = "gemini-3.8-flash"
GENERATE = Exchange(f"/v1/models/{MODEL}:generateContent", recorded.GEMINI, "stop", judges.GEMINI)


def _error(code: int, status: str, message: str, details: str = "") -> str:
    return (
        f'{{\n  "error": {{\n    "code": {code},\n    "message": "{message}",\n'
        f'    "status": "{status}",\n    "details": [{details}]\n  }}\n}}\n'
    )


def _quota(period: str) -> str:
    return (
        '{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":'
        f'[{{"quotaId":"GenerateRequestsPer{period}PerProjectPerModel"}}]}}'
    )


def _quiet(reason: str) -> bytes:
    return f'data: {{"candidates":[{{"finishReason":"{reason}","index":0}}]}}\r\n\r\n'.encode()


RETRY_INFO = '{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"47s"}'
MODEL_ENTRY = {
    "name": f"models/{MODEL}",
    "version": "1",
    "displayName": "Gemini 3.8 Flash",
    "inputTokenLimit": 1_048_576,
    "outputTokenLimit": 65_536,
    "supportedGenerationMethods": ["generateContent", "countTokens"],
    "thinking": True,
}

DIALECT = Dialect(
    kind="gemini",
    model=MODEL,
    header="x-goog-api-key",
    prefix="",
    chat=GENERATE,
    code=GENERATE,
    delta=b'data: {"candidates":[{"content":{"parts":[{"text":"x"}],"role":"model"},"index":0}]}\r\n\r\n',
    end_mark=b'"finishReason":"STOP"',
    broken=[
        _error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.").encode(),
        f"[{_error(500, 'INTERNAL', 'An internal error has occurred.')}]".encode(),
        b'data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}\r\n\r\n',
    ],
    silences=[
        Quiet("prompt blocked", b'data: {"promptFeedback":{"blockReason":"SAFETY"}}\r\n\r\n', "content_filter"),
        Quiet("answer blocked", _quiet("SAFETY"), "content_filter"),
        Quiet("recited", _quiet("RECITATION"), "content_filter"),
        Quiet("all spent on thinking", _quiet("MAX_TOKENS"), "length"),
        Quiet("nothing to add", _quiet("STOP"), "stop"),
    ],
    documents={
        "/v1/models": {"models": [MODEL_ENTRY]},
        f"/v1/models/{MODEL}": MODEL_ENTRY,
    },
    vectors=(
        f"/v1/models/{MODEL}:batchEmbedContents",
        {"embeddings": [{"values": [0.5, -1.0]}, {"values": [0.25, 2.0]}]},
    ),
    models=[ModelInfo(MODEL, 1_048_576, 65_536, supports_chat=True)],
    refuses_parameter=_error(400, "INVALID_ARGUMENT", "temperature is not supported by this model."),
    refusals=[
        Refusal(
            "wrong key",
            400,
            _error(
                400,
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                '{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}',
            ),
            AuthenticationError,
        ),
        Refusal("forbidden", 403, _error(403, "PERMISSION_DENIED", "Not enabled."), AuthenticationError),
        Refusal("no such model", 404, _error(404, "NOT_FOUND", "models/m is not found"), ConfigurationError),
        Refusal(
            "too many requests",
            429,
            _error(429, "RESOURCE_EXHAUSTED", "You exceeded your quota.", f"{_quota('Minute')},{RETRY_INFO}"),
            RateLimitedError,
            facts={"retry_after": 47.0},
        ),
        Refusal(
            "used up for today",
            429,
            _error(429, "RESOURCE_EXHAUSTED", "You exceeded your quota.", f"{_quota('Day')},{RETRY_INFO}"),
            QuotaExceededError,
        ),
        Refusal(
            "too long",
            400,
            _error(
                400,
                "INVALID_ARGUMENT",
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            ),
            ContextOverflowError,
            facts={"limit": 1_048_576, "used": 1_200_000},
        ),
        Refusal("overloaded", 503, _error(503, "UNAVAILABLE", "The model is overloaded."), OverloadedError),
    ],
)
