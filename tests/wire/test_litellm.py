"""Gemini's interface spoken by somebody else: LiteLLM's proxy in front of a real model server.

It weighs too much to come along (`pip install 'litellm[proxy]'`, 740 MB): this runs where AI_LSP_LITELLM names the program.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.errors import AIError
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from tests.parts.need import need
from tests.parts.scripted_model import SCRIPTS, write_scripted_model
from tests.wire.dialect import CHAT, CONTEXT, KEY, PROMPT, OneKey, failure
from tests.wire.llama import Llama, end, free_port, running, status

pytestmark = [pytest.mark.timeout(90), pytest.mark.usefixtures("every_log")]

PROGRAM = os.environ.get("AI_LSP_LITELLM")

START_PATIENCE = 60.0
"""Seconds."""

SETTINGS = """
model_list:
  - model_name: scripted
    litellm_params: {{model: openai/scripted, api_base: "{url}/v1", api_key: none}}
general_settings: {{master_key: {key}}}
"""


@pytest.fixture
def litellm() -> str:
    if not PROGRAM:
        pytest.skip("AI_LSP_LITELLM names no litellm program: an optional test")
    return PROGRAM


@pytest.fixture
async def llama(tmp_path: Path, litellm: str) -> AsyncIterator[Llama]:
    write_scripted_model(tmp_path / "model.gguf")
    async with running(need("llama"), tmp_path / "model.gguf", "--context-shift") as server:
        yield server


@pytest.fixture
async def proxy(tmp_path: Path, litellm: str, llama: Llama) -> AsyncIterator[str]:
    settings, port = tmp_path / "settings.yaml", free_port()
    settings.write_text(SETTINGS.format(url=llama.url, key=KEY))
    quiet = asyncio.subprocess.DEVNULL
    command = [litellm, "--config", str(settings), "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet, env=environment)
    try:
        async with asyncio.timeout(START_PATIENCE):
            while await status(port, "/health/liveliness") != 200:
                assert process.returncode is None
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        await end(process)


@asynccontextmanager
async def gemini(url: str) -> AsyncIterator[AIProvider]:
    settings = ProviderSettings("mine", "gemini", "scripted", url, options={"api_version": "v1beta"})
    factory = AIProviderFactory({"mine": settings}, active="mine", services=Services(secrets=OneKey()))
    yield factory.get()
    await factory.aclose()


async def test_gemini_through_somebody_elses_gateway(proxy: str, llama: Llama) -> None:
    """One test, because the gateway takes its time to start."""
    async with gemini(proxy) as provider:
        assert (await provider.chat(CHAT)).content == SCRIPTS["\n"].text
        assert (await provider.complete_code(PROMPT, CONTEXT)).text == SCRIPTS["\n"].text
        for mark in "(#%":
            request = ChatRequest((ChatMessage("user", f"say {mark}"),), max_tokens=64)
            assert (await provider.chat(request)).content == SCRIPTS[mark].text
        endless = replace(CHAT, messages=(ChatMessage("user", "go on ~"),), max_tokens=100_000)
        async with aclosing(provider.stream_chat(endless)) as chunks:  # type: ignore[type-var]  # ours can be closed
            said = (await anext(chunks)).content
            assert SCRIPTS["~"].text.startswith(said)
            llama.send(signal.SIGKILL)
            assert isinstance(await failure(rest(chunks)), AIError)


async def rest(chunks: AsyncIterator[object]) -> int:
    return len([chunk async for chunk in chunks])
