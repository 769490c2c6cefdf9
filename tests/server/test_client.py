from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.server.client import Client, folder_path, folder_paths
from ai_lsp.server.edit_support import EditSupport
from ai_lsp.server.house import ClientInfo
from ai_lsp.server.positions import PositionEncoding

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["processId", "clientInfo", "rootUri", "rootPath", "workspaceFolders", "initializationOptions", "capabilities"]


def test_an_editor_is_read() -> None:
    client = Client.read(
        {
            "processId": 42,
            "clientInfo": {"name": "Neovim", "version": "0.12.4"},
            "workspaceFolders": [{"uri": "file:///work/a%20b", "name": "a b"}, {"uri": "vscode-remote://x/y"}],
            "rootUri": "file:///other",
            "initializationOptions": {"provider": "embedded"},
            "capabilities": {
                "general": {"positionEncodings": ["utf-8", "utf-16"]},
                "textDocument": {"inlineCompletion": {"dynamicRegistration": True}},
                "workspace": {"configuration": True},
                "experimental": {"aiLsp": {"status": True}},
            },
        }
    )
    assert client == Client(
        info=ClientInfo("Neovim", "0.12.4"),
        process_id=42,
        folders=(Path("/work/a b"),),
        encoding=PositionEncoding.UTF_8,
        settings={"provider": "embedded"},
        shows_inline_completion=True,
        has_configuration=True,
        wants_status=True,
        wants_refresh=False,
        can_ask=False,
        shows_results=False,
        shows_progress=False,
        names_plugin=False,
        edits=EditSupport(),
    )


def test_lsp_mode_says_null_and_shows_inline_completion_all_the_same() -> None:
    assert Client.read({"capabilities": {"textDocument": {"inlineCompletion": None}}}).shows_inline_completion
    assert not Client.read({"capabilities": {"textDocument": {"completion": {}}}}).shows_inline_completion


@pytest.mark.parametrize(
    ("params", "folders"),
    [
        ({"rootUri": "file:///a"}, (Path("/a"),)),
        ({"rootUri": "file:///a", "workspaceFolders": []}, (Path("/a"),)),
        ({"rootPath": "/old", "rootUri": None}, (Path("/old"),)),
        ({"workspaceFolders": None}, ()),
        ({"workspaceFolders": "file:///a"}, ()),
    ],
)
def test_older_ways_to_name_the_folder(params: dict[str, Any], folders: tuple[Path, ...]) -> None:
    assert Client.read(params).folders == folders


@pytest.mark.parametrize("uri", ["untitled:a", "http://a/b", "", None, 3, "file:///%zz\x00", "file://[bad/x"])
def test_what_is_no_local_folder_is_left_out(uri: object) -> None:
    path = folder_path(uri)
    assert path is None or isinstance(path, Path)
    assert folder_paths([{"uri": "untitled:a"}, 3, None]) == ()


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_no_shape_of_params_keeps_an_editor_from_starting(params: dict[str, Any]) -> None:
    Client.read(params)
