from __future__ import annotations

from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.status import DayUsage, Status, StatusKind
from ai_lsp.core.usage import Usage
from ai_lsp.providers.base import Health
from ai_lsp.server.features.status import summary, to_wire
from tests.server.desk import Desk, inline_at

FULL = Status(
    StatusKind.WARNING,
    "slow today",
    "work",
    "model-1",
    Health(ok=False, detail="503"),
    Silence(Reason.TIMED_OUT, "after 30 s"),
    DayUsage(3, Usage(100, 20, cost=0.5)),
)


def test_all_that_is_known_goes_over_the_wire() -> None:
    assert to_wire(FULL) == {
        "kind": "warning",
        "message": "slow today",
        "provider": "work",
        "model": "model-1",
        "health": {"ok": False, "detail": "503"},
        "lastEmpty": {"reason": "timed-out", "detail": "the provider did not answer in time (after 30 s)"},
        "usageToday": {"requests": 3, "inputTokens": 100, "outputTokens": 20, "cost": 0.5},
    }


def test_one_line_says_it_to_the_person() -> None:
    reason = "the provider did not answer in time (after 30 s)"
    assert summary(FULL) == f"slow today [work · model-1] (last suggestion empty: {reason})"
    assert summary(Status(StatusKind.NORMAL, "ready")) == "ready"


async def test_the_status_can_be_asked_for(desk: Desk) -> None:
    await desk.open("nothing\n")
    await desk.call("textDocument/inlineCompletion", inline_at(0, 1))
    result = (await desk.call("aiLsp/status"))["result"]
    assert result["kind"] == "normal"
    assert result["lastEmpty"]["reason"] == "no-match"


async def test_who_asks_hears_what_became_of_the_suggestions(desk: Desk) -> None:
    result = (await desk.call("aiLsp/status"))["result"]
    assert result["suggestions"] == {
        "shown": 5,
        "accepted": 2,
        "partlyAccepted": 1,
        "rejected": 1,
        "kept": [{"afterSeconds": 30.0, "of": 2, "still": 1}],
    }


async def test_an_editor_that_wants_it_is_told_of_each_change_once() -> None:
    desk = Desk()
    await desk.initialize(experimental={"aiLsp": {"status": True}})
    await desk.open("say x\nnothing\n")
    for line in (0, 0, 1, 1, 0):
        await desk.call("textDocument/inlineCompletion", inline_at(line, 1))
    told = desk.notifications("aiLsp/status")
    assert [status["lastEmpty"] and status["lastEmpty"]["reason"] for status in told] == [None, "no-match", None]


async def test_others_are_not_told(desk: Desk) -> None:
    await desk.open("say x\nnothing\n")
    await desk.call("textDocument/inlineCompletion", inline_at(1, 1))
    assert desk.notifications("aiLsp/status") == []
