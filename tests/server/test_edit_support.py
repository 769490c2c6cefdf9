from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.server.edit_support import EditSupport

VSCODE = {
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {"groupsOnLabel": True},
        }
    },
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {},
            "dataSupport": True,
            "disabledSupport": True,
            "resolveSupport": {"properties": ["edit", "command"]},
        }
    },
}


def test_an_editor_that_can_do_everything() -> None:
    able = EditSupport.read(VSCODE)
    assert able == EditSupport(
        confirms=True, versioned=True, makes_files=True, resolves=True, shows_disabled=True, literals=True
    )
    assert able.can_preview


@pytest.mark.parametrize(
    "capabilities",
    [
        {},
        {"workspace": None, "textDocument": []},
        {"workspace": {"workspaceEdit": {"documentChanges": "yes", "resourceOperations": "create"}}},
        {"textDocument": {"codeAction": {"resolveSupport": {"properties": {"edit": True}}, "dataSupport": 1}}},
    ],
)
def test_what_is_not_said_in_the_right_shape_is_not_there(capabilities: dict[str, Any]) -> None:
    assert EditSupport.read(capabilities) == EditSupport()
