"""What `ai-lsp doctor` can see without opening the house: Python, packages, PATH, terminal, folders, Neovim."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from platformdirs import user_cache_path, user_config_path

import ai_lsp
from ai_lsp.core.check import Check
from ai_lsp.syntax.languages import GRAMMARS, load

OLDEST_PYTHON = (3, 11)
OLDEST_NEOVIM = (0, 12)
_PACKAGES = ("pygls", "lsprotocol", "tree-sitter")


def environment_checks() -> Iterator[Check]:
    """One after another, as some take a while."""
    yield Check("ai-lsp", ok=True, detail=f"{ai_lsp.__version__} in {Path(ai_lsp.__file__).parent}")
    yield _python()
    yield _packages()
    yield _grammars()
    yield _command()
    yield _neovim()
    yield _encoding()
    yield _folder("configuration folder", user_config_path("ai-lsp", appauthor=False))
    yield _folder("cache folder", user_cache_path("ai-lsp", appauthor=False))


def _python() -> Check:
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()} ({sys.executable})"
    good = sys.version_info >= OLDEST_PYTHON
    return Check("Python", good, detail, "" if good else "install Python 3.11 or newer")


def _packages() -> Check:
    missing = [name for name in _PACKAGES if _version(name) is None]
    if missing:
        return Check("packages", ok=False, detail=f"missing: {', '.join(missing)}", next_step="install ai-lsp again")
    return Check("packages", ok=True, detail=", ".join(f"{name} {_version(name)}" for name in _PACKAGES))


def _grammars() -> Check:
    """Code is completed without them too, but not by its scopes and imports."""
    loaded = [language for language in GRAMMARS if load(language) is not None]
    missing = [language for language in GRAMMARS if language not in loaded]
    if missing:
        detail = f"none that loads for {', '.join(missing)}"
        return Check("grammars", ok=False, detail=detail, next_step="install ai-lsp again")
    return Check("grammars", ok=True, detail=", ".join(loaded))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _command() -> Check:
    """Editors start the server by its name, and see the PATH that they were started with."""
    found = shutil.which("ai-lsp")
    if found is None:
        beside = Path(sys.executable).parent
        step = f"add {beside} to PATH, or name the full path of ai-lsp in the editor's settings"
        return Check("command", ok=None, detail="ai-lsp is not on PATH: editors do not find it by name", next_step=step)
    return Check("command", ok=True, detail=found)


def _neovim() -> Check:
    program = shutil.which("nvim")
    if program is None:
        return Check("Neovim", ok=None, detail="not on PATH")
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=5, check=True).stdout  # noqa: S603  # the person's own nvim, found on their PATH
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return Check("Neovim", ok=None, detail=f"{program} does not say its version ({error})")
    found = re.match(r"NVIM v((\d+)\.(\d+)\S*)", said)
    if found is None:
        return Check("Neovim", ok=None, detail=f"{program} does not say its version")
    if (int(found[2]), int(found[3])) < OLDEST_NEOVIM:
        return Check("Neovim", ok=None, detail=f"{found[1]} has no ghost text of its own", next_step="install 0.12")
    return Check("Neovim", ok=True, detail=f"{found[1]} ({program})")


def _encoding() -> Check:
    encoding = (sys.stdout.encoding or "none").lower()
    if encoding.replace("-", "") == "utf8":
        return Check("output", ok=True, detail="UTF-8")
    return Check("output", ok=None, detail=f"{encoding}: some characters cannot be shown", next_step="set PYTHONUTF8=1")


def _folder(name: str, folder: Path) -> Check:
    """Whether it can be written, or made: nothing is made only to find out."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Check(name, ok=True, detail=f"{folder}{'' if there == folder else ' (not there yet)'}")
    return Check(name, ok=False, detail=f"{folder} cannot be written", next_step=f"see who owns {there}")
