from __future__ import annotations

from ai_lsp.core.secret import Secret
from ai_lsp.providers.auto import choose
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings
from tests.transport.loopback import Loopback, whole


class Keys:
    """Keys for these origins."""

    def __init__(self, *origins: str) -> None:
        self.origins = origins

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return Secret("k", origin) if origin in self.origins else None


def factory(*sections: ProviderSettings) -> AIProviderFactory:
    nobody = [ProviderSettings(kind, kind, endpoint="http://127.0.0.1:9") for kind in ("ollama", "llamacpp")]
    made = {settings.name: settings for settings in (*sections, *nobody)}
    return AIProviderFactory(made)


async def chosen(made: AIProviderFactory, *origins: str) -> str:
    try:
        return await choose(made, Keys(*origins))
    finally:
        await made.aclose()


async def test_a_provider_with_a_key_comes_first() -> None:
    assert await chosen(factory(), "https://api.openai.com") == "openai"
    assert await chosen(factory(), "https://api.openai.com", "https://api.mistral.ai") == "mistral"


async def test_the_persons_own_sections_come_before_the_usual_services() -> None:
    work = ProviderSettings("work", "anthropic", endpoint="https://gateway.example.com")
    assert await chosen(factory(work), "https://api.openai.com", "https://gateway.example.com") == "work"


async def test_else_a_server_on_this_machine_that_has_a_model() -> None:
    async with Loopback([whole({"models": [{"name": "code"}]})]) as server:
        mine = ProviderSettings("mine", "ollama", endpoint=server.url)
        assert await chosen(factory(mine)) == "mine"
    async with Loopback([whole({"models": []})]) as server:
        assert await chosen(factory(ProviderSettings("mine", "ollama", endpoint=server.url))) == "embedded"


async def test_else_the_engine_of_our_own() -> None:
    assert await chosen(factory()) == "embedded"


async def test_a_section_that_is_wrong_is_passed_over() -> None:
    wrong = ProviderSettings("wrong", "openai", endpoint="http://api.example.com")
    assert await chosen(factory(wrong), "https://api.x.ai") == "grok"
