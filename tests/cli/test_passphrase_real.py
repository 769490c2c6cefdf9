"""A vault with a passphrase, and somebody at a terminal: they are asked for it, and what they type is not shown."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.support_house import document, says
from tests.wire.serving import Answer, Received, Server, serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a pseudo-terminal of Linux")

KEY = "sk-good-canary"
PASSPHRASE = "correct horse battery"
_SIT_DOWN = """
import os, sys
terminal = os.open(sys.argv[1], os.O_RDWR)
for number in (0, 1, 2):
    os.dup2(terminal, number)
os.execv(sys.executable, [sys.executable, "-m", "ai_lsp", *sys.argv[2:]])
"""
"""In a session without a terminal, the first one that is opened becomes its own."""


class Person:
    def __init__(self, folder: Path, service: Server) -> None:
        self._config = folder / "config.toml"
        self._config.write_text(
            f'provider = "mine"\n[providers.mine]\nkind = "openai-compatible"\nendpoint = "{service.url}/v1"\n'
            'model = "m"\n[keys]\nstore = "vault"\n[vault]\nkey = "passphrase"\n'
        )
        self._variables = {**os.environ, "NO_COLOR": "1", "XDG_DATA_HOME": str(folder / "data")}

    async def run(self, *arguments: str, typed: tuple[tuple[str, str], ...] = ()) -> str:
        """All that is seen; `typed` is what they type after which prompt."""
        return await asyncio.to_thread(self._run, (*arguments, "--config", str(self._config)), typed)

    def _run(self, arguments: tuple[str, ...], typed: tuple[tuple[str, str], ...]) -> str:
        ours, theirs = os.openpty()
        command = [sys.executable, "-c", _SIT_DOWN, os.ttyname(theirs), *arguments]
        process = subprocess.Popen(command, env=self._variables, start_new_session=True)
        seen = ""
        for prompt, answer in typed:
            while prompt not in seen:
                seen += os.read(ours, 1000).decode()
            seen = seen.replace(prompt, prompt.upper(), 1)
            os.write(ours, f"{answer}\n".encode())
        try:
            process.wait(20)
        finally:
            process.kill()  # nothing where it has ended
            process.wait()
        os.close(theirs)
        try:
            while more := os.read(ours, 10_000):
                seen += more.decode()
        except OSError:  # nobody has the other side open any more
            os.close(ours)
        return seen.replace("\r\n", "\n")


def knows_its_key(received: Received) -> Answer:
    if received.headers.get("authorization") != f"Bearer {KEY}":
        return document({"error": {"message": "no such key"}}, 401)
    return document({"data": [{"id": "m"}]}) if received.path.endswith("/models") else Answer(body=says("hello"))


@pytest.mark.timeout(60)
async def test_checking_and_chatting_ask_for_the_passphrase_of_the_vault(tmp_path: Path) -> None:
    async with serving(knows_its_key) as service:
        person = Person(tmp_path, service)
        new = (("new passphrase for the vault: ", PASSPHRASE), ("the same again: ", PASSPHRASE))
        stored = await person.run("keys", "set", "mine", typed=(("(not shown): ", KEY), *new))
        assert "is in the vault" in stored

        asked = (("passphrase of the vault: ", PASSPHRASE),)
        checked = await person.run("keys", "check", typed=asked)
        assert f"mine (the vault): {service.url} lists 1 model" in checked
        answered = await person.run("chat", "why?", typed=asked)
        assert answered.endswith("hello\n")
        talked = await person.run("chat", typed=(*asked, ("> ", "why?"), ("(mine m)\r\n> ", "\x04")))
        assert "hello\n" in talked
        for seen in (stored, checked, answered, talked):
            assert PASSPHRASE not in seen
            assert "canary" not in seen

        wrong = await person.run("chat", "why?", typed=(("passphrase of the vault: ", "wrong horse"),))
        assert wrong.endswith("ai-lsp: the passphrase does not open the vault; try again\n")


async def test_where_nobody_can_be_asked_a_key_that_cannot_be_taken_out_is_not_called_refused(tmp_path: Path) -> None:
    async with serving(knows_its_key) as service:
        person = Person(tmp_path, service)
        new = (("new passphrase for the vault: ", PASSPHRASE), ("the same again: ", PASSPHRASE))
        await person.run("keys", "set", "mine", typed=(("(not shown): ", KEY), *new))
        service.received.clear()
        command = [sys.executable, "-m", "ai_lsp", "keys", "check", "--config", str(person._config)]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=person._variables, start_new_session=True
        )
        out, _ = await process.communicate()
        assert out.decode() == (
            "not known mine (the vault): the vault needs its passphrase; set AI_LSP_VAULT_PASSPHRASE\n"
        )
        assert process.returncode == 1
        assert service.received == []
