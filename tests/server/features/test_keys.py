from __future__ import annotations

from typing import Any

import pytest

from tests.server.desk import Desk

KEY = "sk-of-the-editor-0123456789abcdef"


async def test_a_key_is_handed_to_the_house_and_its_address_is_told(desk: Desk) -> None:
    answer = await desk.call("aiLsp/keys", {"provider": "work", "key": KEY})
    assert answer["result"] == {"stored": True, "origin": "https://fake.example", "hiddenBy": "FAKE_KEY"}
    assert desk.house.calls[-1] == ("key", "work", KEY, None)


async def test_null_takes_it_back(desk: Desk) -> None:
    answer = await desk.call("aiLsp/keys", {"provider": "work", "key": None})
    assert answer["result"] == {"stored": False, "origin": "https://fake.example"}
    assert desk.house.calls[-1] == ("key", "work", None, None)


async def test_the_editor_may_say_which_address_it_keeps_the_key_for(desk: Desk) -> None:
    await desk.call("aiLsp/keys", {"provider": "work", "key": KEY, "origin": "https://work.example"})
    assert desk.house.calls[-1] == ("key", "work", KEY, "https://work.example")


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {},
        {"provider": "work"},
        {"key": KEY},
        {"provider": KEY},
        {"provider": [KEY], "key": KEY},
        {"provider": "work", "key": {"key": KEY}},
        {"provider": "work", "key": KEY, "origin": [KEY]},
    ],
)
async def test_params_of_another_shape_are_refused_in_one_line_that_repeats_nothing(desk: Desk, params: Any) -> None:
    before = list(desk.house.calls)
    error = (await desk.call("aiLsp/keys", params))["error"]
    assert error["code"] == -32602
    assert error["message"] == "params are {provider: name, key: text or null, origin?: text or null}"
    assert desk.house.calls == before


async def test_what_the_house_refuses_is_told_and_the_key_is_not(desk: Desk) -> None:
    error = (await desk.call("aiLsp/keys", {"provider": "nobody", "key": KEY}))["error"]
    assert error["message"] == "there is no provider of this name; known: fake"
    assert KEY not in str(desk.sent)
