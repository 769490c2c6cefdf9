"""Neovim, new enough for inline completion."""

from __future__ import annotations

from pathlib import Path

from tests.parts import debian
from tests.parts.part import Part, version_said

OLDEST = (0, 12)
"""The first version with vim.lsp.inline_completion."""

SUITE = "forky"
"""The oldest Debian suite whose Neovim is new enough."""

WRAPPER = """#!/bin/sh
VIMRUNTIME='{root}/usr/share/nvim/runtime' exec '{root}/usr/bin/nvim' "$@"
"""


def version_of(program: Path) -> str | None:
    """The version of any Neovim; None where the program is none."""
    return version_said(program, r"NVIM v(\d+\.\d+\.\S+)")


def _version(program: Path) -> str | None:
    found = version_of(program)
    if found is None:
        return None
    major, minor = found.split(".")[:2]
    return found if (int(major), int(minor)) >= OLDEST else None


def _fetch(root: Path) -> None:
    debian.unpack(["neovim"], SUITE, root)
    debian.give_own_loader(root / "usr/bin/nvim", root)
    wrapper = root / NEOVIM.inside
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(WRAPPER.format(root=root))
    wrapper.chmod(0o755)


NEOVIM = Part(name="neovim", variable="AI_LSP_NVIM", program="nvim", inside="bin/nvim", version=_version, fetch=_fetch)
