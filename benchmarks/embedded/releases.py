"""Two releases of a project, from the registry of its language. In: a Project. Out: two folders, or why there are none.

Downloads go through the registries' own clients into the user's cache folder and are kept there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path

CACHE = user_cache_path("ai-lsp") / "benchmarks"


class UnavailableError(Exception):
    """A release could not be fetched; the text says why."""


@dataclass(frozen=True, slots=True)
class Project:
    """`old` and `new` are versions; `suffixes` say which of its files are its source."""

    name: str
    registry: Literal["pypi", "npm", "go"]
    package: str
    old: str
    new: str
    suffixes: tuple[str, ...]
    language: str


def fetch(project: Project) -> tuple[Path, Path]:
    """The unpacked old and new release. Raises UnavailableError."""
    try:
        return _release(project, project.old), _release(project, project.new)
    except (OSError, subprocess.SubprocessError, tarfile.TarError, zipfile.BadZipFile, StopIteration) as error:
        raise UnavailableError(f"{project.package} could not be fetched: {error}") from error


def _release(project: Project, version: str) -> Path:
    folder = CACHE / project.registry / f"{project.name}-{version}"
    if folder.is_dir():
        return folder
    incoming = folder.with_name(folder.name + ".incoming")
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    {"pypi": _from_pypi, "npm": _from_npm, "go": _from_go}[project.registry](project.package, version, incoming)
    incoming.rename(folder)
    return folder


def _from_pypi(package: str, version: str, folder: Path) -> None:
    tools = CACHE / "pip"
    python = tools / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(tools, with_pip=True)
    wheel_of_any = ("--only-binary", ":all:", "--platform", "any", "--implementation", "py", "--abi", "none")
    _run(python, "-m", "pip", "download", "-q", "--no-deps", *wheel_of_any, f"{package}=={version}", "-d", folder)
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    wheel.unlink()


def _from_npm(package: str, version: str, folder: Path) -> None:
    _run(_tool("npm"), "pack", "--silent", f"{package}@{version}", cwd=folder)
    archive = next(folder.glob("*.tgz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()


def _from_go(package: str, version: str, folder: Path) -> None:
    cache = {"GOMODCACHE": str(CACHE / "go-modules"), "GOFLAGS": "-modcacherw"}
    told = _run(_tool("go"), "mod", "download", "-json", f"{package}@{version}", cwd=folder, **cache)
    shutil.copytree(json.loads(told)["Dir"], folder, dirs_exist_ok=True)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed")
    return found


def _run(*command: str | Path, cwd: Path | None = None, **environment: str) -> str:
    env = {**os.environ, **environment}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise OSError(f"{command[0]} said: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit("this is a part of ./dev bench embedded_replay")
