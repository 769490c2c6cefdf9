"""Two real model servers, and an editor that changes from one to the other while the first still answers."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.parts.need import need
from tests.parts.scripted_model import SCRIPTS, write_scripted_model
from tests.support.lsp_client import Json, LspClient
from tests.wire.llama import Llama, running

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

SECONDS = 0.8
"""How long an answer takes that is far from its end when its first words come."""
PATIENCE = 60.0
ONE_THREAD = ("--threads", "1", "--threads-batch", "1")
"""Several would wait for each other wherever the machine has something else to do."""


class Desk:
    """An editor with a server, both model servers by their names, and the person's file."""

    def __init__(self, client: LspClient, file: Path, models: dict[str, Llama], long: int) -> None:
        self.client, self.models, self.long = client, models, long
        self._file = file
        self.says: Json = {}

    def write(self, provider: str) -> None:
        more = f'kind = "llamacpp"\nmodel = "scripted"\nmax_tokens = {self.long}\n'
        tables = [f'[providers.{name}]\nendpoint = "{llama.url}"\n{more}' for name, llama in self.models.items()]
        self._file.write_text(f'provider = "{provider}"\n' + "".join(tables))

    def ask(self, question: str, token: str) -> int:
        messages = [{"role": "user", "content": question}]
        return self.client.request("aiLsp/chat", {"messages": messages, "partialResultToken": token})

    def streamed(self, token: str) -> str:
        told = [message.params for message in self.client.notifications("$/progress")]
        return "".join(one["value"]["content"] for one in told if one["token"] == token)

    def once_it_is(self, provider: str) -> None:
        while self.client.wait_for("aiLsp/status", PATIENCE).params["provider"] != provider:
            pass

    # the four ways to another provider

    def write_it_into_the_file(self, provider: str) -> None:
        self.write(provider)

    def push_it(self, provider: str) -> None:
        self.client.notify("workspace/didChangeConfiguration", {"settings": {"aiLsp": {"provider": provider}}})

    def have_it_pulled(self, provider: str) -> None:
        self.says = {"provider": provider}
        self.client.notify("workspace/didChangeConfiguration", {"settings": None})

    def command_it(self, provider: str) -> None:
        self.client.call("workspace/executeCommand", {"command": "aiLsp.switchProvider", "arguments": [provider]})


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    program, model, file = need("llama"), tmp_path / "scripted.gguf", tmp_path / "config.toml"
    write_scripted_model(model)
    async with running(program, model, *ONE_THREAD) as one, running(program, model, *ONE_THREAD) as two:
        long = await asyncio.to_thread(tokens_in, SECONDS, one.url)
        with LspClient.start([sys.executable, "-m", "ai_lsp", "serve"], env={"AI_LSP_CONFIG": str(file)}) as client:
            desk = Desk(client, file, {"one": one, "two": two}, long)
            desk.write("one")
            client.replies["workspace/configuration"] = lambda params: [desk.says]
            yield desk


def tokens_in(seconds: float, url: str) -> int:
    """How many this machine makes now, within the window of the model."""
    asked = Request(f"{url}/completion", json.dumps({"prompt": "~", "n_predict": 50}).encode())  # our own
    with urlopen(asked) as answer:  # see above
        rate = json.load(answer)["timings"]["predicted_per_second"]
    return int(min(3500, max(50, rate * seconds)))


async def test_an_open_chat_finishes_where_it_began_and_the_next_goes_to_the_other_server(desk: Desk) -> None:
    ways = (Desk.write_it_into_the_file, Desk.push_it, Desk.have_it_pulled, Desk.command_it)

    def work() -> None:
        capabilities = {"experimental": {"aiLsp": {"status": True}}, "workspace": {"configuration": True}}
        desk.client.initialize(**capabilities)
        desk.once_it_is("one")
        for number, way in enumerate(ways):
            here, there = ("one", "two") if number % 2 == 0 else ("two", "one")
            change(desk, way, here, there)
        assert desk.client.stop() == 0

    await asyncio.to_thread(work)


def change(desk: Desk, way: Callable[[Desk, str], None], here: str, there: str) -> None:
    client, token = desk.client, way.__name__
    long = desk.ask("go on ~", token)
    while client.wait_for("$/progress", PATIENCE).params["token"] != token:
        pass
    desk.models[here].send(signal.SIGSTOP)
    assert client.answers(long) == [], "it was done before anything could change"

    way(desk, there)
    desk.once_it_is(there)
    short = client.wait(desk.ask("hello", f"{token}, short"), PATIENCE).result
    assert (short["provider"], short["content"]) == (there, SCRIPTS["\n"].text)
    assert client.answers(long) == [], "its server is stopped, so somebody else has answered"

    desk.models[here].send(signal.SIGCONT)
    answer = client.wait(long, PATIENCE).result
    assert (answer["provider"], answer["finishReason"], answer["error"]) == (here, "length", None)
    words = desk.streamed(token).split("\n")[0].split()
    assert words == [f"w{number % 16}" for number in range(desk.long)], "a word is missing, or came from elsewhere"
    assert answer["content"] == desk.streamed(token)
