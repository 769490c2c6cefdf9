"""Ollama: `/api/generate` with a suffix for code, `/api/chat` for chat, one JSON document a line.

The server is asked once what the model can do. Its own default for the context is small and cuts a prompt without saying
so, which is why `num_ctx` is always sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.usage import Usage
from ai_lsp.prompts.fim import FAMILIES, FimFamily
from ai_lsp.providers.base import ModelInfo
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.http import HTTPProvider, vectors_in
from ai_lsp.providers.options import HTTPOptions
from ai_lsp.providers.pieces import Piece, at, count_at, items, size_at, text_at
from ai_lsp.providers.services import ProviderSettings, Services
from ai_lsp.transport.wire import Auth

NUM_CTX = 8192
"""Tokens: holds a prompt for completion, and fits beside a 7B model on a graphics card of 8 GB."""


class OllamaOptions(HTTPOptions):
    num_ctx: int = Field(default=NUM_CTX, gt=0, description="Tokens of context; another value loads the model anew.")
    keep_alive: str | int | None = Field(default=None, description="How long the model stays loaded, such as 30m.")
    raw_fim: bool = Field(default=False, description="Use our own template for completions instead of the server's.")


class OllamaProvider(HTTPProvider):
    kind = "ollama"
    default_endpoint = "http://127.0.0.1:11434"
    auth = Auth(required=False)
    models_path = "/api/tags"
    supports_embeddings = True
    Options = OllamaOptions
    options: OllamaOptions

    def __init__(self, settings: ProviderSettings, services: Services) -> None:
        super().__init__(settings, services)
        self._found = ""
        self._abilities: dict[str, frozenset[str]] = {}

    @property
    def model(self) -> str:
        return self.settings.model or self._found

    async def prepare(self, model: str | None) -> None:
        if not (model or self.model):
            self._found = _first_useful(await self._ask("GET", self.models_path))
        model = model or self.model
        if model and model not in self._abilities:
            shown = await self._ask_once("POST", "/api/show", {"model": model})
            if shown is not None:
                self._abilities[model] = frozenset(map(str, items(shown, "capabilities")))
                trained = _trained_window(at(shown, "model_info"))
                self.window = min(self.options.num_ctx, trained or self.options.num_ctx)

    def has_fim(self, model: str) -> bool:
        return self._may(model, "insert") or self._family(model) is not None

    def _may(self, model: str, ability: str) -> bool:
        """Whether the model has the ability, or nothing is known of it."""
        return model not in self._abilities or ability in self._abilities[model]

    def _family(self, model: str) -> FimFamily | None:
        return FAMILIES.get(self.facts(model).fim or "")

    def shows_files(self, model: str) -> bool:
        family = self._family(model)
        return family is not None and family.file != "" and self._is_raw(model)

    def _is_raw(self, model: str) -> bool:
        """Whether we write the marks of the model's family, and not Ollama."""
        return self.options.raw_fim or not self._may(model, "insert")

    def fim_call(self, prompt: CompletionPrompt, context: CodeContext) -> WireCall | None:
        model = self.model_for(prompt)
        family = self._family(model)
        stop = prompt.stop
        body: dict[str, Any] = {"model": model, "stream": True}
        if family is not None and self._is_raw(model):
            body |= {"prompt": family.render(prompt), "raw": True}
            stop = (*family.stop, *stop)
        else:
            # an empty suffix would be taken for a plain prompt, and the model would start to chat
            body |= {"prompt": prompt.prefix, "suffix": prompt.suffix or "\n"}
        return self._finish_call(
            "/api/generate", body, prompt.max_tokens, stop, self.code_temperature(prompt), think=False
        )

    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        body: dict[str, Any] = {
            "model": request.model or self.model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
        }
        chosen = "off" if inline else self.options.thinking
        think = {"auto": None, "off": False}.get(chosen, chosen)
        temperature = self.options.temperature if request.temperature is None else request.temperature
        warm = temperature or 0 if inline else temperature
        return self._finish_call("/api/chat", body, request.max_tokens, request.stop, warm, think=think)

    def _finish_call(
        self,
        path: str,
        body: dict[str, Any],
        max_tokens: int | None,
        stop: Sequence[str],
        temperature: float | None,
        *,
        think: bool | str | None,
    ) -> WireCall:
        chosen = {
            "num_ctx": self.options.num_ctx,
            "num_predict": max_tokens,
            "stop": list(stop) or None,
            "temperature": temperature,
            "top_p": self.options.top_p,
        }
        body["options"] = {name: value for name, value in chosen.items() if value is not None}
        # models that cannot think refuse to be told so
        if think is not None and self._may(body["model"], "thinking"):
            body["think"] = think
        if self.options.keep_alive is not None:
            body["keep_alive"] = self.options.keep_alive
        return WireCall(path, body, body["model"])

    def parse(self, data: Any, event: str) -> Piece | None:
        text = text_at(data, "message", "content") or text_at(data, "response")
        if at(data, "done") is not True:
            return Piece(text)
        usage = Usage(input_tokens=count_at(data, "prompt_eval_count"), output_tokens=count_at(data, "eval_count"))
        return Piece(text, text_at(data, "done_reason") or "stop", usage, text_at(data, "model") or None, done=True)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        await self._prepared(None)
        body = {"model": self.options.embedding_model or self.model, "input": list(texts)}
        return vectors_in(items(await self._json("/api/embed", body), "embeddings"), len(texts), self.name)

    def models_from(self, data: Any) -> list[ModelInfo]:
        return [_model_info(entry) for entry in items(data, "models") if text_at(entry, "name")]


def _model_info(entry: Any) -> ModelInfo:
    abilities = at(entry, "capabilities")
    told = isinstance(abilities, list)
    return ModelInfo(
        text_at(entry, "name"),
        context_window=size_at(entry, "details", "context_length"),
        supports_fim="insert" in abilities if told else None,
        supports_chat="completion" in abilities if told else None,
    )


def _first_useful(tags: Any) -> str:
    """The model to use where none is set: one that can fill in the middle, else any that writes text."""
    found = [_model_info(entry) for entry in items(tags, "models")]
    for wanted in ("supports_fim", "supports_chat"):
        if name := next((info.id for info in found if getattr(info, wanted)), ""):
            return name
    return found[0].id if found else ""


def _trained_window(model_info: Any) -> int | None:
    """`<architecture>.context_length`: the most that the model was trained for."""
    return size_at(model_info, f"{text_at(model_info, 'general.architecture')}.context_length")
