"""Any service that speaks OpenAI's shape: LM Studio, vLLM, OpenRouter, DeepSeek, a gateway of one's own.

Completions go to a fill-in-the-middle endpoint where one is known: DeepSeek's by its address, a raw template by the name
of the model, anything by `fim`. Where it refuses, and everywhere else, they go through a conversation.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.models.facts import origin_facts
from ai_lsp.prompts.fim import FAMILIES
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.openai_shape import MAX_STOPS, OpenAIShape
from ai_lsp.providers.options import HTTPOptions
from ai_lsp.transport.wire import Auth


class CompatibleOptions(HTTPOptions):
    fim: str = Field(
        default="auto",
        description=f"How code is completed: auto, chat, suffix (an endpoint that takes one), or {', '.join(FAMILIES)}.",
    )
    fim_path: str | None = Field(default=None, description="Path of the completions endpoint, from the origin on.")
    stream: bool = Field(default=True, description="Off for a service that cannot stream.")
    auth_header: str = Field(default="authorization", description="The header that carries the key.")
    auth_prefix: str | None = Field(default=None, description="What stands before the key; `Bearer ` by default.")
    max_tokens_name: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens", description="What the service calls the limit of an answer."
    )
    disable_thinking: bool = Field(default=True, description="Ask for reasoning_effort none when completing code.")

    @field_validator("fim")
    @classmethod
    def _known(cls, fim: str) -> str:
        known = ["auto", "chat", "suffix", *FAMILIES]
        if fim not in known:
            raise ValueError(f"{fim!r} is not one of {', '.join(known)}")
        return fim


class OpenAICompatibleProvider(OpenAIShape):
    kind = "openai-compatible"
    default_endpoint = "http://127.0.0.1:1234/v1"
    supports_embeddings = True
    Options = CompatibleOptions
    options: CompatibleOptions

    def auth_style(self) -> Auth:
        header = self.options.auth_header.lower()
        usual = "Bearer " if header == "authorization" else ""
        prefix = self.options.auth_prefix
        return Auth(header, usual if prefix is None else prefix, required=False)

    async def prepare(self, model: str | None) -> None:
        """With no model set, the first one that the server has is taken: local servers mostly have one."""
        if not (model or self.model):
            found = self.models_from(await self._ask("GET", self.models_path))
            self._found = found[0].id if found else ""

    _found = ""

    @property
    def model(self) -> str:
        return self.settings.model or self._found

    def has_fim(self, model: str) -> bool:
        return self._fim(model) != "chat"

    def _fim(self, model: str) -> str:
        if self.options.fim != "auto":
            return self.options.fim
        if "fim_path" in origin_facts(self.origin):
            return "suffix"
        family = self.facts(model).fim or "chat"
        return family if family in FAMILIES else "chat"

    def shows_files(self, model: str) -> bool:
        style = self._fim(model)
        return style in FAMILIES and FAMILIES[style].file != ""

    def fim_call(self, prompt: CompletionPrompt, context: CodeContext) -> WireCall | None:
        model = self.model_for(prompt)
        style = self._fim(model)
        body: dict[str, Any] = {"model": model, "max_tokens": prompt.max_tokens}
        if style == "suffix":
            body |= {"prompt": prompt.prefix, "suffix": prompt.suffix}
            stop = prompt.stop
        else:
            family = FAMILIES[style]
            body |= {"prompt": family.render(prompt)}
            stop = (*family.stop, *prompt.stop)
        body |= {"stream": self.options.stream, "temperature": self.code_temperature(prompt)}
        if stop:
            body["stop"] = list(stop[:MAX_STOPS])
        path = self.options.fim_path or origin_facts(self.origin).get("fim_path")
        return WireCall(path or "/completions", body, model, from_origin=path is not None)

    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        call = super().chat_call(request, inline=inline)
        if not self.options.stream:
            call.body["stream"] = False
            call.body.pop("stream_options", None)
        if (name := self.options.max_tokens_name) != "max_tokens" and "max_tokens" in call.body:
            call.body[name] = call.body.pop("max_tokens")
        return call

    def thinking(self, model: str, *, inline: bool) -> dict[str, Any]:
        return {} if inline and not self.options.disable_thinking else super().thinking(model, inline=inline)
