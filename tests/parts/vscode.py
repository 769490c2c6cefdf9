"""VS Code as a page in a browser (code-server), and playwright, which drives the browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from tests.parts import node
from tests.parts.part import Part

INNER = Path("node_modules/code-server/lib/vscode")

WRAPPER = """#!/bin/sh
exec '{node}' '{root}/node_modules/code-server/out/node/entry.js' "$@"
"""


def _version(program: Path) -> str | None:
    try:
        asked = [str(program), "--config", "/dev/null", "--version"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"(\d+\.\d+\.\d+) \S+ with Code (\S+)", said)
    return f"{found[1]} (VS Code {found[2]})" if found else None


def _fetch(root: Path) -> None:
    # the table of parts holds this one too, so that it is read only now
    from tests.parts.catalogue import fetch

    program = fetch("node")
    shutil.copytree(node.LOCKS / "code-server", root)
    node.install(program, root)
    inner = root / INNER
    # what its own scripts would do, but for building what only a terminal or a log needs
    node.install(program, inner, "--omit=dev", "--no-save", clean=False)
    node.install(program, inner / "extensions", "--omit=dev")
    (inner / "bin/helpers/browser.sh").unlink(missing_ok=True)
    (inner / "bin/helpers/browser.sh").symlink_to("browser-linux.sh")
    wrapper = root / VSCODE.inside
    wrapper.parent.mkdir()
    wrapper.write_text(WRAPPER.format(node=program, root=root))
    wrapper.chmod(0o755)


VSCODE = Part(
    name="vscode",
    variable="AI_LSP_CODE_SERVER",
    program="code-server",
    inside="bin/code-server",
    version=_version,
    fetch=_fetch,
)


def _playwright_version(program: Path) -> str | None:
    try:
        facts = json.loads(program.with_name("package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    version = facts.get("version")
    return version if isinstance(version, str) else None


def _fetch_playwright(root: Path) -> None:
    from tests.parts.catalogue import fetch

    program = fetch("node")
    shutil.copytree(node.LOCKS / "playwright", root)
    node.install(program, root)


PLAYWRIGHT = Part(
    name="playwright",
    variable="AI_LSP_PLAYWRIGHT",
    program="playwright-core",
    inside="node_modules/playwright-core/index.mjs",
    version=_playwright_version,
    fetch=_fetch_playwright,
)
