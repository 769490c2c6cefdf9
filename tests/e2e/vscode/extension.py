"""Our extension for VS Code, built and packed from this checkout as for a release."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.parts import node
from tests.parts.need import need
from tests.parts.vsce import EXTENSION


def checked_out(folder: Path) -> Path:
    """A copy of the extension's sources in `folder`, with its tools beside them, so that the checkout stays as it is."""
    tools = need("vsce").parents[2]
    sources = folder / "vscode"
    shutil.copytree(EXTENSION, sources, ignore=shutil.ignore_patterns("node_modules", "dist"))
    for settings in EXTENSION.parent.glob("*.json"):
        shutil.copy(settings, folder)
    (sources / "node_modules").symlink_to(tools)
    return sources


def run(script: str, sources: Path) -> str:
    """What one of the extension's own scripts says; fails with all of it where the script does."""
    program = need("node")
    done = node.run([*node.npm(program), "run", "--silent", script], sources, program)
    assert done.returncode == 0, f"the extension's script {script} fails:\n{done.stdout}{done.stderr}"
    return done.stdout


def packed(folder: Path) -> Path:
    """The .vsix."""
    sources = checked_out(folder)
    run("package", sources)
    return next(sources.glob("dist/*.vsix"))
