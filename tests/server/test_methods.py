"""The table of methods, and what real editors make of it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from lsprotocol import types

from ai_lsp.server.methods import METHODS
from tests.server.desk import Desk, inline_at

RECORDED = sorted(
    (file for file in files("pytest_lsp").joinpath("clients").iterdir() if file.name.endswith(".json")),
    key=lambda file: file.name,
)


def test_each_method_has_one_line() -> None:
    names = [method.name for method in METHODS]
    assert len(set(names)) == len(names)


def test_typed_params_are_those_of_the_protocol() -> None:
    for method in METHODS:
        if method.params is not None:
            assert types.METHOD_TO_TYPES[method.name][2] is method.params


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda file: file.name.removesuffix(".json"))
async def test_an_editor_with_its_own_capabilities_is_served(recorded: Any) -> None:
    desk = Desk()
    params = json.loads(recorded.read_text(encoding="utf-8"))
    result = (await desk.call("initialize", {"processId": None, **params}))["result"]
    capabilities = result["capabilities"]
    assert capabilities["inlineCompletionProvider"] == {}
    assert "completionProvider" in capabilities  # none of these versions knew of ghost text yet
    await desk.notify("initialized", {})
    await desk.open("say x\n")
    assert (await desk.call("textDocument/inlineCompletion", inline_at(0, 3)))["result"]["items"]
