"""What our extension for VS Code is built and packed with: the packages that its own lock names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.parts import node
from tests.parts.part import Part

EXTENSION = Path(__file__).resolve().parents[2] / "editors" / "vscode"
LOCK = "package-lock.json"
TAKEN = ("package.json", LOCK)


def _version(program: Path) -> str | None:
    """None also where the lock has been written anew since."""
    root = program.resolve().parents[3]
    try:
        facts = json.loads(program.with_name("package.json").read_text(encoding="utf-8"))
        same = (root / LOCK).read_bytes() == (EXTENSION / LOCK).read_bytes()
    except (OSError, ValueError):
        return None
    return str(facts["version"]) if same else None


def _fetch(root: Path) -> None:
    from tests.parts.catalogue import fetch

    root.mkdir(parents=True)
    for name in TAKEN:
        shutil.copy(EXTENSION / name, root)
    node.install(fetch("node"), root)


VSCE = Part(
    name="vsce",
    variable="AI_LSP_VSCE",
    program="vsce",
    inside="node_modules/@vscode/vsce/vsce",
    version=_version,
    fetch=_fetch,
)
