"""What `auto` stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.core.clock import SystemClock
from ai_lsp.house.choice import automatic
from ai_lsp.house.key_stores import KeyStores
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from ai_lsp.settings.schema import ProviderTable, Settings
from ai_lsp.transport.network import Network
from tests.house.support_house import service
from tests.wire.serving import serving


async def chosen(
    environment: dict[str, str] | None = None, listening: tuple[str, ...] = (), **providers: ProviderTable
) -> str:
    """The choice of somebody with these keys and providers, where something listens at these addresses."""
    settings = Settings(providers=providers)
    stores = KeyStores(settings, Network(), SystemClock(), folder=Path("nowhere"), environment=environment or {})
    keys = stores.chain
    configured = {
        name: ProviderSettings(name, table.kind, table.model, table.endpoint) for name, table in providers.items()
    }
    factory = AIProviderFactory(configured, services=Services(secrets=keys))

    async def knock(origin: str) -> bool:
        return origin in listening

    try:
        return await automatic(settings, factory, keys, knock)
    finally:
        await factory.aclose()


async def test_with_nothing_at_all_the_embedded_engine() -> None:
    assert await chosen() == "embedded"


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("MISTRAL_API_KEY", "mistral"),
        ("ANTHROPIC_API_KEY", "anthropic"),
        ("OPENAI_API_KEY", "openai"),
        ("GEMINI_API_KEY", "gemini"),
        ("GOOGLE_API_KEY", "gemini"),
        ("XAI_API_KEY", "grok"),
    ],
)
async def test_a_key_decides(variable: str, name: str) -> None:
    assert await chosen({variable: "sk-x"}) == name


async def test_a_key_for_another_address_than_the_usual_one_decides_nothing() -> None:
    assert await chosen({"CODESTRAL_API_KEY": "sk-x"}) == "embedded"


async def test_a_provider_of_the_persons_own_comes_first() -> None:
    own = ProviderTable(kind="anthropic", api_key_env="WORK_KEY")
    keys = {"WORK_KEY": "sk-x", "MISTRAL_API_KEY": "sk-y"}
    assert await chosen(keys, work=own) == "work"
    assert await chosen({"MISTRAL_API_KEY": "sk-y"}, work=own) == "mistral"


async def test_a_local_server_has_to_listen_and_to_be_what_it_should_be() -> None:
    async with serving(service("ok")) as server:
        own = ProviderTable(kind="openai-compatible", model="m", endpoint=f"{server.url}/v1")
        assert await chosen(listening=(server.url,), local=own) == "local"
        assert await chosen(local=own) == "embedded"
        absent = ProviderTable(kind="openai-compatible", model="absent", endpoint=f"{server.url}/v1")
        assert await chosen(listening=(server.url,), local=absent) == "embedded"
        assert {received.method for received in server.received} == {"GET"}


async def test_a_provider_that_cannot_be_made_is_passed_by() -> None:
    assert await chosen(broken=ProviderTable(kind="openai", endpoint="ftp://x"), odd=ProviderTable(kind="none")) == (
        "embedded"
    )
