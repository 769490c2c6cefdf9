"""`workspace/did…`: folders and settings. What the editor sends of settings is passed on unchecked: nobody trusts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pygls.exceptions import JsonRpcException

from ai_lsp.server.client import dig, folder_paths, local_paths
from ai_lsp.server.features import status
from ai_lsp.server.session import Session

SECTION: Final = "aiLsp"
_OF_OTHERS: Final = frozenset({"editorInfo", "editorPluginInfo", "copilotIntegrationId", "locale"})


async def configure(session: Session, given: Mapping[str, Any]) -> None:
    """At the start: what came with `initialize`, below what the editor has in its settings."""
    house = session.house
    settings = {**(section(given) or _bare(given)), **(await _ask_for_settings(session) or {})}
    house.configure(settings)
    await status.follow(session)


async def did_change_configuration(session: Session, params: Any) -> None:
    """The settings come with the message, or, from editors that hold them back, have to be asked for."""
    house = session.house
    settings = section(dig(params, "settings")) or await _ask_for_settings(session)
    if settings is not None:
        house.configure(settings)
        status.tell(session)


def did_change_folders(session: Session, params: Any) -> None:
    removed = set(folder_paths(dig(params, "event", "removed")))
    added = folder_paths(dig(params, "event", "added"))
    kept = (folder for folder in session.folders if folder not in removed)
    session.folders = tuple(dict.fromkeys((*kept, *added)))
    session.house.folders_changed(session.folders)


def did_change_watched_files(session: Session, params: Any) -> None:
    """Not asked for, but welcome: what was learned from these files is out of date."""
    changes = dig(params, "changes")
    uris = [dig(change, "uri") for change in changes] if isinstance(changes, list) else []
    session.house.changed_on_disk(local_paths(uris))


def _bare(given: Mapping[str, Any]) -> dict[str, Any]:
    """Options without a section are ours, but for those that plug-ins send to every server of our kind."""
    return {key: value for key, value in given.items() if key not in _OF_OTHERS}


def section(settings: Any) -> dict[str, Any] | None:
    """The part that is ours, written nested (`aiLsp: {…}`), dotted (`aiLsp.…`) or both; None where there is none."""
    if not isinstance(settings, Mapping):
        return None
    nested = settings.get(SECTION)
    prefix = f"{SECTION}."
    dotted = {key.removeprefix(prefix): value for key, value in settings.items() if key.startswith(prefix)}
    ours = {**(nested if isinstance(nested, Mapping) else {}), **dotted}
    return ours or None


async def _ask_for_settings(session: Session) -> dict[str, Any] | None:
    if not session.client.has_configuration:
        return None
    try:
        answers = await session.voice.ask("workspace/configuration", {"items": [{"section": SECTION}]})
    except (JsonRpcException, TimeoutError):
        return None
    ours = answers[0] if isinstance(answers, list) and answers else None
    return dict(ours) if isinstance(ours, Mapping) else None
