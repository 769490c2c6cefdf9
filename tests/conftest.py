"""Guards around every test: nothing leaves this machine, no coroutine of ours blocks the event loop, and neither the
settings nor the folders nor the keys of whoever runs the tests have a part in them.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx

from tests.support.doings import unwatch, watch

_guarding = False


def _is_loopback(host: object) -> bool:
    if not isinstance(host, str | bytes):
        return True
    name = host.decode() if isinstance(host, bytes) else host
    if name in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _refuse_the_network(event: str, args: tuple[object, ...]) -> None:
    if not _guarding:
        return
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if not _is_loopback(host):
        raise RuntimeError(f"a test tried to reach {host!r}: tests stay on loopback")


sys.addaudithook(_refuse_the_network)


@pytest.fixture(autouse=True)
def _stay_on_loopback() -> Iterator[None]:
    global _guarding  # noqa: PLW0603  # an audit hook cannot be taken back, only told to look away
    _guarding = True
    yield
    _guarding = False


_FOLDERS = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA")
_HOMES = ("HOME", "USERPROFILE")


@pytest.fixture(autouse=True)
def _nobodys_folders_and_keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for the processes that a test starts."""
    for variable in list(os.environ):
        if variable.startswith("AI_LSP_") or variable.endswith("_API_KEY"):
            monkeypatch.delenv(variable)
    home = tmp_path_factory.mktemp("home")
    for variable in _FOLDERS:
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in _HOMES:
        monkeypatch.setenv(variable, str(home))


@pytest.fixture(autouse=True)
def _no_program_and_no_code_from_text() -> Iterator[None]:
    """Of all that our code does in this process."""
    forbidden = watch()
    yield
    unwatch()
    assert forbidden == []


@pytest.fixture(autouse=True)
def blockbuster() -> Iterator[BlockBuster]:
    with blockbuster_ctx("ai_lsp") as guard:
        for function in guard.functions.values():
            # what is heavy is imported at its first use: a few milliseconds, once
            function.can_block_in("<frozen importlib._bootstrap>", "_find_and_load")
        # it writes only what the pipe has said that it has room for
        guard.functions["os.write"].can_block_in("ai_lsp/server/writer.py", "_write_at_once")
        yield guard
