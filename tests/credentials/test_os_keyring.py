from __future__ import annotations

import asyncio
import gc
import sys
import threading

import pytest

from ai_lsp.core.errors import AuthenticationError
from ai_lsp.credentials.os_keyring import ALLOWED, NoKeyringError, OSKeyring
from tests.credentials.support_backends import ABSENT, HANGING, LOCKED, MEMORY, Hanging, Memory


async def test_what_is_written_is_read_until_it_is_removed() -> None:
    keyring = OSKeyring([MEMORY])
    await keyring.write("a key", "sk-canary")
    assert await keyring.read("a key") == "sk-canary"
    assert await keyring.remove("a key")
    assert not await keyring.remove("a key")
    assert await keyring.read("a key") is None


async def test_the_first_back_end_that_the_system_has_is_taken() -> None:
    keyring = OSKeyring([("no.such.module", "Keyring"), ABSENT, MEMORY])
    assert await keyring.usable()


async def test_a_session_without_a_keyring_is_told_apart() -> None:
    keyring = OSKeyring([ABSENT])
    assert not await keyring.usable()
    with pytest.raises(NoKeyringError, match="this session has no keyring"):
        await keyring.read("a key")


async def test_a_locked_keyring_is_one_line_without_what_the_back_end_says() -> None:
    with pytest.raises(AuthenticationError) as refused:
        await OSKeyring([LOCKED]).read("a key")
    assert str(refused.value) == "the OS keyring is locked; unlock it and try again"


async def test_a_hanging_keyring_lets_the_loop_go_on_and_is_not_waited_for_twice() -> None:
    keyring = OSKeyring([HANGING], patience=0.05)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    heart = asyncio.ensure_future(beat())
    with pytest.raises(AuthenticationError, match=r"did not answer within 0.05 s; it may be waiting"):
        await keyring.read("a key")
    heart.cancel()
    assert beats > 10
    with pytest.raises(AuthenticationError, match="still does not answer"):
        await keyring.read("another key")
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "keyring"] == [True]


async def test_a_keyring_that_its_owner_has_unlocked_is_asked_again() -> None:
    keyring = OSKeyring([HANGING], patience=0.05)
    with pytest.raises(AuthenticationError):
        await keyring.read("a key")
    silent = next(thread for thread in threading.enumerate() if thread.name == "keyring")
    Hanging.answered.set()
    await asyncio.to_thread(silent.join)
    assert await keyring.read("a key") is None


@pytest.mark.parametrize("name", ["alt", "cryptfile", "chainer", "null", "fail"])
def test_no_other_back_end_is_ever_loaded(name: str) -> None:
    assert not [module for module, _ in ALLOWED if name in module]


async def test_neither_variable_nor_settings_file_choose_a_back_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.credentials.support_backends.Memory")
    keyring = OSKeyring([ABSENT])
    with pytest.raises(NoKeyringError):
        await keyring.write("a key", "sk-canary")
    assert not Memory.held


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the D-Bus library leaves its socket to the collector
@pytest.mark.skipif(sys.platform != "linux", reason="the session bus is how Linux finds its keyring")
async def test_a_session_without_a_bus_has_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    assert not await OSKeyring(patience=10).usable()
    gc.collect()
