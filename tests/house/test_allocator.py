"""What was freed goes back to the system, shown with the real C library in a process of its own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from ai_lsp.house.allocator import keep_small

PROGRAM = """
from pathlib import Path
from ai_lsp.house.allocator import keep_small

def resident():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0])

if {keeps_small}:
    keep_small()
del (large := bytearray(b"x") * 30_000_000)[:], large
kept, freed = [], []
for number in range(30):
    freed.append(b"x" * 2_000_000)
    kept.append(bytes(2_000))
before = resident()
freed.clear()
print(before - resident())
"""


def given_back(*, keeps_small: bool) -> int:
    """Kilobytes of 60 MB."""
    program = PROGRAM.format(keeps_small=keeps_small)
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=15)
    return int(said.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has its own ways")
def test_large_pieces_between_small_ones_go_back_to_the_system() -> None:
    assert given_back(keeps_small=False) < 20_000
    assert given_back(keeps_small=True) > 50_000


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("ctypes.CDLL", None)
    keep_small()
