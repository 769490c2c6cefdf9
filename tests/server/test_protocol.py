"""Every message gets what the specification says; every request gets exactly one answer. In the test's own loop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from ai_lsp.server.method import Method
from ai_lsp.server.protocol import SECONDS_FOR_AN_ANSWER
from ai_lsp.server.reader import Unreadable
from tests.server.desk import Desk, inline_at
from tests.server.fake_house import SECRET
from tests.support.clock import settle


def teach(desk: Desk, *methods: Method) -> None:
    desk.protocol.learn(methods, desk.session)


async def test_a_result_answers_its_request(desk: Desk) -> None:
    assert (await desk.call("aiLsp/status"))["result"]["message"] == "ready"


@pytest.mark.parametrize("method", ["no/such", "$/noSuch", "", "textDocument/hover"])
async def test_an_unknown_request_is_refused(desk: Desk, method: str) -> None:
    assert (await desk.call(method))["error"]["code"] == -32601


@pytest.mark.parametrize("method", ["no/such", "$/noSuch", "textDocument/willSave"])
async def test_an_unknown_notification_is_ignored(desk: Desk, method: str) -> None:
    await desk.notify(method, {"a": 1})
    assert desk.sent == []


@pytest.mark.parametrize(
    "message",
    [
        3,
        "text",
        None,
        {},
        {"jsonrpc": "2.0"},
        {"jsonrpc": "1.0", "method": "aiLsp/status"},
        {"method": "aiLsp/status"},
        {"jsonrpc": "2.0", "method": 5},
        {"jsonrpc": "2.0", "method": "aiLsp/status", "params": "text", "id": None},
        {"jsonrpc": "2.0", "method": "aiLsp/status", "id": None},
        {"jsonrpc": "2.0", "method": "aiLsp/status", "id": True},
        {"jsonrpc": "2.0", "method": "aiLsp/status", "id": 1.5},
        {"jsonrpc": "2.0", "method": "aiLsp/status", "id": {}},
        [{"jsonrpc": "2.0", "method": "aiLsp/status", "id": 1}],
        [],
    ],
)
async def test_what_is_no_message_is_answered_without_an_id(desk: Desk, message: Any) -> None:
    await desk.hear(message)
    (answer,) = desk.sent
    assert answer["id"] is None
    assert answer["error"]["code"] == -32600


async def test_an_invalid_request_with_a_good_id_is_answered_with_it(desk: Desk) -> None:
    await desk.hear({"jsonrpc": "2.0", "id": "x", "method": "aiLsp/status", "params": 5})
    assert desk.sent == [
        {"jsonrpc": "2.0", "id": "x", "error": {"code": -32600, "message": "params are an object or an array"}}
    ]


async def test_fact_04_bad_json_is_a_parse_error(desk: Desk) -> None:
    desk.protocol.handle_unreadable(Unreadable("a message was not valid JSON", parse_error=True))
    desk.protocol.handle_unreadable(Unreadable("a header without end was skipped", parse_error=False))
    assert [(answer["id"], answer["error"]["code"]) for answer in desk.sent] == [(None, -32700), (None, -32600)]


async def test_fact_03_invalid_params_get_an_answer(desk: Desk) -> None:
    answer = await desk.call("textDocument/inlineCompletion", {"textDocument": {"uri": "file:///secret-name"}})
    assert answer["error"]["code"] == -32602
    assert "params.position" in answer["error"]["message"]
    assert "secret-name" not in answer["error"]["message"]
    assert desk.notifications("window/showMessage") == []


@pytest.mark.parametrize(
    "position", [None, [], 5, {"line": -1, "character": 0}, {"line": "a", "character": 0}, {"line": 2**40}]
)
async def test_fact_03_bad_positions_get_an_answer(desk: Desk, position: Any) -> None:
    params = {**inline_at(0, 0), "position": position}
    assert (await desk.call("textDocument/inlineCompletion", params))["error"]["code"] == -32602


async def test_fact_06_the_keys_of_our_own_methods_arrive_unchanged(desk: Desk) -> None:
    teach(desk, Method("test/echo", lambda _, params: params))
    params = {"model-name": "m", "class": 2, "a b": [{"x.y": None}], "type_name": "T", "ok": {"jsonrpc": "2.0"}}
    assert (await desk.call("test/echo", params))["result"] == params


async def test_fact_16_a_failure_tells_neither_text_nor_traceback(desk: Desk) -> None:
    await desk.open("fail\n")
    answer = await desk.call("textDocument/inlineCompletion", inline_at(0, 4))
    assert answer["error"] == {
        "code": -32603,
        "message": "internal error (ValueError); the server's log says where",
    }
    assert SECRET not in str(desk.sent)


async def test_fact_15_and_16_the_log_has_the_place_and_no_content(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.open("fail\n")
    caplog.set_level("DEBUG")
    await desk.call("textDocument/inlineCompletion", inline_at(0, 4))
    assert "textDocument/inlineCompletion failed: ValueError at server/fake_house.py" in caplog.text
    assert SECRET not in caplog.text


async def test_fact_19_failures_go_to_the_editors_log_and_not_to_a_popup(desk: Desk) -> None:
    await desk.open("fail\n")
    for _ in range(3):
        await desk.call("textDocument/inlineCompletion", inline_at(0, 4))
    assert len(desk.notifications("window/logMessage")) == 1
    await desk.clock.advance(11)
    await desk.call("textDocument/inlineCompletion", inline_at(0, 4))
    assert len(desk.notifications("window/logMessage")) == 2
    assert desk.notifications("window/showMessage") == []


async def test_an_error_for_the_person_is_told_in_its_own_words(desk: Desk) -> None:
    await desk.open("refuse\n")
    answer = await desk.call("textDocument/inlineCompletion", inline_at(0, 4))
    assert answer["error"] == {"code": -32803, "message": "the quota of today is used up; raise it in the settings"}


async def test_a_failing_notification_is_no_reason_to_stop(desk: Desk) -> None:
    def fail(_: Any, __: Any) -> None:
        raise KeyError(SECRET)

    async def fail_later(_: Any, __: Any) -> None:
        fail(_, __)

    teach(desk, Method("test/fail", fail), Method("test/failLater", fail_later))
    await desk.notify("test/fail")
    await desk.notify("test/failLater")
    await settle()
    assert len(desk.notifications("window/logMessage")) == 2
    assert SECRET not in str(desk.sent)
    assert "result" in await desk.call("aiLsp/status")


@pytest.mark.parametrize("result", [object(), float("nan"), {"a": {1, 2}}, b"bytes"])
async def test_a_result_that_is_not_json_is_a_failure_of_ours(desk: Desk, result: object) -> None:
    teach(desk, Method("test/odd", lambda _, __: result))
    assert (await desk.call("test/odd"))["error"]["code"] == -32603


async def test_a_cancelled_request_is_answered_at_once_and_its_work_ends(desk: Desk) -> None:
    await desk.open("wait\n")
    msg_id = await desk.request("textDocument/inlineCompletion", inline_at(0, 4))
    assert desk.house.working == 1
    await desk.notify("$/cancelRequest", {"id": msg_id})
    assert desk.answers(msg_id)[0]["error"]["code"] == -32800
    await settle()
    assert desk.house.working == 0
    assert len(desk.answers(msg_id)) == 1


async def test_a_handler_that_ignores_its_cancellation_does_not_answer_twice(desk: Desk) -> None:
    async def stubborn(_: Any, __: Any) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "too late"
        raise AssertionError

    teach(desk, Method("test/stubborn", stubborn))
    msg_id = await desk.request("test/stubborn")
    await desk.notify("$/cancelRequest", {"id": msg_id})
    await settle()
    (answer,) = desk.answers(msg_id)
    assert answer["error"]["code"] == -32800


async def test_cancelling_what_is_unknown_or_answered_does_nothing(desk: Desk) -> None:
    answered = await desk.request("aiLsp/status")
    for msg_id in (answered, 99, "x"):
        await desk.notify("$/cancelRequest", {"id": msg_id})
    await desk.notify("$/cancelRequest", {})
    await desk.notify("$/cancelRequest", None)
    assert len(desk.sent) == 1


async def test_fact_23_a_request_that_was_cancelled_before_it_began_does_no_work(desk: Desk) -> None:
    worked: list[int] = []

    async def work(_: Any, __: Any) -> None:
        worked.append(1)

    teach(desk, Method("test/work", work))
    desk.protocol.handle_message({"jsonrpc": "2.0", "id": 1, "method": "test/work"})
    desk.protocol.handle_message({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}})
    await settle()
    assert worked == []
    assert [answer["error"]["code"] for answer in desk.answers(1)] == [-32800]


async def test_fact_18_cancelling_the_progress_cancels_the_request(desk: Desk) -> None:
    await desk.open("wait\n")
    params = {**inline_at(0, 4), "workDoneToken": "bar"}
    msg_id = await desk.request("textDocument/inlineCompletion", params)
    await desk.notify("window/workDoneProgress/cancel", {"token": "foreign"})
    assert desk.answers(msg_id) == []
    await desk.notify("window/workDoneProgress/cancel", {"token": "bar"})
    assert desk.answers(msg_id)[0]["error"]["code"] == -32800
    await settle()
    assert desk.house.working == 0


async def test_fact_17_nothing_is_kept_of_an_answered_request(desk: Desk) -> None:
    await desk.open("say x\n")
    for number in range(20):
        await desk.call("textDocument/inlineCompletion", {**inline_at(0, 4), "workDoneToken": f"t{number}"})
    requests = desk.protocol.requests
    assert (requests._open, requests._tokens, requests._newest, requests._tasks) == ({}, {}, {}, set())


async def test_an_id_that_is_still_open_is_refused_and_the_first_goes_on(desk: Desk) -> None:
    await desk.open("wait\n")
    msg_id = await desk.request("textDocument/inlineCompletion", inline_at(0, 4))
    await desk.request("aiLsp/status", msg_id=msg_id)
    assert [answer["error"]["code"] for answer in desk.answers(msg_id)] == [-32600]
    assert desk.house.working == 1


async def test_an_id_may_be_a_number_or_a_text_and_they_differ(desk: Desk) -> None:
    await desk.open("wait\n")
    await desk.request("textDocument/inlineCompletion", inline_at(0, 4), msg_id=1)
    await desk.request("aiLsp/status", msg_id="1")
    assert [message["id"] for message in desk.sent] == ["1"]


async def test_fact_22_a_request_of_ours_does_not_wait_for_ever(desk: Desk) -> None:
    asking = asyncio.create_task(desk.protocol.ask("workspace/configuration", {"items": []}))
    await desk.clock.advance(SECONDS_FOR_AN_ANSWER + 1)
    with pytest.raises(TimeoutError, match="the editor did not answer workspace/configuration"):
        await asking
    request, cancellation = desk.sent
    assert cancellation["method"] == "$/cancelRequest"
    assert cancellation["params"] == {"id": request["id"]}
    assert desk.protocol._asked == {}


async def test_answers_of_the_editor_reach_who_asked(desk: Desk) -> None:
    asking = asyncio.create_task(desk.protocol.ask("test/a"))
    refused = asyncio.create_task(desk.protocol.ask("test/b"))
    without = asyncio.create_task(desk.protocol.ask("test/c"))
    await settle()
    first, second, third = desk.sent
    await desk.hear({"jsonrpc": "2.0", "id": first["id"], "result": {"a-b": 1}})
    await desk.hear({"jsonrpc": "2.0", "id": second["id"], "error": {"code": 1, "message": "no"}})
    await desk.hear({"jsonrpc": "2.0", "id": third["id"]})
    await desk.hear({"jsonrpc": "2.0", "id": "nobody asked", "result": 1})
    assert await asking == {"a-b": 1}
    assert await without is None
    with pytest.raises(JsonRpcException):
        await refused


async def test_before_initialize_nothing_is_handled() -> None:
    desk = Desk()
    await desk.notify("initialized", {})
    await desk.open("say x\n")
    assert (await desk.call("aiLsp/status"))["error"]["code"] == -32002
    assert (await desk.call("no/such"))["error"]["code"] == -32002
    assert (await desk.call("shutdown"))["error"]["code"] == -32002
    assert desk.house.calls == []


async def test_a_broken_initialize_may_be_repeated() -> None:
    desk = Desk()
    assert (await desk.call("initialize", None))["error"]["code"] == -32602
    assert (await desk.call("initialize", []))["error"]["code"] == -32602
    assert "capabilities" in (await desk.call("initialize", {}))["result"]


async def test_a_second_initialize_is_refused_and_changes_nothing(desk: Desk) -> None:
    await desk.open("say x\n")
    assert (await desk.call("initialize", {"capabilities": {}}))["error"]["code"] == -32600
    assert "result" in await desk.call("textDocument/inlineCompletion", inline_at(0, 4))


async def test_fact_08_shutdown_answers_everything_that_is_open(desk: Desk) -> None:
    await desk.open("wait\n")
    open_ids = [
        await desk.request("textDocument/inlineCompletion", inline_at(0, 4)),
        await desk.request("textDocument/completion", inline_at(0, 4)),
    ]
    answer = await desk.call("shutdown")
    assert answer["result"] is None
    assert [desk.answers(msg_id)[0]["error"]["code"] for msg_id in open_ids] == [-32800, -32800]
    assert desk.house.working == 0
    assert desk.house.calls[-1] == ("closed",)


async def test_fact_09_after_shutdown_there_is_only_exit(desk: Desk) -> None:
    await desk.call("shutdown")
    for method in ("aiLsp/status", "shutdown", "initialize", "no/such"):
        assert (await desk.call(method, {}))["error"]["code"] == -32600
    await desk.open("say x\n")
    assert desk.exit_codes == []
    await desk.notify("exit")
    assert desk.exit_codes == [0]


async def test_exit_without_shutdown_is_an_exit_code(desk: Desk) -> None:
    await desk.notify("exit")
    assert desk.exit_codes == [1]


async def test_a_house_that_hangs_while_closing_does_not_hold_up_the_shutdown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ai_lsp.server.session.SECONDS_TO_CLOSE", 0.01)
    monkeypatch.setattr(desk.house, "aclose", asyncio.Event().wait)
    msg_id = await desk.request("shutdown")
    await asyncio.wait_for(desk.protocol.requests.ended(5), 5)
    assert desk.answers(msg_id)[0]["result"] is None


async def test_a_thousand_requests_in_any_order_get_one_answer_each(desk: Desk) -> None:
    """R1: cancellations, failures, superseded and invalid requests, with documents changing in between."""
    dice = random.Random(7)
    uris = [f"file:///{number}" for number in range(4)]
    for uri in uris:
        await desk.open("say x\nwait\nfail\nrefuse\nnothing\n", uri)
    choices: list[Callable[[], tuple[str, Any]]] = [
        lambda: ("textDocument/inlineCompletion", inline_at(dice.randrange(6), 4, uri=dice.choice(uris))),
        lambda: ("textDocument/completion", inline_at(dice.randrange(6), 4, uri=dice.choice(uris))),
        lambda: ("aiLsp/status", {}),
        lambda: ("textDocument/inlineCompletion", {}),
        lambda: ("no/such", {}),
        lambda: ("workspace/executeCommand", {"command": dice.choice(["aiLsp.showStatus", "x"])}),
    ]
    sent: list[int | str] = []
    for _ in range(1000):
        sent.append(await desk.request(*dice.choice(choices)()))
        if dice.random() < 0.3:
            await desk.notify("$/cancelRequest", {"id": dice.choice(sent)})
    await settle()
    for uri in uris:  # whoever still waits is superseded
        await desk.request("textDocument/inlineCompletion", inline_at(4, 4, uri=uri))
        await desk.request("textDocument/completion", inline_at(4, 4, uri=uri))
    await settle()
    assert [len(desk.answers(msg_id)) for msg_id in sent] == [1] * 1000
    assert desk.house.working == 0
    assert len(desk.protocol.requests) == 0
