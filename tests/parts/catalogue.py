"""All real parts, where they are found, and how they are fetched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.parts.chromium import CHROMIUM
from tests.parts.emacs import EMACS
from tests.parts.helix import HELIX
from tests.parts.llama import LLAMA
from tests.parts.neovim import NEOVIM
from tests.parts.neovim_0_11 import NEOVIM_0_11
from tests.parts.node import NODE
from tests.parts.part import Part, PartMissingError
from tests.parts.secret_service import SECRET_SERVICE
from tests.parts.vsce import VSCE
from tests.parts.vscode import PLAYWRIGHT, VSCODE

FOLDER = Path(__file__).resolve().parents[2] / ".parts"

PARTS: dict[str, Part] = {
    part.name: part
    for part in (NEOVIM, NEOVIM_0_11, EMACS, HELIX, LLAMA, SECRET_SERVICE, NODE, CHROMIUM, VSCODE, PLAYWRIGHT, VSCE)
}

# read before any test begins: tests see no variables of ours
_NAMED = {part.variable: os.environ.get(part.variable) for part in PARTS.values()}


def find(name: str) -> Path | None:
    """The program of part `name`, or None: the one that its environment variable names, else in `.parts`, else on PATH.

    A variable that names something unusable is not passed over: the person meant that program. Raises PartMissingError.
    """
    part = PARTS[name]
    named = os.environ.get(part.variable) or _NAMED.get(part.variable)
    if named:
        if part.version(Path(named)) is None:
            raise PartMissingError(f"{name}: {part.variable}={named} does not run or is too old")
        return Path(named)
    on_path = shutil.which(part.program)
    places = [FOLDER / part.name / part.inside, *([Path(on_path)] if on_path else [])]
    return next((place for place in places if place.exists() and part.version(place) is not None), None)


def fetch(name: str) -> Path:
    """The program of part `name`, fetched into `.parts` unless it is there. Raises PartMissingError with one line."""
    found = find(name)
    if found is not None:
        return found
    part = PARTS[name]
    root = FOLDER / part.name
    shutil.rmtree(root, ignore_errors=True)
    try:
        part.fetch(root)
    except PartMissingError as error:
        raise PartMissingError(f"{name}: {error}; install it yourself and name it in {part.variable}") from error
    program = root / part.inside
    if part.version(program) is None:
        raise PartMissingError(f"{name}: what was fetched to {program} does not run or is too old")
    return program
