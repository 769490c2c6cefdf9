"""Ollama's server."""

from __future__ import annotations

from ai_lsp.core.errors import BadRequestError, ConfigurationError, ContextOverflowError, OverloadedError
from ai_lsp.providers.base import ModelInfo
from tests.wire import judges, recorded
from tests.wire.dialect import Dialect, Exchange, Quiet, Refusal

MODEL = "qwen2.5-coder:7b"


def _quiet(reason: str) -> bytes:
    end = f'"message":{{"role":"assistant","content":""}},"response":"","done":true,"done_reason":"{reason}"'
    return f'{{"model":"m",{end},"prompt_eval_count":3,"eval_count":9}}\n'.encode()


DIALECT = Dialect(
    kind="ollama",
    model=MODEL,
    chat=Exchange("/api/chat", recorded.OLLAMA_CHAT, "stop", judges.OLLAMA_CHAT),
    code=Exchange("/api/generate", recorded.OLLAMA_GENERATE, "stop", judges.OLLAMA_GENERATE),
    delta=b'{"model":"m","message":{"role":"assistant","content":"x"},"response":"x","done":false}\n',
    end_mark=b'"done":true',
    broken=[b'{"error":"an error was encountered while running the model: CUDA error"}\n'],
    silences=[
        Quiet("nothing to add", _quiet("stop"), "stop"),
        Quiet("all spent on thinking", _quiet("length"), "length"),
    ],
    streams_unasked=True,
    needs_key=False,
    documents={
        "/api/tags": {
            "models": [
                {
                    "name": MODEL,
                    "model": MODEL,
                    "size": 4683087332,
                    "details": {"family": "qwen2", "context_length": 32_768},
                    "capabilities": ["completion", "insert", "tools"],
                },
                {"name": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}, "capabilities": ["embedding"]},
            ]
        },
        "/api/show": {
            "capabilities": ["completion", "insert", "tools"],
            "details": {"family": "qwen2"},
            "model_info": {"general.architecture": "qwen2", "qwen2.context_length": 32_768},
        },
        "/api/version": {"version": "0.33.0"},
        "/api/ps": {"models": []},
    },
    models=[
        ModelInfo(MODEL, 32_768, supports_fim=True, supports_chat=True),
        ModelInfo("nomic-embed-text:latest", supports_fim=False, supports_chat=False),
    ],
    vectors=("/api/embed", {"model": MODEL, "embeddings": [[0.5, -1.0], [0.25, 2.0]], "prompt_eval_count": 4}),
    refusals=[
        Refusal("no such model", 404, '{"error":"model \\"m\\" not found, try pulling it first"}', ConfigurationError),
        Refusal(
            "busy",
            503,
            '{"error":"server busy, please try again.  maximum pending requests exceeded"}',
            OverloadedError,
            facts={"loading": False},
        ),
        Refusal(
            "too long",
            400,
            '{"error":"the input length exceeds the context length"}',
            ContextOverflowError,
        ),
        Refusal("broken", 500, '{"error":"llama runner process has terminated: exit status 2"}', OverloadedError),
        Refusal("wrong", 400, '{"error":"invalid options: num_ctx"}', BadRequestError),
    ],
)
