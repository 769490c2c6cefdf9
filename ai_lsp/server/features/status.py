"""`aiLsp/status`: what the editor may show of us, asked for by a request or told by a notification.

The answer to the request has `suggestions` as well, what has become of them since the start: {shown, accepted,
partlyAccepted, rejected, kept: [{afterSeconds, of, still}]}; `still`: so many `of` the taken ones stood in the text then.

Clients that name a plug-in in `initializationOptions.editorPluginInfo` are told, whenever it changes, what such plug-ins know:

    didChangeStatus     {kind: "Normal" | "Warning" | "Error" | "Inactive", busy, message}
    statusNotification  {status: "Normal" | "InProgress" | "Warning" | "Error" | "Inactive", message}     older ones
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ai_lsp.core.status import Status, StatusKind
from ai_lsp.server.session import Session

if TYPE_CHECKING:  # not before `initialize` is answered
    from ai_lsp.completion.learn import Counts

_BETWEEN_LOOKS: Final = 0.5
"""Seconds."""
_KINDS: Final = {
    StatusKind.NORMAL: "Normal",
    StatusKind.BUSY: "Normal",
    StatusKind.WARNING: "Warning",
    StatusKind.ERROR: "Error",
    StatusKind.INACTIVE: "Inactive",
}


def status(session: Session, _: Any) -> dict[str, Any]:
    return {**to_wire(session.house.status()), "suggestions": _counts_to_wire(session.house.counts())}


def tell(session: Session) -> None:
    """To be called wherever the status may have changed."""
    if session.client.wants_status:
        session.tell_once("aiLsp/status", to_wire(session.house.status()))
    if session.client.names_plugin:
        now = session.house.status()
        kind, busy = _KINDS[now.kind], now.kind is StatusKind.BUSY
        session.tell_once("didChangeStatus", {"kind": kind, "busy": busy, "message": now.message})
        session.tell_once("statusNotification", {"status": "InProgress" if busy else kind, "message": now.message})


async def follow(session: Session) -> None:
    """Tell how it stands, and go on telling until it is no longer busy: nobody may ask meanwhile."""
    tell(session)
    while session.client.wants_status or session.client.names_plugin:
        await session.clock.sleep(_BETWEEN_LOOKS)
        tell(session)
        if session.house.status().kind is not StatusKind.BUSY:
            return


def summary(now: Status) -> str:
    """One line for the person."""
    service = " · ".join(part for part in (now.provider, now.model) if part)
    reason = f" (last suggestion empty: {now.last_empty})" if now.last_empty else ""
    return f"{now.message or now.kind.value}{f' [{service}]' if service else ''}{reason}"


def to_wire(now: Status) -> dict[str, Any]:
    usage = now.usage_today.usage
    return {
        "kind": now.kind.value,
        "message": now.message,
        "provider": now.provider,
        "model": now.model,
        "health": {"ok": now.health.ok, "detail": now.health.detail} if now.health else {},
        "lastEmpty": {"reason": now.last_empty.reason.value, "detail": str(now.last_empty)} if now.last_empty else None,
        "usageToday": {
            "requests": now.usage_today.requests,
            "inputTokens": usage.input_tokens,
            "outputTokens": usage.output_tokens,
            "cost": usage.cost,
        },
    }


def _counts_to_wire(counts: Counts) -> dict[str, Any]:
    return {
        "shown": counts.shown,
        "accepted": counts.accepted,
        "partlyAccepted": counts.partly,
        "rejected": counts.rejected,
        "kept": [{"afterSeconds": after, "of": of, "still": still} for after, of, still in counts.kept],
    }
