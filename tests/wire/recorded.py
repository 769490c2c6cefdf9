"""Answers of every kind of service, byte for byte, and what they say.

In: the files of `transcripts/`. Out: a `Recorded` for each, with what any honest reader must get out of it. What is
expected here is checked twice: by the vendor's own client (judges.py), and by our providers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ai_lsp.core.usage import Usage

FOLDER = Path(__file__).parent / "transcripts"
MEDIA_TYPES = {".sse": "text/event-stream", ".ndjson": "application/x-ndjson", ".json": "application/json"}
CODE = "def add(a, b):\n    return a + b  # naïve 🎉\u2028fin"


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says, read by whomever. `finish` is the service's own word."""

    text: str
    model: str
    finish: str | None
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer twice: streamed, and whole. `told` is what the vendor's client makes of it, `usage` what we do."""

    name: str
    streamed: str
    whole: str
    told: Told
    usage: Usage

    @property
    def stream(self) -> bytes:
        return (FOLDER / self.streamed).read_bytes()

    @property
    def document(self) -> bytes:
        return (FOLDER / self.whole).read_bytes()

    @property
    def stream_type(self) -> str:
        return MEDIA_TYPES[Path(self.streamed).suffix]


OPENAI_CHAT = Recorded(
    "openai-chat",
    "openai-chat.sse",
    "openai-chat.json",
    Told(CODE, "gpt-6-luna-2026-08-20", "stop", 1219, 26),
    Usage(input_tokens=1219, output_tokens=26, cached_input_tokens=1024, cache_write_tokens=128, thinking_tokens=4),
)
COMPATIBLE_CHAT = Recorded(
    "compatible-chat",
    "compatible-chat.sse",
    "compatible-chat.json",
    Told(CODE, "qwen/qwen3-coder", "length", 31, 24),
    Usage(input_tokens=31, output_tokens=24),
)
COMPATIBLE_FIM = Recorded(
    "compatible-fim",
    "compatible-fim.sse",
    "compatible-fim.json",
    Told(CODE, "deepseek-v4-flash", "stop", 96, 22),
    Usage(input_tokens=96, output_tokens=22, cached_input_tokens=64),
)
ANTHROPIC = Recorded(
    "anthropic-messages",
    "anthropic-messages.sse",
    "anthropic-messages.json",
    Told(CODE, "claude-haiku-5-5", "end_turn", 21 + 512 + 1024, 37),
    Usage(input_tokens=21 + 512 + 1024, output_tokens=37, cached_input_tokens=1024, cache_write_tokens=512),
)
GEMINI = Recorded(
    "gemini-generate",
    "gemini-generate.sse",
    "gemini-generate.json",
    Told(CODE, "gemini-3.8-flash", "STOP", 2060, 21 + 40),
    Usage(input_tokens=2060, output_tokens=21 + 40, cached_input_tokens=2048, thinking_tokens=40),
)
MISTRAL_FIM = Recorded(
    "mistral-fim",
    "mistral-fim.sse",
    "mistral-fim.json",
    Told(CODE, "codestral-2508", "stop", 44, 25),
    Usage(input_tokens=44, output_tokens=25, cached_input_tokens=32),
)
MISTRAL_CHAT = Recorded(
    "mistral-chat",
    "mistral-chat.sse",
    "mistral-chat.json",
    Told(CODE, "mistral-large-4", "stop", 44, 25),
    Usage(input_tokens=44, output_tokens=25, cached_input_tokens=32),
)
GROK_CHAT = Recorded(
    "grok-chat",
    "grok-chat.sse",
    "grok-chat.json",
    # its completion_tokens do not hold the thinking, unlike everybody else's: only the total does
    Told(CODE, "grok-4.7", "stop", 210, 268 - 210),
    Usage(input_tokens=210, output_tokens=19 + 39, cached_input_tokens=192, thinking_tokens=39, cost=0.001275),
)
OLLAMA_GENERATE = Recorded(
    "ollama-generate",
    "ollama-generate.ndjson",
    "ollama-generate.json",
    Told(CODE, "qwen2.5-coder:7b", "stop", 58, 23),
    Usage(input_tokens=58, output_tokens=23),
)
OLLAMA_CHAT = Recorded(
    "ollama-chat",
    "ollama-chat.ndjson",
    "ollama-chat.json",
    Told(CODE, "qwen2.5-coder:7b", "stop", 58, 23),
    Usage(input_tokens=58, output_tokens=23),
)
LLAMACPP_INFILL = Recorded(
    "llamacpp-infill",
    "llamacpp-infill.sse",
    "llamacpp-infill.json",
    Told("return a + b", "scripted", "eos", 38, 5),
    Usage(input_tokens=38, output_tokens=5, cached_input_tokens=37),
)
LLAMACPP_CHAT = Recorded(
    "llamacpp-chat",
    "llamacpp-chat.sse",
    "llamacpp-chat.json",
    Told(" naïve café 日本 🎉", "scripted", "stop", 22, 5),
    Usage(input_tokens=22, output_tokens=5),
)
