"""A server that counts who connects and remembers what it was sent. It answers every request with the same error."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

_ANSWER = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\n%bContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class Canary:
    """`seen` holds the first bytes of every connection. With `redirect`, it sends everybody there."""

    def __init__(self, status: str = "400 Bad Request", redirect: str | None = None) -> None:
        self.seen: list[bytes] = []
        self.came = threading.Event()
        location = f"Location: {redirect}\r\n".encode() if redirect else b""
        self._answer = _ANSWER % (status.encode(), location)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._listener.getsockname()
        self.url = f"http://127.0.0.1:{self.address[1]}"
        self._thread = threading.Thread(target=self._serve, name="canary", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listener.close()

    @property
    def text(self) -> str:
        return b"\n".join(self.seen).decode(errors="replace")

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self.seen.append(self._request(connection))
                self.came.set()
                connection.sendall(self._answer)

    @staticmethod
    def _request(connection: socket.socket) -> bytes:
        received = b""
        while b"\r\n\r\n" not in received and (piece := connection.recv(65536)):
            received += piece
        return received
