"""VS Code's own server, with our extension in it, for pages that open folders of this machine."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from tests.e2e.neovim import wait_until
from tests.e2e.vscode.browser import end_group
from tests.parts.need import need

SETTINGS: Mapping[str, object] = {
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "workbench.reduceMotion": "on",
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": False,
    "extensions.ignoreRecommendations": True,
    "git.enabled": False,
    "workbench.quickOpen.closeOnFocusLost": False,
    "editor.fontFamily": "DejaVu Sans Mono",
}
"""Those of a person who wants to be left alone."""

AROUND: Mapping[str, str] = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "SHELL": "/bin/sh",  # asked by VS Code what a terminal would have in its environment
    "EXTENSIONS_GALLERY": '{"serviceUrl": ""}',  # where extensions would be looked for
}
"""The environment of a person: nothing of whoever runs the tests."""


@dataclass(frozen=True, slots=True)
class CodeServer:
    """A running one. All its pages share the settings of one person."""

    port: int
    home: Path

    @classmethod
    @contextlib.contextmanager
    def started(
        cls,
        folder: Path,
        vsix: Path,
        settings: Mapping[str, object],
        environment: Mapping[str, str],
        *,
        trust_all: bool = True,
    ) -> Iterator[CodeServer]:
        """`folder` becomes the home of a person with those settings; `trust_all=False` asks about every workspace."""
        program = str(need("vscode"))
        user, extensions, temporary = folder / "data", folder / "extensions", folder / "tmp"
        for needed in (user / "User", extensions, temporary):
            needed.mkdir(parents=True)
        path = user / "User" / "settings.json"
        path.write_text(json.dumps({**SETTINGS, **settings}), encoding="utf-8")
        port = _free_port()
        where = ["--config", str(folder / "code-server.yaml"), "--user-data-dir", str(user)]
        where += ["--extensions-dir", str(extensions)]
        around = {**AROUND, **environment, "HOME": str(folder), "TMPDIR": str(temporary)}
        (folder / "code-server.yaml").write_text("auth: none\n", encoding="utf-8")
        installed = [program, *where, "--install-extension", str(vsix)]
        subprocess.run(installed, env=around, check=True, capture_output=True, timeout=30)
        quiet = ["--disable-telemetry", "--disable-update-check"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    program,
                    *where,
                    *quiet,
                    *(["--disable-workspace-trust"] if trust_all else []),
                    "--bind-addr",
                    f"127.0.0.1:{port}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=around,
                start_new_session=True,
            )
            try:
                wait_until(
                    "VS Code's server answers", lambda: _is_up(port), seconds=20, seen=(folder / "log").read_text
                )
                yield cls(port, folder)
            finally:
                end_group(process)

    def address(self, workspace: Path) -> str:
        """What a browser opens to work on a folder."""
        return f"http://127.0.0.1:{self.port}/?folder={quote(str(workspace))}"


def language_servers(workspace: Path) -> list[int]:
    """The processes of `ai-lsp serve` that the window on this folder has started."""
    return [int(one.name) for one in Path("/proc").glob("[0-9]*") if _serves(one, workspace)]


def _serves(process: Path, workspace: Path) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        return words[-2:-1] == [b"serve"] and (process / "cwd").readlink() == workspace
    except OSError:  # gone meanwhile, or not ours
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _is_up(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
