"""`initialize`, `initialized`, `shutdown`, `exit`, `$/setTrace`: the life of the server."""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from ai_lsp import __version__
from ai_lsp.server import parent
from ai_lsp.server.client import Client
from ai_lsp.server.features import workspace
from ai_lsp.server.session import Session


def initialize(session: Session, params: Any) -> dict[str, Any]:
    if not isinstance(params, dict):
        raise JsonRpcInvalidParams("params of initialize are an object")
    session.meet(Client.read(params))
    session.lifecycle.initialized()
    if (process_id := session.client.process_id) is not None:
        watching = parent.watch(process_id, session.clock, gone=lambda: leave(session, None))
        session.tasks.start("watching the editor", watching)
    capabilities = session.voice.capabilities(session.client)
    return {"capabilities": capabilities, "serverInfo": {"name": "ai-lsp", "version": __version__}}


async def initialized(session: Session, _: Any) -> None:
    """The answer is out, so that the house may take its time to open."""
    await workspace.configure(session, session.client.settings)


async def shutdown(session: Session, _: Any) -> None:
    """Everything that is open is answered first: afterwards an editor only waits for this one."""
    session.lifecycle.shut_down()
    session.requests.cancel_all()
    await session.close()


def leave(session: Session, _: Any) -> None:
    session.finish(session.lifecycle.exit_code)


def set_trace(session: Session, _: Any) -> None:
    """Nothing is traced to the editor: our log would hold its messages, and so its source text."""
