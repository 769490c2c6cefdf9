from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.transport.wire import ErrorReply


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "too\n many  requests"}}, "too many requests"),
        ({"error": "no such model"}, "no such model"),
        ([{"error": {"message": "in a list"}}], "in a list"),
        ({"object": "error", "message": "flat"}, "flat"),
        ({"detail": "Unauthorized"}, "Unauthorized"),
        (
            {"detail": [{"loc": ["body", "top_k"], "msg": "not permitted", "input": "def secret()"}]},
            "body.top_k: not permitted",
        ),
        ({"error": {}}, ""),
        ([], ""),
        (None, "Bad gateway"),
        (7, "Bad gateway"),
    ],
)
def test_what_a_service_says_is_wrong(body: Any, message: str) -> None:
    assert ErrorReply(502, body, "Bad gateway" if not isinstance(body, list | dict) else "").message == message


def test_a_long_message_is_cut() -> None:
    assert len(ErrorReply(500, {"error": "x" * 1000}, "").message) == 300
