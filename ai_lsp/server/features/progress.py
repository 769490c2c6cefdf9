"""`$/cancelRequest` and `window/workDoneProgress/cancel`: the editor no longer wants an answer."""

from __future__ import annotations

from lsprotocol import types

from ai_lsp.server.session import Session


def cancel_request(session: Session, params: types.CancelParams) -> None:
    session.requests.cancel(params.id)


def cancel_progress(session: Session, params: types.WorkDoneProgressCancelParams) -> None:
    """The token is the one that came with the request."""
    session.requests.cancel_by_token(params.token)
