from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest

from ai_lsp.core.errors import ConfigurationError, UnknownProviderError
from ai_lsp.providers import plugins
from ai_lsp.providers.base import AICapabilities, AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services


class Echo(AIProvider):
    """Stands for any provider: remembers what it was made from and whether it was closed."""

    def __init__(self, settings: ProviderSettings, services: Services) -> None:
        if settings.options.get("broken"):
            raise ConfigurationError("broken is set", provider=settings.name)
        self.settings = settings
        self.closed = False

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities()

    async def aclose(self) -> None:
        self.closed = True


class Newer(Echo):
    interface_version = 99


def section(name: str, **options: Any) -> dict[str, ProviderSettings]:
    return {name: ProviderSettings(name, "echo", options=options)}


def factory(*names: str, active: str = "embedded") -> AIProviderFactory:
    made = AIProviderFactory({name: ProviderSettings(name, "echo") for name in names}, active=active)
    made.register_provider("echo", Echo)
    return made


def echo(made: AIProviderFactory, name: str) -> Echo:
    provider = made.get(name)
    assert isinstance(provider, Echo)
    return provider


def test_a_provider_is_made_once() -> None:
    made = factory("work")
    assert made.get("work") is made.get("work")


def test_the_active_provider_answers_where_none_is_named() -> None:
    made = factory("work", "home", active="home")
    assert made.get().name == "home"


def test_a_kind_is_also_a_name() -> None:
    assert factory().get("echo").name == "echo"


def test_an_unknown_name_says_which_names_there_are() -> None:
    with pytest.raises(UnknownProviderError, match=r"unknown provider 'wrok'; did you mean 'work'\? known: .*echo"):
        factory("work").get("wrok")


def test_an_unknown_kind_names_its_section() -> None:
    made = AIProviderFactory({"work": ProviderSettings("work", "embeded")})
    with pytest.raises(UnknownProviderError, match=r"\(set for work\) 'embeded'; did you mean 'embedded'\?"):
        made.get("work")


def test_a_provider_for_a_newer_interface_is_refused() -> None:
    made = factory()
    made.register_provider("newer", Newer)
    with pytest.raises(ConfigurationError, match="update ai-lsp"):
        made.get("newer")


async def test_an_unregistered_kind_is_gone_and_its_providers_are_closed() -> None:
    made = factory("work")
    old = echo(made, "work")
    made.unregister_provider("echo")
    await asyncio.sleep(0)
    assert old.closed
    with pytest.raises(UnknownProviderError):
        made.get("echo")
    with pytest.raises(UnknownProviderError):
        made.unregister_provider("echo")


async def test_a_hundred_open_calls_finish_on_the_old_provider_which_then_closes() -> None:
    made = factory("work")
    old = echo(made, "work")
    release = asyncio.Event()

    async def call() -> AIProvider:
        async with made.lease("work") as provider:
            await release.wait()
            assert not old.closed
            return provider

    calls = [asyncio.create_task(call()) for _ in range(100)]
    await asyncio.sleep(0)
    assert await made.reconfigure(section("work", fast=True), active="work") == []
    new = echo(made, "work")
    await asyncio.sleep(0)
    assert new is not old
    release.set()
    assert set(await asyncio.gather(*calls)) == {old}
    await asyncio.sleep(0)
    assert old.closed
    assert not new.closed


async def test_unchanged_settings_keep_the_provider() -> None:
    made = factory("work")
    old = made.get("work")
    assert await made.reconfigure({"work": ProviderSettings("work", "echo")}, active="work") == []
    assert made.get("work") is old
    assert made.active == "work"


async def test_settings_that_do_not_work_leave_the_last_good_provider_in_place() -> None:
    made = factory("work")
    old = made.get("work")
    [problem] = await made.reconfigure(section("work", broken=True), active="work")
    assert str(problem) == "broken is set"
    assert made.get("work") is old


async def test_a_section_that_is_gone_takes_its_provider_along() -> None:
    made = factory("work")
    old = echo(made, "work")
    await made.reconfigure({}, active="embedded")
    await asyncio.sleep(0)
    assert old.closed
    assert "work" not in made.names


async def test_closing_the_factory_closes_what_is_still_held() -> None:
    made = factory("work")
    async with made.lease("work"):
        old = echo(made, "work")
        await made.aclose()
        assert old.closed


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint(name, f"{__name__}:{target}", plugins.GROUP) for name, target in (("toy", "Echo"), ("bad", "x"))
    ]

    def entry_points(**select: Any) -> EntryPoints:
        return EntryPoints(points).select(**select)

    monkeypatch.setitem(sys.modules, __name__, sys.modules[Echo.__module__])
    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)


@pytest.mark.usefixtures("installed")
async def test_only_listed_plugins_are_loaded() -> None:
    assert "toy" not in AIProviderFactory().kinds
    made = AIProviderFactory(plugins=["toy"])
    assert await made.start() == []
    assert made.get("toy").name == "toy"
    await made.reconfigure({}, active="embedded")
    assert "toy" not in made.kinds


@pytest.mark.usefixtures("installed")
async def test_a_plugin_that_fails_leaves_the_others_working() -> None:
    made = AIProviderFactory(plugins=["absent", "bad", "toy"])
    absent, bad = await made.start()
    assert "no installed package offers the provider plug-in 'absent'" in str(absent)
    assert "the provider plug-in 'bad' cannot be loaded (AttributeError" in str(bad)
    assert made.get("toy").name == "toy"


def test_what_a_provider_is_made_of_can_be_loaded_beside_the_event_loop() -> None:
    code = """
import asyncio, sys, threading
from ai_lsp.providers.factory import AIProviderFactory

importers = set()
class Witness:
    def find_spec(self, name, path=None, target=None):
        importers.add((name.partition(".")[0], threading.current_thread() is threading.main_thread()))
sys.meta_path.insert(0, Witness())

async def main():
    factory = AIProviderFactory()
    await factory.load("no such provider")
    async with factory.lease("openai"):
        pass
    await factory.aclose()

asyncio.run(main())
print(sorted(pair for pair in importers if pair[0] in ("httpx2", "pydantic")))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[('httpx2', False), ('pydantic', False)]"


def test_importing_the_factory_loads_nothing_heavy() -> None:
    code = (
        "import sys, ai_lsp.providers.factory;"
        "print([name for name in ('httpx2', 'pydantic', 'importlib.metadata') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
