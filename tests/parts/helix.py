"""Helix."""

from __future__ import annotations

from pathlib import Path

from tests.parts import debian
from tests.parts.part import Part, version_said

SUITE = "forky"

WRAPPER = """#!/bin/sh
HELIX_RUNTIME='{root}/usr/lib/hx/runtime' exec '{root}/usr/lib/hx/hx' "$@"
"""


def _version(program: Path) -> str | None:
    return version_said(program, r"helix (\d+\.\d+\S*)")


def _fetch(root: Path) -> None:
    debian.unpack(["hx"], SUITE, root)
    debian.give_own_loader(root / "usr/lib/hx/hx", root)
    wrapper = root / HELIX.inside
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(WRAPPER.format(root=root))
    wrapper.chmod(0o755)


HELIX = Part(name="helix", variable="AI_LSP_HELIX", program="hx", inside="bin/hx", version=_version, fetch=_fetch)
