"""Where the person's configuration lies, and what is remembered for them."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path, user_state_path


def user_file(named: Path | None = None) -> Path:
    """The user file: what `--config` names, else `$AI_LSP_CONFIG`, else the platform's folder for configuration."""
    if named is not None:
        return named
    variable = os.environ.get("AI_LSP_CONFIG")
    return Path(variable) if variable else user_config_path("ai-lsp", appauthor=False) / "config.toml"


def state_folder() -> Path:
    """The platform's folder for what programs remember: usage, trust, the audit record."""
    return user_state_path("ai-lsp", appauthor=False)
