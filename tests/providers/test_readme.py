"""What the README tells people to write is run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ai_lsp.core.chat import ChatMessage, ChatRequest, ChatResponseChunk
from ai_lsp.core.errors import UnsupportedError
from ai_lsp.providers import __file__ as package
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from tests.providers.support_http import CONTEXT, PROMPT, OneKey
from tests.providers.support_readme import settings_table
from tests.transport.loopback import Loopback, sse

README = (Path(package).parent / "README.md").read_text("utf-8")
SMALLEST, OVER_HTTP = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
QUESTION = ChatRequest((ChatMessage("user", "Hello"),))


def defined(code: str, name: str) -> Any:
    scope: dict[str, Any] = {"__name__": __name__}
    exec(code, scope)
    return scope[name]


async def test_the_smallest_provider() -> None:
    assert len([line for line in SMALLEST.splitlines() if line]) <= 12
    factory = AIProviderFactory({"polly": ProviderSettings("polly", "parrot", options={"prefix": "Polly says: "})})
    factory.register_provider("parrot", defined(SMALLEST, "Parrot"))
    async with factory.lease("polly") as polly:
        assert (await polly.chat(QUESTION)).content == "Polly says: Hello"
        chunks = [chunk async for chunk in polly.stream_chat(QUESTION)]
        assert chunks == [ChatResponseChunk("Polly says: Hello", "stop", None, "parrot-1")]
        with pytest.raises(UnsupportedError, match="parrot has no code completion; choose another provider for it"):
            await polly.complete_code(PROMPT, CONTEXT)


async def test_a_service_over_http() -> None:
    answer = sse({"said": "<COMPLETION>a"}, {"said": " + b</COMPLETION>"}, {"ended": "stop"}, done="")
    async with Loopback([answer]) as server:
        factory = AIProviderFactory(
            {"mine": ProviderSettings("mine", "example", endpoint=f"{server.url}/v1")},
            services=Services(secrets=OneKey()),
        )
        factory.register_provider("example", defined(OVER_HTTP, "Example"))
        assert (await factory.get("mine").complete_code(PROMPT, CONTEXT)).text == "a + b"
        assert (await factory.get("mine").chat(QUESTION)).finish_reason == "stop"
        assert server.asked[-1].path == "/v1/talk"
        assert server.asked[-1].headers["x-example-key"]
        await factory.aclose()


def test_every_setting_is_listed() -> None:
    assert README.endswith(settings_table()), (
        "the tables are made by tests/providers/support_readme.py: paste them anew"
    )
