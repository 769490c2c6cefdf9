"""Chromium without a screen: the browser in which the tests open VS Code."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.parts import debian
from tests.parts.part import Part, version_said

SUITE = "forky"
"""Any would do; the other parts are of this one."""

PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core", "fonts-noto-color-emoji")
"""A bare machine has no letters to draw."""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{root}/usr/share/fonts</dir><cachedir>{root}/fontcache</cachedir></fontconfig>
"""

WRAPPER = """#!/bin/sh
LD_LIBRARY_PATH='{sound}' FONTCONFIG_FILE='{root}/fonts.conf' \\
exec '{root}/usr/lib/chromium/chromium-headless-shell' "$@"
"""
"""A library for sound names an absolute folder for another, which the loader prefers to what the program says."""


def _version(program: Path) -> str | None:
    return version_said(program, r"Chrom\w+ (\d[\d.]+)")


def _fetch(root: Path) -> None:
    debian.unpack(PACKAGES, SUITE, root)
    real = root / "usr/lib/chromium/chromium-headless-shell"
    debian.give_own_loader(real, root)
    (root / "fonts.conf").write_text(FONTS.format(root=root))
    for unused in ("share/doc", "share/man", "share/locale", "share/perl", "lib/systemd"):
        shutil.rmtree(root / "usr" / unused, ignore_errors=True)
    wrapper = root / CHROMIUM.inside
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(WRAPPER.format(root=root, sound=next(iter(root.glob("usr/lib/*-linux-gnu*/pulseaudio")))))
    wrapper.chmod(0o755)


CHROMIUM = Part(
    name="chromium",
    variable="AI_LSP_CHROMIUM",
    program="chromium",
    inside="bin/chromium",
    version=_version,
    fetch=_fetch,
)
