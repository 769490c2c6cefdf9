"""A service on this machine that completes code and chats in OpenAI's shape, as a test tells it to.

In: how to answer, changed by the test at any time. Out: what was asked, with which key, and who hung up.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

MODELS = ("first-1", "second-1", "qwen3-coder-30b")


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    key: str
    """What stands in the header Authorization."""
    body: dict[str, Any]

    @property
    def provider(self) -> str:
        """By the first part of the path each provider of ours has an address of its own."""
        return self.path.split("/")[1]

    @property
    def prompt(self) -> str:
        """The code before the cursor, or what was said last."""
        if "messages" in self.body:
            return str(self.body["messages"][-1]["content"])
        return str(self.body["prompt"])


@dataclass(frozen=True, slots=True)
class Reply:
    """`pieces` one after the other, with seconds `before` the first and `between` two."""

    pieces: Iterable[str] = ()
    before: float = 0.0
    between: float = 0.0


NOTHING = Reply()


def going_on(whole: str, *, before: float = 0.0) -> Callable[[Asked], Reply]:
    """The way to complete code like `whole`, from wherever the person has got to in its first line; nothing elsewhere."""

    def answer(asked: Asked) -> Reply:
        line = asked.prompt.rpartition("\n")[2].lstrip()
        end = "\n" if "\n" in whole else ""  # the last line of a block is one like the others
        return Reply([whole.removeprefix(line) + end], before) if line and whole.startswith(line) else NOTHING

    return answer


@dataclass
class Service:
    """`code` and `chat` say how the next requests are answered; `hung_up` counts streams that the client closed."""

    code: Callable[[Asked], Reply] = lambda asked: NOTHING
    chat: Callable[[Asked], Reply] = lambda asked: NOTHING
    asked: list[Asked] = field(default_factory=list)
    hung_up: int = 0

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def url(self, provider: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{provider}/v1"

    def reset(self) -> None:
        self.code = self.chat = lambda asked: NOTHING
        self.asked.clear()
        self.hung_up = 0

    def asked_of(self, provider: str) -> list[Asked]:
        return [one for one in self.asked if one.provider == provider]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                asked = Asked(self.path, self.headers.get("authorization", ""), body)
                service.asked.append(asked)
                chats = self.path.endswith("/chat/completions")
                reply = (service.chat if chats else service.code)(asked)
                try:
                    self._stream(reply, _chat_event if chats else _code_event)
                except OSError:
                    service.hung_up += 1
                    self.close_connection = True

            def do_GET(self) -> None:
                models = {"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]}
                data = json.dumps(models).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _stream(self, reply: Reply, event: Callable[[str | None], object]) -> None:
                service._over.wait(reply.before)
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for piece in reply.pieces:
                    self._chunk(f"data: {json.dumps(event(piece))}\n\n".encode())
                    if service._over.wait(reply.between):
                        return
                self._chunk(f"data: {json.dumps(event(None))}\n\ndata: [DONE]\n\n".encode())
                self.wfile.write(b"0\r\n\r\n")

            def _chunk(self, data: bytes) -> None:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
                pass

        return Handler


def _code_event(piece: str | None) -> object:
    return {"choices": [{"index": 0, "text": piece or "", "finish_reason": "stop" if piece is None else None}]}


def _chat_event(piece: str | None) -> object:
    delta = {} if piece is None else {"content": piece}
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": "stop" if piece is None else None}]}
