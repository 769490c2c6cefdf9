"""What an editor can do with changes to code that it is offered. In: its capabilities as they came. Out: plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EditSupport:
    """`confirms`: it lets the person look at annotated changes first. `versioned`: an edit can say which version it is for.
    `makes_files`: an edit may begin with a new file. `resolves`: it asks for the edit of a code action when the person has
    chosen it. `shows_disabled`: it shows code actions that cannot be had, with the reason. `literals`: its code actions may be
    more than commands.
    """

    confirms: bool = False
    versioned: bool = False
    makes_files: bool = False
    resolves: bool = False
    shows_disabled: bool = False
    literals: bool = False

    @property
    def can_preview(self) -> bool:
        """Whether a code action may carry its edit: it is asked for late, bound to a version, and shown before it is made."""
        return self.confirms and self.versioned and self.resolves

    @staticmethod
    def read(capabilities: Mapping[str, Any]) -> EditSupport:
        edits = _inside(capabilities, "workspace", "workspaceEdit")
        actions = _inside(capabilities, "textDocument", "codeAction")
        late = _inside(actions, "resolveSupport").get("properties")
        operations = edits.get("resourceOperations")
        return EditSupport(
            confirms=isinstance(edits.get("changeAnnotationSupport"), Mapping),
            versioned=edits.get("documentChanges") is True,
            makes_files=isinstance(operations, list) and "create" in operations,
            resolves=isinstance(late, list) and "edit" in late and actions.get("dataSupport") is True,
            shows_disabled=actions.get("disabledSupport") is True,
            literals=isinstance(actions.get("codeActionLiteralSupport"), Mapping),
        )


def _inside(value: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
