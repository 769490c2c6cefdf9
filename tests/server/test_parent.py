from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ai_lsp.server.parent import is_alive


def test_a_process_lives_until_it_has_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert is_alive(process.pid)
    process.communicate()
    assert not is_alive(process.pid)


def test_this_process_and_that_of_another_person_live() -> None:
    assert is_alive(os.getpid())
    assert is_alive(1)


@pytest.mark.parametrize("process_id", [2**22 + 1, 2**31 - 1, 2**70])
def test_a_number_that_no_process_has(process_id: int) -> None:
    assert not is_alive(process_id)
