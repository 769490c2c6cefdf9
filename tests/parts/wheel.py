"""Programs that come as wheels, unpacked into a folder of their own, each by its hash alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.parts.part import PartMissingError


def unpack(requirements: Path, folder: Path) -> None:
    """Put the wheels that `requirements` names, with their hashes, into `folder`. Raises PartMissingError with one line."""
    uv = shutil.which("uv")
    pip = (
        [uv, "pip", "install", "--quiet", "--python", sys.executable]
        if uv
        else [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    )
    wanted = ["--require-hashes", "--only-binary=:all:", "--no-deps", "--target", str(folder), "-r", str(requirements)]
    done = subprocess.run([*pip, *wanted], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no word why"]
        raise PartMissingError(f"the wheels of {requirements.stem} cannot be had: {said[-1]}")
