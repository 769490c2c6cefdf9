"""S19 and S20: what a model answers to a command on code is text, and what it would write is nothing that one cannot see."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.attacks.test_model_output import ALLOWED, ORDERS, names_in
from tests.chat.support_markdown import live
from tests.chat.support_pipes import END, answered, chatting, piece, said
from tests.support.lsp_client import LspClient
from tests.wire.serving import Answer, Received

COMMANDS = ("explain", "fix", "tests", "document", "refactor")
CODE = "import os\n\n\ndef area(w, h):\n    return w * h\n"
LINES = {"start": {"line": 3, "character": 0}, "end": {"line": 4, "character": 16}}
HIDDEN = "\x1b\x07\x9b\u202e\U000e0041"


async def run(client: LspClient, command: str, uri: str) -> Any:
    argument = {
        "textDocument": {"uri": uri},
        "range": LINES,
        "instruction": "Shorten it.",
        "partialResultToken": "t",
        "workDoneToken": "w",
    }
    params = {"command": f"aiLsp.{command}", "arguments": [argument]}
    found = await answered(client, await asyncio.to_thread(client.request, "workspace/executeCommand", params))
    assert found.error is None, found.error
    return found.result


async def test_no_answer_to_a_command_is_more_than_text(tmp_path: Path) -> None:
    replies = iter(ORDERS)

    def hostile(received: Received) -> Answer:
        if received.method != "POST":
            return Answer(404)
        reply = next(replies)
        return Answer(body=[*(piece(reply[at : at + 9]) for at in range(0, len(reply), 9)), END])

    async with chatting(tmp_path, hostile, workspace=tmp_path) as (client, service):
        for name in ("workspace/applyEdit", "window/showDocument"):
            client.replies[name] = lambda _: {"applied": True, "success": True}
        uri = (tmp_path / "a.py").as_uri()
        client.open(uri, CODE)
        for number, _ in enumerate(ORDERS):
            result = await run(client, COMMANDS[number % len(COMMANDS)], uri)
            assert live(result["content"]) == []
            assert not any(sign in result["content"] + result.get("newText", "") for sign in HIDDEN)
        asked = {found.message["method"] for found in client.received if "method" in found.message}
        assert asked <= ALLOWED
        assert live(said(client)) == []
        assert len(service.received) == len(ORDERS)
    assert names_in(tmp_path) == ["config.toml"]
