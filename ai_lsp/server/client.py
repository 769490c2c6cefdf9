"""What the editor says of itself at `initialize`. In: the params as they came. Out: plain facts.

Read field by field and not as one typed object: a capability of a shape that we do not know must not keep an editor
from starting, and the few facts of interest need none of the some hundred classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygls.uris import to_fs_path

from ai_lsp.server.edit_support import EditSupport
from ai_lsp.server.house import ClientInfo
from ai_lsp.server.positions import PositionEncoding, negotiate


@dataclass(frozen=True, slots=True)
class Client:
    """`wants_status`, `wants_refresh`: it asked, in its experimental capabilities, to be told when the status changes, and
    when it is worth asking for ghost text again. `shows_results`: it said there that it shows what commands return.
    `can_ask`: it can show the person a question and send the answer. `names_plugin`: it says what plug-in it is, as those
    do that were written for GitHub's server.
    """

    info: ClientInfo
    process_id: int | None
    folders: tuple[Path, ...]
    encoding: PositionEncoding
    settings: Mapping[str, object]
    shows_inline_completion: bool
    has_configuration: bool
    wants_status: bool
    wants_refresh: bool
    can_ask: bool
    shows_results: bool
    shows_progress: bool
    names_plugin: bool
    edits: EditSupport

    @staticmethod
    def read(params: Mapping[str, Any]) -> Client:
        capabilities = _mapping(params, "capabilities")
        offered = dig(capabilities, "general", "positionEncodings")
        options = _mapping(params, "initializationOptions")
        process_id = params.get("processId")
        return Client(
            info=ClientInfo(
                _text(params, "clientInfo", "name") or _text(options, "editorInfo", "name"),
                _text(params, "clientInfo", "version") or _text(options, "editorInfo", "version"),
            ),
            process_id=process_id if type(process_id) is int and process_id > 0 else None,
            folders=_folders(params),
            encoding=negotiate(offered if isinstance(offered, list) else ()),
            settings=options,
            # lsp-mode sends null for it and shows inline completions all the same: what counts is that it is named
            shows_inline_completion="inlineCompletion" in _mapping(capabilities, "textDocument"),
            has_configuration=dig(capabilities, "workspace", "configuration") is True,
            can_ask=isinstance(dig(capabilities, "window", "showMessage"), Mapping),
            wants_status=dig(capabilities, "experimental", "aiLsp", "status") is True,
            wants_refresh=dig(capabilities, "experimental", "aiLsp", "refresh") is True,
            shows_results=dig(capabilities, "experimental", "aiLsp", "results") is True,
            shows_progress=dig(capabilities, "window", "workDoneProgress") is True,
            names_plugin=isinstance(dig(options, "editorPluginInfo"), Mapping),
            edits=EditSupport.read(capabilities),
        )


def dig(value: Any, *keys: str) -> Any:
    """What stands under nested keys; None where one of them is missing."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def folder_path(uri: object) -> Path | None:
    """The local folder that a URI names; None for any other kind."""
    if not isinstance(uri, str) or not uri.lower().startswith("file:"):
        return None
    try:
        path = to_fs_path(uri)
    except ValueError:
        return None
    return Path(path) if path else None


def folder_paths(folders: object) -> tuple[Path, ...]:
    """From a list of `WorkspaceFolder`, leaving out what is no local folder."""
    if not isinstance(folders, Sequence):
        return ()
    paths = (folder_path(dig(folder, "uri")) for folder in folders)
    return tuple(dict.fromkeys(path for path in paths if path is not None))


def local_paths(uris: Sequence[object]) -> tuple[Path, ...]:
    """Of addresses, leaving out what is no local file."""
    paths = (folder_path(uri) for uri in uris)
    return tuple(path for path in paths if path is not None)


def _folders(params: Mapping[str, Any]) -> tuple[Path, ...]:
    """The folders, or the one root that older clients send: first as a URI, then as a path."""
    if folders := folder_paths(params.get("workspaceFolders")):
        return folders
    if (root := folder_path(params.get("rootUri"))) is not None:
        return (root,)
    path = params.get("rootPath")
    return (Path(path),) if isinstance(path, str) and path else ()


def _mapping(params: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = params.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(params: Mapping[str, Any], *keys: str) -> str:
    value = dig(params, *keys)
    return value if isinstance(value, str) else ""
