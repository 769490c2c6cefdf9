"""A real Secret Service, the keyring of Linux desktops: GNOME's daemon, and a D-Bus daemon to reach it by."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.parts import debian
from tests.parts.part import Part, version_said

SUITE = "forky"
"""Any would do; the other parts are of this one."""

BUS = "dbus-daemon"
"""Stands beside the daemon where that was fetched."""


def bus_for(program: Path) -> Path | None:
    """The D-Bus daemon that goes with a daemon of keyrings: the one beside it, else that of the machine."""
    beside = program.with_name(BUS)
    on_path = shutil.which(BUS)
    return beside if beside.exists() else Path(on_path) if on_path else None


def _version(program: Path) -> str | None:
    found = version_said(program, r"gnome-keyring-daemon: (\S+)")
    return found if found and bus_for(program) else None


def _fetch(root: Path) -> None:
    debian.unpack(["gnome-keyring", BUS], SUITE, root)
    inside = root / SECRET_SERVICE.inside
    inside.parent.mkdir(exist_ok=True)
    for name in (BUS, inside.name):
        real = root / "usr/bin" / name
        debian.give_own_loader(real, root)
        (inside.parent / name).symlink_to(real)
    for unused in ("share/doc", "share/man", "share/locale", "share/perl", "lib/systemd"):
        shutil.rmtree(root / "usr" / unused, ignore_errors=True)


SECRET_SERVICE = Part(
    name="secret-service",
    variable="AI_LSP_SECRET_SERVICE",
    program="gnome-keyring-daemon",
    inside="bin/gnome-keyring-daemon",
    version=_version,
    fetch=_fetch,
)
