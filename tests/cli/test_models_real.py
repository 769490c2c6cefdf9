"""The commands about models as a person runs them: a process of its own, and services on this machine.

`dead_port` is one that nobody listens on.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wire.serving import CUT, SILENCE, Answer, Received, serving

LINES = "    total_area = multiply(width, height)\n    return total_area\n"


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


@asynccontextmanager
async def started(*arguments: str, keys: Mapping[str, str] | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ai_lsp",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(keys or {})},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def run(*arguments: str, typed: str = "", keys: Mapping[str, str] | None = None) -> Done:
    async with started(*arguments, keys=keys) as process:
        out, err = await process.communicate(typed.encode())
        assert process.returncode is not None
        return Done(process.returncode, out.decode(), err.decode())


@pytest.fixture
def dead_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def config(folder: Path, text: str) -> str:
    file = folder / "config.toml"
    file.write_text(text)
    return str(file)


def provider(url: str, kind: str = "openai-compatible", more: str = 'model = "m"') -> str:
    return f'provider = "mine"\n[providers.mine]\nkind = "{kind}"\nendpoint = "{url}"\n{more}\n'


def says(*pieces: str) -> list[bytes]:
    """The events of an answer with these pieces, in the shape that OpenAI began."""
    chunks: list[object] = [{"model": "m-1", "choices": [{"delta": {"content": piece}}]} for piece in pieces]
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
    return [b"data: %b\n\n" % json.dumps(one).encode() for one in (*chunks, end)]


def document(value: object, status: int = 200) -> Answer:
    return Answer(status, [json.dumps(value).encode()], "application/json")


async def test_with_the_primary_provider_gone_a_suggestion_still_comes(tmp_path: Path, dead_port: int) -> None:
    (tmp_path / "pyproject.toml").touch()
    for name in ("wall", "floor", "door", "window"):
        (tmp_path / f"{name}.py").write_text(f"def area_of_{name}(width, height):\n{LINES}")
    file = tmp_path / "roof.py"
    file.write_text("def area_of_roof(width, height):\n    total_area = mult\n")
    settings = config(tmp_path, provider(f"http://127.0.0.1:{dead_port}/v1"))
    done = await run("complete", f"{file}:2", "--json", "--config", settings)
    answer = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert answer["text"].startswith("iply(width, height)")
    assert (answer["provider"], answer["source"]) == ("embedded", "embedded")
    [gone] = answer["passed_over"]
    assert gone["provider"] == "mine"
    assert gone["reason"].startswith(f"nobody answers at http://127.0.0.1:{dead_port}")


async def test_a_completion_of_a_named_provider_and_model(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("def f():\n    ret\n")
    async with serving(Answer(body=says("<COMPLETION>urn 1</COMPLETION>"))) as server:
        settings = config(tmp_path, provider(f"{server.url}/v1").replace('provider = "mine"', 'provider = "embedded"'))
        options = ("--config", settings, "--provider", "mine", "--model", "other")
        done = await run("complete", f"{file}:2", "--json", *options)
    assert done.err == ""
    assert json.loads(done.out)["text"] == "urn 1"
    assert server.last.json["model"] == "other"


async def test_an_answer_is_shown_while_it_comes(tmp_path: Path) -> None:
    first_seen = asyncio.Event()
    one, *rest = says("first ", "\x1b[31mred\x1b]0;ti", "tle\x07 and done")
    async with serving(Answer(body=[one, first_seen.wait, *rest])) as server:
        settings = config(tmp_path, provider(f"{server.url}/v1"))
        async with started("chat", "hi", "--config", settings) as process:
            assert process.stdout is not None
            assert await process.stdout.readexactly(6) == b"first "
            first_seen.set()
            out, err = await process.communicate()
    assert (out, err, process.returncode) == (b"red and done\n", b"", 0)
    assert server.last.json["messages"] == [{"role": "user", "content": "hi"}]


async def test_the_prompt_may_come_from_standard_input_and_files_with_it(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = '```'\n")
    async with serving(Answer(body=says("ok"))) as server:
        settings = config(tmp_path, provider(f"{server.url}/v1"))
        done = await run("chat", "-", "--file", str(file), "--config", settings, "--json", typed="what is é?")
    assert json.loads(done.out) == {
        "content": "ok",
        "finish_reason": "stop",
        "usage": {
            "input_tokens": 7,
            "output_tokens": 2,
            "cached_input_tokens": 0,
            "cache_write_tokens": 0,
            "thinking_tokens": 0,
            "cost": 0.0,
            "estimated": False,
        },
        "provider": "mine",
        "model": "m-1",
        "passed_over": [],
        "error": None,
    }
    [message] = server.last.json["messages"]
    assert message["content"] == f"{file}\n````python\nx = '```'\n````\n\nwhat is é?"


async def test_what_came_before_a_failure_is_kept(tmp_path: Path) -> None:
    async with serving(Answer(body=[says("half a ")[0], CUT])) as server:
        settings = config(tmp_path, provider(f"{server.url}/v1"))
        done = await run("chat", "hi", "--config", settings)
    assert (done.code, done.out) == (1, "half a \n")
    assert done.err.startswith("ai-lsp: mine")
    assert done.err.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="a process is interrupted by a signal on POSIX systems")
async def test_an_answer_that_is_interrupted_ends_the_call(tmp_path: Path) -> None:
    async with serving(Answer(body=[says("half")[0], SILENCE])) as server:
        settings = config(tmp_path, provider(f"{server.url}/v1"))
        async with started("chat", "hi", "--config", settings) as process:
            assert process.stdout is not None
            assert await process.stdout.readexactly(4) == b"half"
            process.send_signal(signal.SIGINT)
            out, err = await process.communicate()
        await server.last.closed.wait()
    assert (out, err, process.returncode) == (b"\n", b"", 130)


async def test_without_anybody_who_can_chat_one_line_says_what_to_do() -> None:
    done = await run("chat", "hi", "--provider", "embedded")
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "set a key such as ANTHROPIC_API_KEY, start Ollama" in done.err


async def test_providers_with_dead_services_are_reported_soon(tmp_path: Path, dead_port: int) -> None:
    async with serving(Answer(before=asyncio.Event().wait)) as silent:
        more = f'model = "m"\n[providers.silent]\nkind = "openai-compatible"\nendpoint = "{silent.url}/v1"'
        settings = config(tmp_path, provider(f"http://127.0.0.1:{dead_port}/v1", more=more))
        done = await run("providers", "--json", "--config", settings)
    reports = {report["name"]: report for report in json.loads(done.out)}
    assert {"anthropic", "embedded", "mine", "ollama", "silent"} <= set(reports)
    assert (reports["mine"]["active"], reports["mine"]["ok"]) == (True, False)
    assert reports["mine"]["detail"].startswith(f"mine: nobody answers at http://127.0.0.1:{dead_port}")
    assert reports["silent"]["detail"].endswith("did not answer within 3.5 s")
    assert (reports["anthropic"]["key"], reports["anthropic"]["ok"]) == ("missing", None)


async def test_keys_are_checked_and_never_shown(tmp_path: Path) -> None:
    def answer(received: Received) -> Answer:
        good = received.headers["authorization"] == "Bearer sk-good-canary"
        return document({"data": [{"id": "m"}]}) if good else document({"error": {"message": "no such key"}}, 401)

    async with serving(answer) as server:
        more = f"""model = "m"
api_key_env = "GOOD_KEY"
[providers.other]
kind = "openai"
endpoint = "{server.url}/v1"
api_key_env = "BAD_KEY"
"""
        settings = config(tmp_path, provider(f"{server.url}/v1", more=more))
        keys = {"GOOD_KEY": "sk-good-canary", "BAD_KEY": "sk-bad-canary"}
        done = await run("keys", "check", "--config", settings, keys=keys)
        good = await run("keys", "check", "mine", "--config", settings, keys=keys)
        listed = await run("keys", "list", "--config", settings, keys=keys)
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        f"accepted  mine (GOOD_KEY): {server.url} lists 1 model",
        "REFUSED   other (BAD_KEY): no such key",
    ]
    assert (good.code, good.out) == (0, f"accepted  mine (GOOD_KEY): {server.url} lists 1 model\n")
    assert "in GOOD_KEY" in listed.out
    assert "canary" not in done.out + good.out + listed.out


async def test_what_a_chat_used_is_written_down(tmp_path: Path) -> None:
    assert "nothing was used yet" in (await run("usage")).out
    async with serving(Answer(body=says("ok"))) as server:
        settings = config(
            tmp_path,
            provider(f"{server.url}/v1", more='model = "m"\nprice = { input = 1000.0, output = 2000.0 }'),
        )
        await run("chat", "hi", "--config", settings)
    used = json.loads((await run("usage", "--json", "--since", "day")).out)
    assert (used["total"]["requests"], used["total"]["input_tokens"], used["total"]["output_tokens"]) == (1, 7, 2)
    assert used["total"]["cost"] == pytest.approx(0.011)
    assert list(used["provider"]) == ["mine"]
    assert list(used["model"]) == ["m-1"]
