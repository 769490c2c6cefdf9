"""llama.cpp's server."""

from __future__ import annotations

from dataclasses import replace

from ai_lsp.core.errors import AuthenticationError, ContextOverflowError, OverloadedError, UnsupportedError
from ai_lsp.providers.base import ModelInfo
from tests.wire import judges, recorded
from tests.wire.dialect import Exchange, Refusal
from tests.wire.dialects import openai


def _error(code: int, kind: str, message: str, more: str = "") -> str:
    return f'{{"error":{{"code":{code},"message":"{message}","type":"{kind}"{more}}}}}'


DIALECT = replace(
    openai.DIALECT,
    kind="llamacpp",
    model="scripted",
    base="",
    needs_key=False,
    chat=Exchange("/v1/chat/completions", recorded.LLAMACPP_CHAT, "stop", judges.OPENAI_CHAT),
    code=Exchange("/infill", recorded.LLAMACPP_INFILL, "stop"),
    broken=[f"data: {_error(500, 'server_error', 'Compute error.')}\n\n".encode()],
    documents={
        "/v1/models": {
            "object": "list",
            "data": [{"id": "scripted", "object": "model", "owned_by": "llamacpp", "meta": {"n_ctx": 4096}}],
        },
        "/props": {"default_generation_settings": {"n_ctx": 4096}, "total_slots": 2, "is_sleeping": False},
        "/health": {"status": "ok"},
    },
    models=[ModelInfo("scripted", 4096)],
    refuses_parameter=None,
    silences=[],
    refusals=[
        Refusal("wrong key", 401, _error(401, "authentication_error", "Invalid API Key"), AuthenticationError),
        Refusal(
            "loading",
            503,
            _error(503, "unavailable_error", "Loading model"),
            OverloadedError,
            headers={"connection": "close"},
            facts={"loading": True},
        ),
        Refusal(
            "too long",
            400,
            _error(
                400,
                "exceed_context_size_error",
                "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it",
                ',"n_prompt_tokens":5000,"n_ctx":4096',
            ),
            ContextOverflowError,
            facts={"limit": 4096, "used": 5000},
        ),
        Refusal(
            "no chat template",
            501,
            _error(501, "not_supported_error", "This server does not support chat. Start it without `--embeddings`"),
            UnsupportedError,
        ),
    ],
)
