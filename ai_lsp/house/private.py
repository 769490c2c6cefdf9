"""What is remembered for the person where nobody else may look: their trust, and the record of changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ai_lsp.credentials import private_file
from ai_lsp.observe.audit import AuditLog
from ai_lsp.settings.locations import state_folder
from ai_lsp.settings.trust import Trust

Now = Callable[[], float]
"""Seconds since 1970."""


def trust(now: Now) -> Trust:
    return Trust(_folder() / "trust.json", private_file, now)


def audit_log(now: Now) -> AuditLog:
    return AuditLog(_folder() / "audit.jsonl", private_file.locked, now)


def _folder() -> Path:
    return state_folder() / "private"
