"""`workspace/did…`: folders and settings. What the editor sends of settings is passed on unchecked: nobody trusts it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ai_lsp.server.client import dig, folder_paths, local_paths
from ai_lsp.server.features import status
from ai_lsp.server.session import Session

_log = logging.getLogger(__name__)

SECTION: Final = "aiLsp"

SECONDS_TO_DECIDE = 3600.0
"""How long a question to the person stands. Nothing waits for the answer."""

_ALLOW, _REFUSE = "Allow", "Refuse"
_OF_OTHERS: Final = frozenset({"editorInfo", "editorPluginInfo", "copilotIntegrationId", "locale", "networkProxy"})


async def configure(session: Session, given: Mapping[str, Any]) -> None:
    """At the start: what came with `initialize`, below what the editor has in its settings."""
    house = session.house
    house.watch(lambda: told(session))
    with house.settings_expected():
        settings = _over(section(given) or _bare(given), await _ask_for_settings(session) or {})
        _take(session, settings)


async def did_change_configuration(session: Session, params: Any) -> None:
    """The settings come with the message, or, from editors that hold them back, have to be asked for."""
    with session.house.settings_expected():
        settings = section(dig(params, "settings")) or await _ask_for_settings(session)
        if settings is not None:
            _take(session, settings)


def told(session: Session, asking: Sequence[str] = ()) -> None:
    """To be called wherever settings have changed: what is wrong with them is one message, beside what is asked."""
    status.tell(session)
    if news := [line for line in session.house.news() if not any(origin in line for origin in asking)]:
        more = f" (and {len(news) - 1} more; `ai-lsp config check` and the log show them)" if len(news) > 1 else ""
        for line in news:
            _log.warning("%s", line)
        params = types.ShowMessageParams(types.MessageType.Warning, f"ai-lsp: {news[0]}{more}")
        session.voice.notify("window/showMessage", params)


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


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, table by table; the upper one wins."""
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        both[key] = _over(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return both


def _take(session: Session, settings: Mapping[str, Any]) -> None:
    house = session.house
    house.configure(settings)
    origins = house.questions() if session.client.can_ask else ()
    for origin in origins:
        session.tasks.start("asking about an address", _ask_about(session, origin))
    told(session, asking=origins)


async def _ask_about(session: Session, origin: str) -> None:
    if (allowed := await _judgement(session, origin)) is not None:
        await session.house.judge(origin, allowed=allowed)
        told(session)


async def _judgement(session: Session, origin: str) -> bool | None:
    """What the person says to an address that only the editor's settings name. None: nothing."""
    question = f"The settings of this workspace name {origin} as an AI service. May your code be sent there?"
    actions = [{"title": _ALLOW}, {"title": _REFUSE}]
    params = {"type": types.MessageType.Warning.value, "message": f"ai-lsp: {question}", "actions": actions}
    try:
        answer = await session.voice.ask("window/showMessageRequest", params, SECONDS_TO_DECIDE)
    except (JsonRpcException, TimeoutError):
        return None
    title = dig(answer, "title")
    return title == _ALLOW if title in (_ALLOW, _REFUSE) else None


async def _ask_for_settings(session: Session) -> dict[str, Any] | None:
    if not session.client.has_configuration:
        return None
    try:
        answers = await session.voice.ask("workspace/configuration", {"items": [{"section": SECTION}]})
    except (JsonRpcException, TimeoutError):
        return None
    ours = answers[0] if isinstance(answers, list) and answers else None
    return dict(ours) if isinstance(ours, Mapping) else None
