"""A team's server that comes, goes and changes while calls are under way."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest

from ai_lsp.core.clock import Clock
from ai_lsp.core.stream import Finished
from ai_lsp.gateway.cache import CachedAnswer
from ai_lsp.house.team import Team
from ai_lsp.settings.schema import CacheTable
from tests.support.clock import FakeClock, settle

ANSWER = CachedAnswer("iply()", Finished("work", "m1", "stop"))
DAY = 86_400


class Store:
    """A server in memory; all of one address are the same one. `hold` keeps answers back."""

    held: ClassVar[dict[str, dict[str, bytes]]] = {}
    hold: ClassVar[asyncio.Event]

    def __init__(self, url: str, _: Clock) -> None:
        self.problem: str | None = None
        self.is_open = True
        self._values = self.held.setdefault(url, {})

    async def get(self, name: str) -> bytes | None:
        await self.hold.wait()
        assert self.is_open, "the door was closed before the answer came"
        return self._values.get(name)

    async def put(self, name: str, value: bytes, seconds: float) -> bool:
        await self.hold.wait()
        assert self.is_open
        self._values[name] = value
        return True

    async def add(self, name: str, amount: int, seconds: int) -> int:
        total = int(self._values.get(name, b"0")) + amount
        self._values[name] = b"%d" % total
        return total

    async def total(self, name: str) -> int:
        return int(self._values.get(name, b"0"))

    async def aclose(self) -> None:
        self.is_open = False


@pytest.fixture(autouse=True)
def _stores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_lsp.house.team.SharedStore", Store)
    monkeypatch.setenv("AI_LSP_CACHE_KEY", "0123456789abcdef")
    Store.held.clear()
    Store.hold = asyncio.Event()
    Store.hold.set()


def at(url: str | None) -> CacheTable:
    return CacheTable(url=url)


async def test_answers_are_looked_for_where_the_settings_say_now() -> None:
    team = Team(at(None), FakeClock())
    assert await team.get(b"key") is None
    team.put(b"key", ANSWER, 60)
    team.obey(at("redis://one"))
    team.put(b"key", ANSWER, 60)
    await settle()
    assert await team.get(b"key") == ANSWER
    team.obey(at("redis://two"))
    assert await team.get(b"key") is None
    team.obey(at("redis://one"))
    assert await team.get(b"key") == ANSWER
    await team.aclose()


async def test_what_is_under_way_ends_with_the_server_that_it_began_with() -> None:
    team = Team(at("redis://one"), FakeClock())
    team.put(b"key", ANSWER, 60)
    await settle()
    Store.hold.clear()
    asked = asyncio.ensure_future(team.get(b"key"))
    team.put(b"other", ANSWER, 60)
    await settle()
    team.obey(at(None))
    await settle()
    Store.hold.set()
    assert await asked == ANSWER
    await team.aclose()
    assert len(Store.held["redis://one"]) == 2


async def test_what_was_used_up_is_not_forgotten_whatever_server_comes_or_goes() -> None:
    team = Team(at(None), FakeClock())
    assert await team.add("requests", 3, DAY) == 3
    team.obey(at("redis://one"))
    assert await team.add("requests", 2, DAY) == 2, "what the team has used up is what its server says"
    team.obey(at(None))
    assert await team.total("requests") == 5
    team.seed("requests", 4)
    assert await team.total("requests") == 5
    await team.aclose()


async def test_a_server_that_cannot_be_used_is_told_until_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team(at(None), FakeClock())
    assert team.problems == []
    monkeypatch.delenv("AI_LSP_CACHE_KEY")
    team.obey(at("redis://one"))
    assert team.problems[0].startswith("the shared cache is not used: AI_LSP_CACHE_KEY is not set")
    assert await team.get(b"key") is None
    monkeypatch.setenv("ANOTHER_KEY", "0123456789abcdef")
    team.obey(CacheTable(url="redis://one", key_env="ANOTHER_KEY"))
    assert team.problems == []
    await team.aclose()
