from __future__ import annotations

import pytest

from ai_lsp.server.lifecycle import Lifecycle


def code(lifecycle: Lifecycle, method: str) -> int | None:
    refusal = lifecycle.refusal(method)
    return None if refusal is None else refusal.code


@pytest.mark.parametrize(
    ("method", "started", "running", "shut_down"),
    [
        ("initialize", None, -32600, -32600),
        ("shutdown", -32002, None, -32600),
        ("textDocument/hover", -32002, None, -32600),
    ],
)
def test_which_requests_are_allowed_when(
    method: str, started: int | None, running: int | None, shut_down: int | None
) -> None:
    lifecycle = Lifecycle()
    assert code(lifecycle, method) == started
    lifecycle.initialized()
    assert code(lifecycle, method) == running
    lifecycle.shut_down()
    assert code(lifecycle, method) == shut_down


def test_notifications_are_heard_while_it_runs_and_exit_always() -> None:
    lifecycle = Lifecycle()
    assert (lifecycle.hears("textDocument/didOpen"), lifecycle.hears("exit")) == (False, True)
    lifecycle.initialized()
    assert (lifecycle.hears("textDocument/didOpen"), lifecycle.hears("exit")) == (True, True)
    lifecycle.shut_down()
    assert (lifecycle.hears("textDocument/didOpen"), lifecycle.hears("exit")) == (False, True)


def test_only_an_announced_end_is_a_good_one() -> None:
    lifecycle = Lifecycle()
    assert lifecycle.exit_code == 1
    lifecycle.initialized()
    assert lifecycle.exit_code == 1
    lifecycle.shut_down()
    assert lifecycle.exit_code == 0
