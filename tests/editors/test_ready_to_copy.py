"""Configuration files that people copy: each can be read by the rules of its own format and starts the server."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

EDITORS = Path(__file__).resolve().parents[2] / "editors"


def test_helix_finds_the_server_for_each_language() -> None:
    settings = tomllib.loads((EDITORS / "helix/languages.toml").read_text(encoding="utf-8"))
    assert settings["language-server"]["ai-lsp"]["command"] == "ai-lsp"
    assert all("ai-lsp" in language["language-servers"] for language in settings["language"])


def test_kate_and_zed_start_it() -> None:
    kate = json.loads((EDITORS / "kate/settings.json").read_text(encoding="utf-8"))
    assert {tuple(server["command"]) for server in kate["servers"].values()} == {("ai-lsp",)}
    zed = json.loads((EDITORS / "zed/settings.json").read_text(encoding="utf-8"))
    (name,) = (name for name, server in zed["lsp"].items() if server["binary"]["path"] == "ai-lsp")
    assert name in zed["languages"]["Python"]["language_servers"]


def test_sublime_text_starts_it() -> None:
    text = (EDITORS / "sublime/LSP.sublime-settings").read_text(encoding="utf-8")
    client = json.loads(re.sub(r"^//.*$", "", text, flags=re.MULTILINE))["clients"]["ai-lsp"]
    assert (client["enabled"], client["command"]) == (True, ["ai-lsp"])


def test_each_editor_has_a_page_of_its_own() -> None:
    for name in ("neovim", "vscode", "emacs", "helix", "sublime", "kate", "zed"):
        assert (EDITORS / name / "README.md").is_file()
