"""llama.cpp's own server: `/infill` for code, its OpenAI shape for chat. Without a key unless the server was given one.

`/infill` cuts a prompt that is too long without saying so, so the server is asked once for the size of a slot.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.usage import Usage
from ai_lsp.providers.base import Health
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.openai_shape import OpenAIShape
from ai_lsp.providers.options import HTTPOptions
from ai_lsp.providers.pieces import Piece, at, count_at, size_at, text_at
from ai_lsp.transport.wire import Auth

_FINISH = {"eos": "stop", "word": "stop", "limit": "length"}


class LlamaCppOptions(HTTPOptions):
    cache_prompt: bool = Field(default=True, description="Keep what was computed for the last prompt.")
    t_max_predict_ms: int | None = Field(
        default=None, gt=0, description="Stop after this time once a line is complete."
    )
    id_slot: int | None = Field(default=None, ge=0, description="The slot that completions use.")


class LlamaCppProvider(OpenAIShape):
    kind = "llamacpp"
    default_endpoint = "http://127.0.0.1:8080"
    default_model = "default"
    takes_any_model = True
    auth = Auth(required=False)
    chat_path = "/v1/chat/completions"
    models_path = "/v1/models"
    default_embedding_model = "default"
    embeddings_path = "/v1/embeddings"
    supports_embeddings = True
    Options = LlamaCppOptions
    options: LlamaCppOptions

    async def prepare(self, model: str | None) -> None:
        if self.window is None:
            self.window = size_at(await self._ask_once("GET", "/props"), "default_generation_settings", "n_ctx")

    def has_fim(self, model: str) -> bool:
        return True

    def shows_files(self, model: str) -> bool:
        return True

    def thinking(self, model: str, *, inline: bool) -> dict[str, Any]:
        if inline or self.options.thinking == "off":
            return {"chat_template_kwargs": {"enable_thinking": False}}
        return {} if self.options.thinking == "auto" else {"reasoning_effort": self.options.thinking}

    def fim_call(self, prompt: CompletionPrompt, context: CodeContext) -> WireCall | None:
        # the current line goes into `prompt`: the server keeps it whole when it cuts the rest
        cut = prompt.prefix.rfind("\n") + 1
        body: dict[str, Any] = {
            "input_prefix": prompt.prefix[:cut],
            "input_suffix": prompt.suffix,
            "prompt": prompt.prefix[cut:],
            "n_predict": prompt.max_tokens,
            "stream": True,
            "cache_prompt": self.options.cache_prompt,
            "temperature": self.code_temperature(prompt),
        }
        chosen = {"t_max_predict_ms": self.options.t_max_predict_ms, "id_slot": self.options.id_slot}
        body.update({name: value for name, value in chosen.items() if value is not None})
        if prompt.snippets:
            body["input_extra"] = [{"filename": each.path, "text": each.text} for each in prompt.snippets]
        model = self.model_for(prompt)
        if model != self.default_model:
            body["model"] = model
        if prompt.stop:
            body["stop"] = list(prompt.stop)
        return WireCall("/infill", body, model)

    def parse(self, data: Any, event: str) -> Piece | None:
        if at(data, "choices") is not None:
            return super().parse(data, event)
        if at(data, "stop") is not True:
            return Piece(text=text_at(data, "content"))
        reason = text_at(data, "stop_type")
        usage = Usage(
            input_tokens=count_at(data, "tokens_evaluated"),
            output_tokens=count_at(data, "tokens_predicted"),
            cached_input_tokens=count_at(data, "timings", "cache_n"),
        )
        model = text_at(data, "model") or None
        return Piece(text_at(data, "content"), _FINISH.get(reason, "stop"), usage, model, done=True)

    async def check(self) -> Health:
        health = await super().check()
        await self._prepared(None)
        return health
