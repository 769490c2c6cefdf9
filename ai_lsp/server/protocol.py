"""pygls's protocol with our own way of handling messages. In: parsed JSON. Out: exactly one answer for each request.

Kept of pygls: the server and its registry of features, its capabilities, its exceptions, lsprotocol's types and the
converter between them and JSON. Replaced: reading, writing, the dispatch of messages, cancellation, shutdown and the
documents. No handler's exception, whatever it is, reaches the editor with its text or its traceback.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import typing
from collections.abc import Iterable
from itertools import count
from typing import Any

from cattrs import Converter
from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from ai_lsp import __version__
from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError
from ai_lsp.server.client import Client
from ai_lsp.server.convert import make_converter
from ai_lsp.server.faults import invalid_params, place, response_error
from ai_lsp.server.lifecycle import Lifecycle
from ai_lsp.server.method import Method
from ai_lsp.server.reader import Unreadable
from ai_lsp.server.requests import MsgId, Requests
from ai_lsp.server.session import Session
from ai_lsp.server.tasks import Tasks

_log = logging.getLogger(__name__)

SECONDS_FOR_AN_ANSWER = 30.0
"""How long the editor may take for a request of ours, unless a person has to answer it."""


class Outbox(typing.Protocol):
    """Takes messages and never blocks. Raises ValueError or TypeError for what is not JSON."""

    def send(self, message: dict[str, Any]) -> None: ...

    async def room(self, most: int | None = None) -> None:
        """Returns when no more than so many bytes wait for the editor."""


class Protocol(LanguageServerProtocol):
    """`handle_message` is the way in; `notify` and `ask` are the ways out that handlers use. pygls's own ways out
    have no transport here.
    """

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self.lifecycle = Lifecycle()
        self.requests = Requests(self._respond, self._refuse, self._failed)
        self.tasks = Tasks(self._failed)
        self._methods: dict[str, Method] = {}
        self._outbox: Outbox
        self._clock: Clock
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._ask_ids = map("ai-lsp-{}".format, count(1))
        self._reported: dict[str, float] = {}

    def _register_builtin_features(self) -> None:
        """None of pygls's own handlers: every method stands in our table."""

    def speak(self, outbox: Outbox, clock: Clock) -> None:
        """Comes first: without it nothing can be sent."""
        self._outbox = outbox
        self._clock = clock

    def learn(self, methods: Iterable[Method], session: Session) -> None:
        """Register the methods of the table; the capabilities follow from them."""
        for method in methods:
            self._methods[method.name] = method
            self.fm.feature(method.name, method.options)(functools.partial(method.handler, session))

    def capabilities(self, client: Client) -> types.ServerCapabilities:
        advertised = {name for name, method in self._methods.items() if method.advertised(client)}
        builder: Any = ServerCapabilitiesBuilder(
            types.ClientCapabilities(),
            advertised,
            self.fm.feature_options,
            self.fm.feature_options[types.WORKSPACE_EXECUTE_COMMAND].commands,
            types.TextDocumentSyncKind.Incremental,
            position_encoding=client.encoding.value,
        )
        capabilities: types.ServerCapabilities = builder.build()
        return capabilities

    # in

    def handle_message(self, message: Any) -> None:
        try:
            msg_id, method, params = self._take_apart(message)
        except JsonRpcException as error:
            self._refuse(_id_of(message), error)
            return
        if method is None:
            self._answered(message)
        elif msg_id is None:
            self._hear(method, params)
        else:
            self._serve(msg_id, method, params)

    def handle_unreadable(self, found: Unreadable) -> None:
        """JSON-RPC 2.0, section 5: what cannot be attributed to a request is answered with the id `null`."""
        _log.warning("%s", found.message)
        error = JsonRpcParseError(found.message) if found.parse_error else JsonRpcInvalidRequest(found.message)
        self._refuse(None, error)

    def _take_apart(self, message: Any) -> tuple[MsgId | None, str | None, Any]:
        """Id, method and params. No method: an answer to a request of ours; no id: a notification."""
        if isinstance(message, list):
            raise JsonRpcInvalidRequest("batches are not part of the Language Server Protocol")
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            raise JsonRpcInvalidRequest("a message is an object with jsonrpc 2.0")
        method, params = message.get("method"), message.get("params")
        if method is None and (message.keys() & {"result", "error"} or str(message.get("id")) in self._asked):
            return None, None, None  # some editors leave out a result that is null
        if not isinstance(method, str):
            raise JsonRpcInvalidRequest("a message has a method, a result or an error")
        if not isinstance(params, dict | list | None):
            raise JsonRpcInvalidRequest("params are an object or an array")
        if "id" not in message:
            return None, method, params
        if (msg_id := _id_of(message)) is None:
            raise JsonRpcInvalidRequest("an id is a string or an integer")
        return msg_id, method, params

    def _serve(self, msg_id: MsgId, name: str, params: Any) -> None:
        if (refusal := self.lifecycle.refusal(name)) is not None:
            self._refuse(msg_id, refusal)
            return
        method = self._methods.get(name)
        if method is None:
            self._refuse(msg_id, JsonRpcMethodNotFound(f"unknown method {name[:100]!r}"))
            return
        try:
            structured = self._structure(method, params)
            self.requests.open(
                msg_id,
                name,
                token=_work_done_token(params),
                newest_of=method.newest_per and (name, method.newest_per(structured)),
            )
        except Exception as error:  # noqa: BLE001  # see below
            self._refuse(msg_id, self._failed(name, error))
            return
        try:
            result = self._get_handler(name)(structured)
        except Exception as error:  # noqa: BLE001  # whatever it is, the request gets its answer
            self.requests.refuse(msg_id, self._failed(name, error))
            return
        if inspect.isawaitable(result):
            self.requests.run(msg_id, result)
        else:
            self.requests.respond(msg_id, result)

    def _hear(self, name: str, params: Any) -> None:
        method = self._methods.get(name)
        if method is None or not self.lifecycle.hears(name):
            _log.debug("ignored the notification %.100r", name)
            return
        try:
            result = self._get_handler(name)(self._structure(method, params))
        except JsonRpcException as error:
            _log.warning("ignored %s: %s", name, error.message)
            return
        except Exception as error:  # noqa: BLE001  # a notification has no answer; the log has it
            self._failed(name, error)
            return
        if inspect.iscoroutine(result):
            self.tasks.start(name, result)

    def _structure(self, method: Method, params: Any) -> Any:
        if method.params is None:
            return params
        try:
            return self._converter.structure(params, method.params)
        except Exception as error:  # noqa: BLE001  # the converter raises whatever its hooks raise
            raise invalid_params(error) from None

    def _answered(self, message: dict[str, Any]) -> None:
        future = self._asked.pop(str(message.get("id")), None)
        if future is None or future.done():
            _log.debug("ignored an answer that nobody waits for")
        elif message.get("error") is None:
            future.set_result(message.get("result"))
        else:
            future.set_exception(JsonRpcException("the editor refused a request"))

    # out

    def notify(self, method: str, params: Any | None = None) -> None:
        message = {"jsonrpc": self.VERSION, "method": method}
        if params is not None:
            message["params"] = self._converter.unstructure(params)
        self._send(message)

    async def room(self, most: int | None = None) -> None:
        await self._outbox.room(most)

    async def ask(self, method: str, params: Any = None, seconds: float = SECONDS_FOR_AN_ANSWER) -> Any:
        """The editor's result. Raises TimeoutError, or JsonRpcException where the editor refuses."""
        msg_id = next(self._ask_ids)
        future = self._asked[msg_id] = asyncio.get_running_loop().create_future()
        self._send(
            {"jsonrpc": self.VERSION, "id": msg_id, "method": method, "params": self._converter.unstructure(params)}
        )
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({future, timer}, return_when=asyncio.FIRST_COMPLETED)
            if future.done():
                return future.result()
            raise TimeoutError(f"the editor did not answer {method}")
        finally:
            timer.cancel()
            if self._asked.pop(msg_id, None) is not None:
                self.notify("$/cancelRequest", {"id": msg_id})

    def log_to_editor(self, message: str) -> None:
        """A line in the editor's log of this server, never a popup; the same line at most once in ten seconds."""
        now = self._clock.monotonic()
        self._reported = {told: at for told, at in self._reported.items() if now - at < _SECONDS_BETWEEN_REPORTS}
        if message in self._reported:
            return
        self._reported[message] = now
        self.notify("window/logMessage", {"type": types.MessageType.Error.value, "message": message})

    def _failed(self, name: str, error: BaseException) -> JsonRpcException:
        """What the editor is told of an exception. The log gets its place, and the editor's log hears of it."""
        told = response_error(error)
        if isinstance(error, JsonRpcException):
            return told
        if not isinstance(error, AIError):
            _log.error("%s failed: %s", name, place(error))
        self.log_to_editor(f"{name}: {told.message}")
        return told

    def _respond(self, msg_id: MsgId, result: Any) -> None:
        try:
            self._send({"jsonrpc": self.VERSION, "id": msg_id, "result": self._converter.unstructure(result)})
        except Exception as error:  # noqa: BLE001  # a result that is not JSON is a failure like any other
            self._refuse(msg_id, self._failed("the answer", error))

    def _refuse(self, msg_id: MsgId | None, error: JsonRpcException) -> None:
        told = {"code": error.code, "message": error.message}
        self._send({"jsonrpc": self.VERSION, "id": msg_id, "error": told})

    def _send(self, message: dict[str, Any]) -> None:
        self._outbox.send(message)


_SECONDS_BETWEEN_REPORTS = 10.0


def _id_of(message: Any) -> MsgId | None:
    """A valid id; None where there is none, also for JSON's true and false, which Python counts as integers."""
    msg_id = message.get("id") if isinstance(message, dict) else None
    return msg_id if type(msg_id) in (int, str) else None


def _work_done_token(params: Any) -> MsgId | None:
    token = params.get("workDoneToken") if isinstance(params, dict) else None
    return token if type(token) in (int, str) else None


def make_protocol() -> Protocol:
    """A protocol without a voice and without methods: see `speak` and `learn`."""
    server = LanguageServer("ai-lsp", __version__, protocol_cls=Protocol, converter_factory=make_converter)
    assert isinstance(server.protocol, Protocol)
    return server.protocol
