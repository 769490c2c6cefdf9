"""An editor of raw bytes: speaks the protocol without any library, so that it shares no fault with the server.

    with LspClient.start([sys.executable, "-m", "ai_lsp.cli.main", "serve"]) as client:
        client.initialize(positionEncodings=["utf-8"])
        client.open("file:///a.py", "def ad")
        answer = client.call("textDocument/inlineCompletion", client.at("file:///a.py", 0, 6, context={"triggerKind": 2}))

request, notify     send; `request` returns the id
wait(id)            the answer to a request: `.result`, `.error`, `.at` (seconds on the monotonic clock)
call                request and wait; raises LspError for an error
send, send_bytes    any JSON value; any bytes
received            every message that came, in order; `answers(id)` and `notifications(method)` pick some
wait_for(method)    the next message of this method that nobody has waited for yet
pause, resume       stop and go on reading, as an editor does that hangs
shutdown, stop      end it as an editor does; `stop` returns the exit code and never hangs

Requests of the server are answered by `client.replies[method](params)`, or `null` where there is none.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

Json = dict[str, Any]
_Key = tuple[str, int | str | None]

PATIENCE = 10.0
"""Seconds that `wait` waits before it fails."""


class LspError(Exception):
    """The server answered with an error."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.code: int = error["code"]
        self.message: str = error["message"]


@dataclass(frozen=True, slots=True)
class Received:
    """A message and the moment it came."""

    message: Json
    at: float

    @property
    def result(self) -> Any:
        return self.message.get("result")

    @property
    def error(self) -> Json | None:
        return self.message.get("error")

    @property
    def params(self) -> Any:
        return self.message.get("params")


@dataclass(slots=True)
class LspClient:
    """One server process. Its error output is in `errors()`."""

    process: subprocess.Popen[bytes]
    log: IO[bytes]
    started_at: float
    received: list[Received] = field(default_factory=list)
    replies: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    broken: list[bytes] = field(default_factory=list)
    _next_id: int = 1
    _unread: defaultdict[_Key, deque[Received]] = field(default_factory=lambda: defaultdict(deque))
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _reading: threading.Event = field(default_factory=threading.Event)
    _reader: threading.Thread = field(init=False)
    _ended: bool = False

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read_all, name="lsp client", daemon=True)

    @classmethod
    def start(
        cls, command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | str | None = None
    ) -> Self:
        """`env` is added to this process's environment."""
        log = tempfile.TemporaryFile()  # noqa: SIM115  # it lives as long as the client
        environment = {**os.environ, **(env or {})}
        started_at = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, cwd=cwd
        )
        client = cls(process, log, started_at)
        client._reading.set()
        client._reader.start()
        return client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            self.log.close()

    # out

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Any = None) -> int:
        msg_id = self._next_id
        self._next_id += 1
        self.send({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})
        return msg_id

    def close_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    # in

    def wait(self, msg_id: int | str | None, seconds: float = PATIENCE) -> Received:
        """The first answer with this id."""
        return self._wait(("answer", msg_id), seconds)

    def wait_for(self, method: str, seconds: float = PATIENCE) -> Received:
        return self._wait(("message", method), seconds)

    def call(self, method: str, params: Any = None, seconds: float = PATIENCE) -> Any:
        answer = self.wait(self.request(method, params), seconds)
        if answer.error is not None:
            raise LspError(answer.error)
        return answer.result

    def answers(self, msg_id: int | str | None) -> list[Received]:
        with self._changed:
            return [found for found in self.received if _key(found.message) == ("answer", msg_id)]

    def notifications(self, method: str) -> list[Received]:
        with self._changed:
            return [found for found in self.received if found.message.get("method") == method]

    def pause(self) -> None:
        self._reading.clear()

    def resume(self) -> None:
        self._reading.set()

    # what editors do

    def initialize(self, **capabilities: Any) -> Json:
        """Sends `initialized` as well. `positionEncodings` and `textDocument` stand for their place in the capabilities;
        `params` replaces any params, the rest are capabilities.
        """
        params = {"processId": os.getpid(), "rootUri": None, **capabilities.pop("params", {})}
        general = {"positionEncodings": capabilities.pop("positionEncodings", ["utf-16"])}
        text_document = {"inlineCompletion": {}} | capabilities.pop("textDocument", {})
        params.setdefault("capabilities", {"general": general, "textDocument": text_document, **capabilities})
        result: Json = self.call("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, *changes: tuple[tuple[int, int], tuple[int, int], str] | str) -> None:
        """Each change is a new text, or (line, character) of its start and end and the text that comes in between."""
        content = [change if isinstance(change, str) else _ranged(*change) for change in changes]
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [_change(c) for c in content]}
        self.notify("textDocument/didChange", params)

    @staticmethod
    def at(uri: str, line: int, character: int, **more: Any) -> Json:
        """Params of a request about a place in a document."""
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, **more}

    def inline(self, uri: str, line: int, character: int, trigger_kind: int = 2) -> int:
        """Ask for ghost text; returns the id."""
        params = self.at(uri, line, character, context={"triggerKind": trigger_kind})
        return self.request("textDocument/inlineCompletion", params)

    # the end

    def shutdown(self) -> None:
        self.call("shutdown")
        self.notify("exit")

    def stop(self, seconds: float = 5.0) -> int:
        """The exit code, ending the server in order if it still runs, and by force if it does not end."""
        try:
            if self.process.poll() is None:
                self.resume()
                self.shutdown()
        except (LspError, OSError, TimeoutError, ValueError):
            pass  # it is on its way out, or has to be helped
        return self.exit_code(seconds)

    def exit_code(self, seconds: float = 5.0) -> int:
        """Waits for the process to end by itself; one that does not is killed."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self._close_pipes()

    def errors(self) -> str:
        """What the server has written to its error output."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    # inside

    def _wait(self, key: _Key, seconds: float) -> Received:
        with self._changed:
            unread = self._unread[key]
            self._changed.wait_for(lambda: unread or self._ended, seconds)
            if not unread:
                why = "the server has ended" if self._ended else f"after {seconds} s"
                raise TimeoutError(f"no {key[0]} {key[1]}: {why}")
            return unread.popleft()

    def _read_all(self) -> None:
        while (body := self._read_one()) is not None:
            try:
                message = json.loads(body)
            except ValueError:
                self.broken.append(body)
                continue
            with self._changed:
                found = Received(message, time.monotonic())
                self.received.append(found)
                self._unread[_key(message)].append(found)
                self._changed.notify_all()
            if "method" in message and "id" in message:
                self._reply(message)
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read_one(self) -> bytes | None:
        self._reading.wait()
        length = None
        while line := self._read_line():
            if line == b"\r\n" and length is not None:
                return self._read_exactly(length)
            name, _, value = line.partition(b":")
            if name == b"Content-Length":
                length = int(value)
            elif line != b"\r\n":
                self.broken.append(line)
        return None

    def _read_line(self) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def _read_exactly(self, length: int) -> bytes:
        assert self.process.stdout is not None
        body = b""
        while len(body) < length and (piece := self.process.stdout.read(length - len(body))):
            body += piece
        return body

    def _close_pipes(self) -> None:
        """The process is gone: what it had written is read to its end."""
        self.resume()
        self._reader.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):  # what nobody reads any more
                pipe.close()

    def _reply(self, message: Json) -> None:
        reply = self.replies.get(message["method"])
        result = reply(message.get("params")) if reply else None
        self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})


def _key(message: Json) -> _Key:
    return ("message", message["method"]) if "method" in message else ("answer", message.get("id"))


def _ranged(start: tuple[int, int], end: tuple[int, int], text: str) -> Json:
    places = ({"line": line, "character": character} for line, character in (start, end))
    return {"range": dict(zip(("start", "end"), places, strict=True)), "text": text}


def _change(change: Json | str) -> Json:
    return {"text": change} if isinstance(change, str) else change
