"""The guards of conftest.py guard."""

import socket
from typing import Any

import pytest
from blockbuster import BlockingError

import ai_lsp


def test_a_test_cannot_reach_the_network() -> None:
    with socket.socket() as s, pytest.raises(RuntimeError, match="loopback"):
        s.connect(("192.0.2.1", 80))


def test_a_test_cannot_look_up_a_name() -> None:
    with pytest.raises(RuntimeError, match="loopback"):
        socket.getaddrinfo("example.org", 443)


async def test_a_coroutine_of_ours_that_blocks_is_caught() -> None:
    ours = compile("import time\nasync def nap():\n    time.sleep(0.01)\n", f"{ai_lsp.__path__[0]}/nap.py", "exec")
    names: dict[str, Any] = {}
    exec(ours, names)
    with pytest.raises(BlockingError):
        await names["nap"]()
