"""A process that is killed while it changes a vault leaves the old or the new one: kill -9 before every step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9 and no fork")


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("put", "file"),
        ("rotate", "file"),
        ("rotate-master", "file"),
        ("rotate-master", "keyring"),
        ("rotate-master", "passphrase"),
    ],
)
def test_s14_the_old_or_the_new_vault_opens_and_the_change_can_be_made_again(
    tmp_path: Path, what: str, kind: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.credentials.support_killing", tmp_path, what, kind],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    steps = json.loads(ran.stdout)
    states = [state for _, state in steps]
    assert states == sorted(states, reverse=True), "once the new vault is there, the old one does not come back"
    assert {"old", "new"} == set(states)
    assert {"fsync", "replace", "open"} <= {name for name, _ in steps}
    if (what, kind) == ("rotate-master", "keyring"):
        assert steps[0][0] != "keyring delete"
        assert ("keyring delete", "new") in [tuple(one) for one in steps], "the old key goes after the new vault came"
