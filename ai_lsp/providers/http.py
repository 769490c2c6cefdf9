"""The pattern of every provider that is reached over HTTP.

A provider is one file with one subclass that says four things and leaves the rest to this one:

    class ExampleProvider(HTTPProvider):
        kind, default_endpoint, auth = "example", "https://api.example.com/v1", Auth()
        default_model = "example-1"
        Options = ExampleOptions                        # pydantic, checked when the provider is made

        def chat_call(self, request, *, inline): ...    # build the request: a WireCall
        def fim_call(self, prompt, context): ...        # the same for a FIM endpoint, where the service has one
        def parse(self, data, event): ...               # one decoded event -> Piece, or None where it says nothing
        def map_error(self, reply): ...                 # only where `faults.error_from` does not know the spelling

In: what `AIProvider` takes. Out: what it promises. `calls.py` sends the requests and drives the stream.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from ai_lsp.core.chat import ChatRequest, ChatResponse, ChatResponseChunk, LeftOut
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import (
    AIError,
    BadRequestError,
    ConfigurationError,
    ConnectionFailedError,
    ContextOverflowError,
    OverloadedError,
    ProtocolError,
    UnsupportedError,
)
from ai_lsp.core.limits import RateLimitFacts
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.models.facts import ModelFacts, facts_for
from ai_lsp.prompts.budget import fit, shrink, shrink_messages
from ai_lsp.prompts.hole import CLOSE, HOLE_OVERHEAD, HoleAnswer, hole_messages
from ai_lsp.prompts.tokens import Calibration, weight_inside
from ai_lsp.providers.base import AICapabilities, AIProvider, Health, ModelInfo
from ai_lsp.providers.calls import Caller, WireCall
from ai_lsp.providers.faults import error_from
from ai_lsp.providers.options import HTTPOptions, read_options
from ai_lsp.providers.pieces import Piece, Tally
from ai_lsp.providers.services import ProviderSettings, Services
from ai_lsp.transport.endpoint import parse_endpoint
from ai_lsp.transport.reply import Reply
from ai_lsp.transport.wire import Auth, ErrorReply

HOLE_MARKS = 16
"""Tokens that the marks around an answer take."""

FIM_OVERHEAD = 16
"""Tokens that a template adds to the code."""

THINKING_ROOM = 2048
"""Tokens that a model which cannot stop thinking gets beside those of its answer: they count against the same limit."""


class HTTPProvider(AIProvider):
    """See the module's docstring."""

    kind: ClassVar[str]
    default_endpoint: ClassVar[str]
    default_model: ClassVar[str] = ""
    default_code_model: ClassVar[str] = ""
    auth: ClassVar[Auth] = Auth()
    supports_embeddings: ClassVar[bool] = False
    takes_any_model: ClassVar[bool] = False
    Options: ClassVar[type[HTTPOptions]] = HTTPOptions

    def __init__(self, settings: ProviderSettings, services: Services) -> None:
        self.settings = settings
        self.services = services
        self.options = read_options(self.Options, settings)
        self.endpoint = parse_endpoint(settings.endpoint or self.default_endpoint, allow_http=self.options.allow_http)
        self.window: int | None = None
        """Tokens, once the service has told."""
        self.aliases: set[str] = set()
        self._without_fim: set[str] = set()
        self._asked: set[tuple[str, str]] = set()
        self._preparing = asyncio.Lock()
        self._calibration = Calibration()
        self._client = services.network.client(
            self.endpoint,
            provider=settings.name,
            kind=self.kind,
            auth=self.auth_style(),
            secrets=services.secrets,
            headers={**settings.headers, **self.extra_headers()},
            map_error=self.map_error,
        )
        self._calls = Caller(
            settings.name, self._client, services.learned, self.options.parameters, self.parse, self.map_error
        )

    # what a provider says

    def auth_style(self) -> Auth:
        return self.auth

    def extra_headers(self) -> dict[str, str]:
        """Headers that the service's interface wants. Never a key."""
        return {}

    @abstractmethod
    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        """The request for a conversation. `inline`: code is being completed, so thinking is off."""

    @abstractmethod
    def parse(self, data: Any, event: str) -> Piece | None:
        """What one event says. `data` is its JSON, never an error."""

    def fim_call(self, prompt: CompletionPrompt, context: CodeContext) -> WireCall | None:
        """The request to a fill-in-the-middle endpoint. None: this service or model has none."""
        return None

    def map_error(self, reply: ErrorReply) -> AIError:
        return error_from(reply, self.name)

    async def prepare(self, model: str | None) -> None:
        """Ask the service once what has to be known before the first call to a model. None: the usual one.

        Failures may be left to that call.
        """

    def has_fim(self, model: str) -> bool:
        """Whether `fim_call` has something to ask for this model."""
        return False

    def shows_files(self, model: str) -> bool:
        """Whether `fim_call` has a place for code from other files."""
        return False

    # what every provider does

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def model(self) -> str:
        return self.settings.model or self.default_model

    @property
    def code_model(self) -> str:
        """The model that completes code."""
        return self.settings.model or self.default_code_model or self.model

    def model_for(self, prompt: CompletionPrompt) -> str:
        return prompt.model or self.code_model

    def can_fim(self, model: str) -> bool:
        """Whether there is a fill-in-the-middle endpoint that has not refused this model yet."""
        return model not in self._without_fim and self.has_fim(model)

    @property
    def origin(self) -> str:
        return self.endpoint.origin

    @property
    def rate_limits(self) -> RateLimitFacts | None:
        return self._client.rate_limits

    @property
    def capabilities(self) -> AICapabilities:
        facts = facts_for(self.model)
        return AICapabilities(
            supports_streaming=True,
            supports_code_completion=True,
            supports_chat=True,
            supports_fim=self.can_fim(self.code_model),
            supports_embeddings=self.supports_embeddings,
            context_window=self.options.context_window or self.window or facts.window,
            max_output_tokens=facts.output,
            is_local=self.endpoint.is_loopback,
        )

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        text: list[str] = []
        async with aclosing(self.stream_code(prompt, context)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    text.append(event.text)
                else:
                    end = event
        return CodeCompletion(
            "".join(text), end.provider, end.model, end.source, end.usage, end.finish_reason, silence=end.silence
        )

    async def stream_code(self, prompt: CompletionPrompt, context: CodeContext) -> AsyncGenerator[StreamEvent, None]:
        await self._prepared(prompt.model)
        call, reply = await self._begin_code(prompt, context)
        answer = HoleAnswer(prompt) if call.hole else None
        tally, empty = Tally(), True
        async with aclosing(self._calls.pieces(reply)) as pieces:
            async for piece in pieces:
                tally.add(piece)
                text = "" if piece.refused else answer.feed(piece.text) if answer else piece.text
                if text:
                    empty = False
                    yield TextDelta(text)
        if answer and (rest := answer.end()):
            empty = False
            yield TextDelta(rest)
        silence = Silence(Reason.UNSURE, _why_empty(tally)) if empty else None
        if tally.usage is not None and not tally.usage.estimated:
            size = weight_inside(call.body)
            self._calibration.learn(call.model, prompt.language, size, tally.usage.input_tokens)
        model = tally.model or call.model
        yield Finished(self.name, model, tally.finish_reason or "stop", tally.usage, silence=silence)

    async def chat(self, request: ChatRequest) -> ChatResponse:
        text, tally = [], Tally()
        async with aclosing(self.stream_chat(request)) as chunks:
            async for chunk in chunks:
                text.append(chunk.content)
                tally.add(Piece(finish_reason=chunk.finish_reason, usage=chunk.usage, model=chunk.model))
        return ChatResponse("".join(text), tally.model or self.model, tally.finish_reason, tally.usage)

    async def stream_chat(self, request: ChatRequest) -> AsyncGenerator[ChatResponseChunk, None]:
        await self._prepared(request.model)
        request = replace(
            request, model=request.model or self.model, max_tokens=request.max_tokens or self.options.max_tokens
        )
        tally, sent = Tally(), request.messages

        def build(ratio: float) -> WireCall:
            nonlocal sent
            sent = shrink_messages(request.messages, ratio)
            return self.chat_call(replace(request, messages=sent))

        _, reply = await self._calls.begin(build, request.max_tokens or 0)
        left_out = None
        if sent != request.messages:
            left_out = LeftOut(len(request.messages) - len(sent), of_newest=sent[-1] != request.messages[-1])
        async with aclosing(self._calls.pieces(reply)) as pieces:
            async for piece in pieces:
                tally.add(piece)
                if piece.text:
                    yield ChatResponseChunk(piece.text)
        yield ChatResponseChunk("", tally.finish_reason or "stop", tally.usage, tally.model or request.model, left_out)

    async def list_models(self) -> list[ModelInfo]:
        found = self.models_from(await self._client.json("GET", self.models_path))
        for info in found:
            if info.id == self.model:
                self.window = info.context_window or self.window
        return [replace(info, deprecated=info.deprecated or self._warning(info.id)) for info in found]

    models_path: ClassVar[str] = "/models"

    def models_from(self, data: Any) -> list[ModelInfo]:
        """The service's own list, read."""
        return []

    async def check(self) -> Health:
        try:
            found = {info.id: info for info in await self.list_models()}
        except AIError as error:
            return Health(ok=False, detail=str(error))
        await self._prepared(None)
        model = self.model
        if not model:
            return Health(ok=False, detail=f"{self.name}: {self.origin} has no model yet; add one or set `model`")
        if found and not (model in found or model in self.aliases or self.takes_any_model):
            return Health(ok=False, detail=f"{self.name}: {self.origin} has no model {model!r}; choose another one")
        warning = (found[model].deprecated if model in found else None) or self._warning(model)
        return Health(ok=True, detail=warning or f"{self.origin} answers")

    async def aclose(self) -> None:
        await self._client.aclose()

    # what providers share

    def hole_call(self, prompt: CompletionPrompt) -> WireCall:
        """A completion as a conversation: most services have no fill-in-the-middle endpoint."""
        request = ChatRequest(
            hole_messages(prompt),
            model=self.model_for(prompt),
            max_tokens=prompt.max_tokens + HOLE_MARKS,
            temperature=prompt.temperature,
            stop=(CLOSE, *prompt.stop),
        )
        return replace(self.chat_call(request, inline=True), hole=True)

    def facts(self, model: str) -> ModelFacts:
        return facts_for(model)

    def has_refused(self, model: str, parameter: str) -> bool:
        return self.services.learned.has_refused(self._calls.scope(model), parameter)

    def sampling(self, request: ChatRequest, *, inline: bool) -> dict[str, Any]:
        """Sampling parameters, only as far as the person has set them; for code, only what is set for code."""
        usual = (None, None) if inline else (self.options.temperature, self.options.top_p)
        temperature = usual[0] if request.temperature is None else request.temperature
        chosen = {"temperature": temperature, "top_p": usual[1]}
        return {name: value for name, value in chosen.items() if value is not None}

    def code_temperature(self, prompt: CompletionPrompt) -> float:
        """For code that fills a hole: the likeliest, unless the person wants it otherwise."""
        return (self.options.temperature or 0) if prompt.temperature is None else prompt.temperature

    def unsupported(self, what: str) -> UnsupportedError:
        return self._unsupported(what)

    def _warning(self, model: str) -> str | None:
        return facts_for(model).warning(model, self._today())

    def _today(self) -> date:
        return datetime.fromtimestamp(self.services.clock.time(), UTC).date()

    async def _begin_code(self, prompt: CompletionPrompt, context: CodeContext) -> tuple[WireCall, Reply]:
        """Fill in the middle where it can be had, a conversation otherwise; which one is remembered for the model."""
        model, lasting = self.model_for(prompt), False
        if self.can_fim(model):
            shown = prompt if self.shows_files(model) else replace(prompt, snippets=())
            sized = self._sized(shown, FIM_OVERHEAD)
            first = self.fim_call(sized, context)
        else:
            first = None
        if first is not None:
            try:
                return await self._calls.begin(
                    lambda ratio: self.fim_call(shrink(sized, ratio), context) or first, prompt.max_tokens
                )
            except ContextOverflowError:
                raise
            except (BadRequestError, ConfigurationError) as error:
                lasting = isinstance(error, UnsupportedError | ConfigurationError)
        hole = self._sized(prompt, HOLE_OVERHEAD)
        answer = await self._calls.begin(lambda ratio: self.hole_call(shrink(hole, ratio)), prompt.max_tokens)
        if lasting:
            # a conversation works where the other does not: that is true of the model, not of this prompt or this key
            self._without_fim.add(model)
        return answer

    def _sized(self, prompt: CompletionPrompt, overhead: int) -> CompletionPrompt:
        """The prompt cut to what the model and the person's settings leave room for."""
        model = self.model_for(prompt)
        window = self.options.context_window or self.window or self.facts(model).window
        rate = self._calibration.bytes_per_token(model, prompt.language)
        return fit(prompt, window, self.options.max_prompt_tokens, bytes_per_token=rate, overhead=overhead + HOLE_MARKS)

    async def _json(self, path: str, body: dict[str, Any]) -> Any:
        return await self._client.json("POST", path, body)

    async def _prepared(self, model: str | None) -> None:
        # calls that begin together wait for the same answer
        async with self._preparing:
            await self.prepare(model)

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A question whose answer one can do without. Raises AIError where nobody is there to answer any."""
        with suppress(BadRequestError, ConfigurationError, ProtocolError):
            return await self._client.json(method, path, body)
        return None

    async def _ask_once(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The same, asked again only of a server that was not there yet."""
        question = (path, repr(body))
        if question in self._asked:
            return None
        try:
            answer = await self._client.json(method, path, body)
        except (ConnectionFailedError, OverloadedError):
            return None
        except AIError:
            answer = None
        self._asked.add(question)
        return answer


def vectors_in(found: Sequence[Any], count: int, provider: str) -> list[list[float]]:
    """Embeddings, checked: as many as texts, numbers only. Raises ProtocolError."""
    vectors = [
        vector for vector in found if isinstance(vector, list) and all(isinstance(x, int | float) for x in vector)
    ]
    if len(vectors) != count:
        raise ProtocolError(f"{provider} answered with {len(vectors)} vectors for {count} texts", provider=provider)
    return [[float(number) for number in vector] for vector in vectors]


def _why_empty(tally: Tally) -> str:
    usage = tally.usage
    if tally.finish_reason == "length" and usage is not None and usage.thinking_tokens:
        return "the model used up all its tokens on thinking"
    if tally.finish_reason in {"content_filter", "refusal"}:
        return "the service declined to answer"
    return "the model added nothing"
