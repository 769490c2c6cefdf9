"""A server whose house writes to standard output in every way there is, and reads standard input."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

from ai_lsp.core.completion import Selected, Suggestion, Trigger
from ai_lsp.core.reasons import Silence
from ai_lsp.core.text import Position
from ai_lsp.server.serve import serve
from tests.server.fake_house import FakeHouse


class NoisyHouse(FakeHouse):
    async def suggest(
        self, uri: str, position: Position, trigger: Trigger, selected: Selected | None = None
    ) -> Suggestion | Silence:
        make_noise()
        return await super().suggest(uri, position, trigger, selected)


def make_noise() -> None:
    print("stray print", flush=True)  # noqa: T201  # that is the point
    os.write(1, b"stray write\n")
    libc = ctypes.CDLL(None)
    libc.puts(b"stray puts")
    libc.fflush(None)
    subprocess.run([sys.executable, "-c", "print('stray child')"], check=True)
    assert sys.stdin.read() == ""


if __name__ == "__main__":
    sys.exit(serve(NoisyHouse))
