"""A real Redis server for a test: on a socket of its own, without a disk, ended with the test."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SERVERS = ("redis-server", "valkey-server")


class RedisServer:
    """`url` stays the same when the server is killed and started again."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ("--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL, cwd=self.socket.parent)
        deadline = time.monotonic() + 10
        while not self.socket.exists():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"{self._program} did not start")
            time.sleep(0.01)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self.socket.unlink(missing_ok=True)
            self._process = None

    def everything(self) -> bytes:
        """All that the server's operator can read: names and values."""
        import redis

        client = redis.Redis(unix_socket_path=str(self.socket))
        try:
            return b"\n".join(repr((name, client.get(name))).encode() for name in client.scan_iter())
        finally:
            client.close()


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Skips the test where no server is installed, fails it where CI=true promised one."""
    program = next(filter(None, map(shutil.which, SERVERS)), None)
    if program is None:
        missing = f"none of {', '.join(SERVERS)} is installed (Debian: apt-get install redis-server)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    # not pytest's own folder: the path of a socket may have 107 characters at most
    with TemporaryDirectory(prefix="ai-lsp-") as folder:
        server = RedisServer(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
