"""What editors can do with changes, and what they make of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ai_lsp.documents.lines import split_lines
from tests.support.lsp_client import Json

_ACTIONS = {
    "codeAction": {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "refactor.rewrite"]}},
        "dataSupport": True,
        "disabledSupport": True,
        "resolveSupport": {"properties": ["edit"]},
    }
}
_EDITS = {
    "workspaceEdit": {
        "documentChanges": True,
        "resourceOperations": ["create", "rename", "delete"],
        "changeAnnotationSupport": {"groupsOnLabel": True},
    }
}
EDITORS: dict[str, dict[str, Any]] = {
    "vscode": {"textDocument": _ACTIONS, "workspace": _EDITS, "experimental": {"aiLsp": {"results": True}}},
    "progress": {"textDocument": _ACTIONS, "workspace": _EDITS, "window": {"workDoneProgress": True}},
    "plain": {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}},
    "old": {},
}
"""Capabilities: of one that can do everything, one that shows progress, one that takes actions as commands, and an old one."""


def span(line: int, character: int, last_line: int, last_character: int) -> Json:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": last_line, "character": last_character},
    }


def applied(text: str, edits: Sequence[Json]) -> str:
    """The text with edits made in it, for texts in which every encoding counts alike."""
    starts = [0]
    for line in split_lines(text):
        starts.append(starts[-1] + len(line))
    for one in sorted(edits, key=lambda found: tuple(found["range"]["start"].values()), reverse=True):
        first, last = (starts[one["range"][end]["line"]] + one["range"][end]["character"] for end in ("start", "end"))
        text = text[:first] + one["newText"] + text[last:]
    return text
