from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.server.coalesce import join, join_key


def progress(token: int | str, **value: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": "$/progress", "params": {"token": token, "value": value}}


def test_pieces_of_one_answer_become_one_piece() -> None:
    pieces = [progress("t", kind="delta", content=text) for text in ("def ", "add", "")]
    assert len({join_key(piece) for piece in pieces}) == 1
    assert join(pieces) == progress("t", kind="delta", content="def add")


def test_of_states_only_the_newest_goes_out() -> None:
    reports = [progress(7, kind="report", percentage=share) for share in (10, 50)]
    assert len({join_key(report) for report in reports}) == 1
    assert join(reports) == reports[-1]


@pytest.mark.parametrize(
    "message",
    [
        progress("t", kind="begin", title="…"),
        progress("t", kind="end"),
        progress("t", kind="delta", content="x", index=1),
        {"jsonrpc": "2.0", "method": "$/progress", "params": {"token": 1, "value": ["a"]}},
        {"jsonrpc": "2.0", "method": "window/logMessage", "params": {}},
        {"jsonrpc": "2.0", "id": 1, "result": None},
    ],
)
def test_everything_else_is_left_as_it_is(message: dict[str, Any]) -> None:
    assert join_key(message) is None


def test_different_tokens_are_kept_apart() -> None:
    assert join_key(progress(1, kind="delta", content="x")) != join_key(progress("1", kind="delta", content="x"))
