from __future__ import annotations

from ai_lsp.gateway.counters import LocalCounters, SharedCounters
from ai_lsp.gateway.seal import Seal
from tests.support.clock import FakeClock

DAY = 86_400


class Server:
    """A counter store in a dictionary, that can be gone or forget."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}
        self.gone = False

    async def add(self, name: str, amount: int, seconds: int) -> int | None:
        if self.gone:
            return None
        self.totals[name] = self.totals.get(name, 0) + amount
        return self.totals[name]

    async def total(self, name: str) -> int | None:
        return None if self.gone else self.totals.get(name, 0)


def sharing(server: Server) -> SharedCounters:
    return SharedCounters(server, Seal(b"k" * 32), FakeClock())


async def test_local_counters_add_up_and_forget_what_is_over() -> None:
    clock = FakeClock()
    counters = LocalCounters(clock)
    counters.seed("ada:requests", 5)
    assert await counters.add("ada:requests", 2, DAY) == 7
    assert await counters.add("bob:requests", 1, DAY) == 1
    clock.move(DAY)
    await counters.add("ada:requests", 1, DAY)
    assert (await counters.total("ada:requests"), await counters.total("bob:requests")) == (8, 0)


async def test_shared_counters_are_the_same_for_all() -> None:
    server = Server()
    one, two = sharing(server), sharing(server)
    assert [await one.add("n", 1, DAY), await two.add("n", 1, DAY), await one.add("n", 1, DAY)] == [1, 2, 3]
    one.add_later("n", -1, DAY)
    await one.drain()
    assert await two.total("n") == 2
    assert all(name.startswith("ai-lsp:quota:") and name[-1:] != "n" for name in server.totals)


async def test_while_the_server_is_gone_each_goes_on_from_what_it_knew() -> None:
    server = Server()
    one, two = sharing(server), sharing(server)
    for counters in (one, two, one):
        await counters.add("n", 1, DAY)
    server.gone = True
    assert await one.add("n", 1, DAY) == 4
    assert await one.total("n") == 4
    server.gone = False
    assert await one.add("n", 1, DAY) == 5
    assert await two.total("n") == 5


async def test_a_server_that_forgot_is_told_again() -> None:
    server = Server()
    one, two = sharing(server), sharing(server)
    for _ in range(7):
        await one.add("n", 1, DAY)
    server.totals.clear()
    assert await one.total("n") == 7
    assert await one.add("n", 1, DAY) == 8
    assert await two.add("n", 1, DAY) == 9


async def test_what_one_machine_remembers_is_not_counted_again_for_all() -> None:
    server = Server()
    counters = sharing(server)
    counters.seed("n", 50)
    assert await counters.total("n") == 0
