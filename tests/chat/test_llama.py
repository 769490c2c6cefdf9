"""A chat from an editor to a real model server and back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.chat.support_pipes import answered, deltas, on_provider, question, said, until
from tests.chat.support_relay import relaying
from tests.parts.need import need
from tests.parts.scripted_model import SCRIPTS, write_scripted_model
from tests.wire.llama import running

pytestmark = pytest.mark.real

SECONDS_TO_FIRST_DELTA = 0.1
CHATS = 5


async def test_the_first_word_is_in_the_editor_within_a_tenth_of_a_second(tmp_path: Path) -> None:
    model = tmp_path / "usual.gguf"
    write_scripted_model(model)
    async with (
        running(need("llama"), model) as llama,
        relaying(llama.url) as relay,
        on_provider(tmp_path, f"{relay.url}/v1") as client,
    ):
        late = []
        for number in range(CHATS):
            before = len(client.received)
            msg_id = client.request("aiLsp/chat", question("go (", partialResultToken=number))
            result = (await answered(client, msg_id)).result
            assert (result["content"], result["finishReason"]) == (SCRIPTS["("].text, "stop")
            first = next(place for place, _ in deltas(client) if place >= before)
            late.append(client.received[first].at - relay.first_words[-1])
        assert len(relay.first_words) == CHATS
        assert sorted(late)[CHATS // 2] < SECONDS_TO_FIRST_DELTA


async def test_a_chat_without_end_stops_when_the_editor_cancels_it(tmp_path: Path) -> None:
    model = tmp_path / "usual.gguf"
    write_scripted_model(model)
    async with (
        running(need("llama"), model, "--context-shift") as llama,
        on_provider(tmp_path, f"{llama.url}/v1") as client,
    ):
        msg_id = client.request("aiLsp/chat", question("go on ~", partialResultToken="t"))
        await until(lambda: len(said(client)) > 100)
        client.notify("$/cancelRequest", {"id": msg_id})
        error = (await answered(client, msg_id)).error
        assert error is not None
        assert error["code"] == -32800
        assert said(client).startswith(SCRIPTS["~"].text)
        # the server has one slot: it answers this one because the other is free again
        async with asyncio.timeout(5):
            again = client.request("aiLsp/chat", question("go ("))
            assert (await answered(client, again)).result["content"] == SCRIPTS["("].text
