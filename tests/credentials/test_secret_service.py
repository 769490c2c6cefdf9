"""The OS keyring of Linux for real: GNOME's daemon on a bus of the test's own."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ai_lsp.core.errors import AuthenticationError
from ai_lsp.credentials.kek.keyring import KeyringKeks
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.credentials.stored import StoredKeys, Wishes
from ai_lsp.credentials.vault import Vault
from tests.credentials.support_stores import Stores
from tests.credentials.support_watched import WATCHED, Watched
from tests.parts.need import need
from tests.parts.secret_service import bus_for

pytestmark = [
    pytest.mark.real,
    # the D-Bus library leaves its sockets to the collector, which `session` calls
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

OPENAI = "https://api.openai.com"
BUS = """<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""


class Session:
    """A person's login: a bus, and a daemon with their keyring."""

    def __init__(self, folder: Path, daemon: Path) -> None:
        self._folder = folder
        self._daemon = daemon
        self._variables = {
            **os.environ,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }
        self._processes: list[Process] = []

    async def begin(self) -> str:
        """The address of the bus."""
        bus = bus_for(self._daemon)
        assert bus is not None
        (self._folder / "run").mkdir(mode=0o700, exist_ok=True)
        config = self._folder / "bus.conf"
        config.write_text(BUS.format(folder=self._folder))
        process = await self._start(bus, f"--config-file={config}", "--print-address", "--nofork")
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        self._variables["DBUS_SESSION_BUS_ADDRESS"] = address
        return address

    async def log_in(self, password: str | None) -> Process:
        """Start the daemon; with a password its keyring is open, without it is locked."""
        unlock = [] if password is None else ["--unlock"]
        process = await self._start(self._daemon, *unlock, "--components=secrets", "--foreground")
        assert process.stdin is not None
        process.stdin.write((password or "").encode())
        process.stdin.close()
        keyring = OSKeyring(patience=10)
        while not await keyring.usable():  # noqa: ASYNC110  # the daemon sets no event of ours
            await asyncio.sleep(0.02)
        return process

    async def _start(self, program: Path, *arguments: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=self._variables
        )
        self._processes.append(process)
        return process

    async def log_out(self) -> None:
        for process in reversed(self._processes):
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest.fixture
async def session(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Session]:
    opened = Session(tmp_path_factory.mktemp("s"), need("secret-service"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", await opened.begin())
    yield opened
    await opened.log_out()
    gc.collect()


@asynccontextmanager
async def logged_in(session: Session, password: str | None) -> AsyncIterator[None]:
    process = await session.log_in(password)
    yield
    process.kill()
    await process.communicate()


def stores(folder: Path, keyring: OSKeyring, wishes: Wishes | None = None) -> StoredKeys:
    """As `Stores.open`, with the real keyring."""
    stored = Stores(folder).open()
    stored._keyring = keyring
    stored._vault = Vault(folder / "keys/vault", "ada", {"keyring": KeyringKeks(keyring)}, keyring)
    stored.wishes = wishes or Wishes()
    return stored


async def test_a_key_is_kept_from_login_to_login_until_it_is_deleted(session: Session, tmp_path: Path) -> None:
    async with logged_in(session, "correct horse"):
        assert await stores(tmp_path, OSKeyring(patience=10)).put("openai", OPENAI, "sk-canary") == "OS keyring"
    async with logged_in(session, "correct horse"):
        stored = stores(tmp_path, OSKeyring(patience=10))
        assert await stored.find("openai", OPENAI) == "sk-canary"
        assert await stored.find("openai", "https://evil.example") is None
        assert await stored.remove("openai", OPENAI) == ["OS keyring"]
        assert await stored.find("openai", OPENAI) is None
    kept = b"".join(path.read_bytes() for path in session._folder.rglob("*") if path.is_file())
    assert b"sk-canary" not in kept


async def test_a_vault_is_locked_by_the_keyring_and_rotated(session: Session, tmp_path: Path) -> None:
    async with logged_in(session, "correct horse"):
        stored = stores(tmp_path, OSKeyring(patience=10), Wishes(store="vault"))
        assert await stored.put("openai", OPENAI, "sk-canary") == "vault"
        assert await stored.rotate_master() == "keyring"
        assert await stores(tmp_path, OSKeyring(patience=10)).find("openai", OPENAI) == "sk-canary"


async def test_a_locked_keyring_is_one_line_and_the_loop_goes_on(session: Session, tmp_path: Path) -> None:
    async with logged_in(session, "correct horse"):
        await stores(tmp_path, OSKeyring(patience=10)).put("openai", OPENAI, "sk-canary")
    async with logged_in(session, None):
        loop, asked = asyncio.get_running_loop(), asyncio.Event()
        Watched.order, Watched.seen = [], threading.Event()
        Watched.asked = lambda: loop.call_soon_threadsafe(asked.set)
        looking = asyncio.ensure_future(stores(tmp_path, OSKeyring([WATCHED], patience=1)).find("openai", OPENAI))
        await asked.wait()
        Watched.order.append("the loop goes on")
        Watched.seen.set()
        with pytest.raises(AuthenticationError, match=r"the key of openai for .* cannot be had: the OS keyring"):
            await looking
        assert Watched.order[0] == "the loop goes on"


async def test_without_a_daemon_there_is_no_keyring(session: Session) -> None:
    assert not await OSKeyring(patience=10).usable()
