"""What a key costs: finding it for a request, opening a vault, rotating one, and what loading all of it takes.

`find` is what every request pays. The bounds are those of a keystroke: 1 ms for a key that is known, 20 ms for one that
has to be taken out of a vault. The passphrase is derived once in the life of a server, and is meant to take its time.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from ai_lsp.core.clock import SystemClock
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.house.key_stores import KeyStores
from ai_lsp.settings.schema import KeysTable, Settings, VaultTable
from ai_lsp.transport.network import Network

ORIGIN = "https://api.openai.com"
KNOWN_BOUND, VAULT_BOUND = 0.001, 0.020
"""Seconds of wall time."""
KEYS = 50


def stores(folder: Path, kind: str, **variables: str) -> KeyStores:
    settings = Settings(keys=KeysTable(store="vault"), vault=VaultTable(key="file" if kind == "file" else "passphrase"))
    environment = {
        "AI_LSP_MASTER_KEY_FILE": str(folder / "master"),
        "AI_LSP_VAULT_PASSPHRASE": "correct horse",
        **variables,
    }
    return KeyStores(
        settings, Network(), SystemClock(), folder=folder / "keys", keyring=OSKeyring([]), environment=environment
    )


async def seconds(do: Callable[[], Awaitable[object]], times: int) -> float:
    """Median of the wall time: threads and the disk are part of it."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await do()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


async def measure(folder: Path) -> list[tuple[str, float, float | None]]:
    """(what, seconds, bound)."""
    by_file = stores(folder / "file", "file")
    for number in range(KEYS):
        await by_file.stored.put(f"provider-{number}", ORIGIN, f"sk-{number}")
    in_environment = stores(folder / "file", "file", OPENAI_API_KEY="sk-canary").chain

    async def cold() -> None:
        await stores(folder / "file", "file").chain.find("provider-7", "openai", ORIGIN)

    rows: list[tuple[str, float, float | None]] = [
        ("find in the environment", await seconds(lambda: in_environment.find("openai", "openai", ORIGIN), 500), None),
        ("find, no such key", await seconds(lambda: by_file.chain.find("none", "openai", ORIGIN), 500), KNOWN_BOUND),
        (
            "find again what a vault holds",
            await seconds(lambda: by_file.chain.find("provider-7", "openai", ORIGIN), 500),
            KNOWN_BOUND,
        ),
        (f"find first, in a vault of {KEYS} keys", await seconds(cold, 50), VAULT_BOUND),
        (f"rotate the data keys of {KEYS}", await seconds(by_file.stored.rotate, 10), None),
        (f"rotate the master key of {KEYS}", await seconds(by_file.stored.rotate_master, 10), None),
    ]
    by_words = stores(folder / "words", "passphrase")
    await by_words.stored.put("openai", ORIGIN, "sk-canary")

    async def derived() -> None:
        await stores(folder / "words", "passphrase").chain.find("openai", "openai", ORIGIN)

    rows.append(("find first, vault by passphrase", await seconds(derived, 5), None))
    return rows


def loading(module: str) -> float:
    """CPU seconds that a fresh Python takes to load it, median of five, above one that loads nothing."""
    script = f"import time\nbegan = time.process_time()\nimport {module}\nprint(time.process_time() - began)"
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in range(5)
    ]
    return statistics.median(float(run.stdout) for run in runs)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder)))
    failed = False
    for what, took, bound in rows:
        missed = bound is not None and took > bound
        failed |= missed
        limit = "" if bound is None else f"   bound {bound * 1000:g} ms{'   MISSED' if missed else ''}"
        print(f"{what:36}{took * 1000:10.3f} ms{limit}")
    for module in (
        "ai_lsp.credentials.stored",
        "cryptography.hazmat.primitives.ciphers.aead",
        "keyring.backends.SecretService",
    ):
        print(f"{'load ' + module:60}{loading(module) * 1000:8.1f} ms CPU")
    return int(failed)
