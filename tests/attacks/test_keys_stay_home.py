"""A key goes to the origin that it is stored for, and nowhere else: for every kind of provider that has keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.errors import AIError, AuthenticationError
from ai_lsp.credentials.environment import USUAL, EnvironmentKeys
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.registry import KINDS
from ai_lsp.providers.services import ProviderSettings, Services
from tests.attacks.support_canary import Canary

KEY = "sk-of-the-person-0123456789abcdef"
PLACES = [
    (kind, origin, variable) for kind, places in USUAL.items() for origin, names in places.items() for variable in names
]
ALL_KEYS = {variable: KEY for _, _, variable in PLACES}
KINDS_WITH_KEYS = sorted(set(KINDS) - {"embedded"})
QUESTION = ChatRequest((ChatMessage("user", "hello"),), model="m")


def nothing_named(provider: str) -> str | None:
    return None


def wrong_places(origin: str) -> Iterator[str]:
    host = urlsplit(origin).hostname
    assert host is not None
    yield f"http://{host}"
    yield f"{origin}:8443"
    yield f"https://{host}.evil.example"
    yield f"https://evil-{host}"
    yield f"https://evil.{host}"
    yield f"https://{host.replace('.', '-')}.example"
    yield f"https://{host.replace('o', '0').replace('a', '4')}"
    yield f"https://{host}."
    yield origin.upper()


@pytest.mark.parametrize(("kind", "origin", "variable"), PLACES)
async def test_s2_the_usual_key_is_not_even_looked_up_for_another_origin(kind: str, origin: str, variable: str) -> None:
    keys = EnvironmentKeys(nothing_named, {variable: KEY})
    assert await keys.find(kind, kind, origin) is not None
    for place in wrong_places(origin):
        assert await keys.find(kind, kind, place) is None, place


@pytest.mark.parametrize(("kind", "origin", "variable"), PLACES)
async def test_s2_the_usual_key_of_one_service_is_no_key_of_another(kind: str, origin: str, variable: str) -> None:
    keys = EnvironmentKeys(nothing_named, {variable: KEY})
    for other, places in USUAL.items():
        for place in places:
            found = await keys.find(other, other, place)
            assert (found is not None) == ((other, place) == (kind, origin))


async def use(provider: AIProvider) -> None:
    """Everything that makes a provider speak to its service."""
    with suppress(AIError):
        await provider.chat(QUESTION)
    with suppress(AIError):
        await provider.list_models()
    await provider.check()


@pytest.mark.parametrize("kind", KINDS_WITH_KEYS)
async def test_s2_a_changed_endpoint_gets_no_key(kind: str) -> None:
    with Canary() as canary:
        services = Services(secrets=EnvironmentKeys(nothing_named, ALL_KEYS))
        factory = AIProviderFactory({"mine": ProviderSettings("mine", kind, "m", canary.url)}, services=services)
        await use(factory.get("mine"))
        await factory.aclose()
    assert KEY not in canary.text


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("kind", KINDS_WITH_KEYS)
async def test_s5_a_redirect_is_not_followed(kind: str, status: str) -> None:
    def named(provider: str) -> str:
        return "MINE_KEY"

    with Canary() as canary, Canary(status, redirect=canary.url) as home:
        services = Services(secrets=EnvironmentKeys(named, {"MINE_KEY": KEY}))
        factory = AIProviderFactory({"mine": ProviderSettings("mine", kind, "m", home.url)}, services=services)
        with pytest.raises(AIError):
            await factory.get("mine").chat(QUESTION)
        await factory.aclose()
    assert canary.seen == []
    assert home.seen


@pytest.mark.parametrize("kind", sorted(USUAL))
async def test_s2_a_service_that_wants_a_key_is_not_asked_without_one(kind: str) -> None:
    with Canary() as canary:
        services = Services(secrets=EnvironmentKeys(nothing_named, ALL_KEYS))
        factory = AIProviderFactory({"mine": ProviderSettings("mine", kind, "m", canary.url)}, services=services)
        with pytest.raises(AuthenticationError, match="mine"):
            await factory.get("mine").chat(QUESTION)
        await factory.aclose()
    assert canary.seen == []
