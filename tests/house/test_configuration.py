from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest
from platformdirs import user_state_path

from ai_lsp.core.errors import ConfigurationError, UnknownProviderError
from ai_lsp.core.stream import TextDelta
from ai_lsp.credentials import private_file
from ai_lsp.house.configuration import Configuration
from ai_lsp.house.house import SECONDS_BETWEEN_LOOKS, House
from ai_lsp.house.record import KeyRecord
from ai_lsp.settings.trust import Trust
from tests.house.support_house import QUESTION, document, living, read, says, service, table
from tests.support.clock import FakeClock, settle
from tests.wire.serving import Answer, Received, serving

KINDS = ("embedded", "ollama", "openai")
TEAM = {"kind": "openai", "model": "m", "endpoint": "https://team.example/v1"}
FILE = 'provider = "mine"\n[providers.mine]\nkind = "ollama"\nendpoint = "https://own.example"\n'


class Desk:
    """A configuration, and the file that it comes from."""

    def __init__(
        self, folder: Path, content: str | None, environment: Mapping[str, str], said: Mapping[str, Any]
    ) -> None:
        self.path = folder / "config.toml"
        if content is not None:
            self.path.write_text(content)
        self.trust = Trust(folder / "private" / "trust.json", private_file, lambda: 0.0)
        self.configuration = Configuration(self.path, said, self.trust, KINDS, environment)

    @property
    def provider(self) -> str:
        return self.configuration.settings.provider

    @property
    def problems(self) -> list[str]:
        return [str(problem).replace(str(self.path), "FILE") for problem in self.configuration.problems]

    async def write(self, content: str) -> bool:
        self.path.write_text(content)
        return await self.configuration.look()


def desk(
    folder: Path,
    content: str | None = FILE,
    environment: Mapping[str, str] | None = None,
    said: Mapping[str, Any] | None = None,
) -> Desk:
    return Desk(folder, content, environment or {}, said or {})


def test_command_line_over_session_over_editor_over_environment_over_profile_over_file(tmp_path: Path) -> None:
    content = "\n".join(f"[providers.p{n}]\nkind = 'ollama'" for n in range(7))
    content = f"provider = 'p0'\nprofile = 'work'\n{content}\n[profiles.work]\nprovider = 'p1'\n"
    assert desk(tmp_path, content.replace("profile = 'work'", "")).provider == "p0"
    assert desk(tmp_path, content).provider == "p1"
    house = desk(tmp_path, content, {"AI_LSP_PROVIDER": "p2"})
    assert house.provider == "p2"
    house.configuration.tell({"provider": "p3"})
    assert house.provider == "p3"
    house.configuration.switch("p4")
    assert house.provider == "p4"
    house.configuration.tell({"provider": "p5"})
    assert house.provider == "p4"
    assert desk(tmp_path, content, {"AI_LSP_PROVIDER": "p2"}, {"provider": "p6"}).provider == "p6"


def test_the_environment_chooses_another_profile(tmp_path: Path) -> None:
    content = "profile = 'home'\n[profiles.home]\nprovider = 'ollama'\n[profiles.work]\nprovider = 'openai'\n"
    assert desk(tmp_path, content).provider == "ollama"
    assert desk(tmp_path, content, {"AI_LSP_PROFILE": "work"}).provider == "openai"
    house = desk(tmp_path, content, {"AI_LSP_PROFILE": "wrok"})
    assert house.problems[0] == "FILE: profile: there is no profile 'wrok'; did you mean work?"
    assert house.provider == "embedded"


def test_only_the_embedded_engine_answers_until_a_broken_file_is_right(tmp_path: Path) -> None:
    house = desk(tmp_path, 'provider = "mine', {"AI_LSP_PROVIDER": "openai"})
    house.configuration.tell({"provider": "openai"})
    assert house.provider == "embedded"
    assert house.problems[0].startswith("FILE: is not TOML")
    assert house.problems[1] == "FILE: only the embedded engine answers until it is right"


@pytest.mark.parametrize(
    "content",
    ['provider = "olama"', "provder = 'ollama'", "[privacy]\nwrong = 1", "[providers.mine]\nkind = 5", "fallback = 1"],
)
def test_nor_is_code_sent_where_a_mistake_may_have_been_meant_to_keep_it(tmp_path: Path, content: str) -> None:
    house = desk(tmp_path, content)
    assert (house.provider, len(house.problems)) == ("embedded", 2)


def test_a_mistake_of_no_concern_leaves_everything_else_in_force(tmp_path: Path) -> None:
    house = desk(tmp_path, FILE + "[completion]\nmax_tokens = 'many'\n")
    assert house.provider == "mine"
    assert house.problems == ["FILE: completion.max_tokens: has to be a whole number"]


async def test_a_changed_file_is_taken_over_and_an_unchanged_one_is_not_read(tmp_path: Path) -> None:
    house = desk(tmp_path)
    assert not await house.configuration.look()
    assert await house.write('provider = "ollama"')
    assert (house.provider, house.problems) == ("ollama", [])


@pytest.mark.parametrize("wrong", ['provider = "', 'provider = "olama"', "provider = 5", "x = 1"])
async def test_a_file_that_was_broken_meanwhile_leaves_the_settings_of_before_in_force(
    tmp_path: Path, wrong: str
) -> None:
    house = desk(tmp_path)
    assert await house.write(wrong)
    assert house.provider == "mine"
    assert len(house.problems) == 1
    assert house.problems[0].endswith("; the settings of before stay in force")
    house.configuration.tell({"completion": {"maxTokens": 5}})
    assert house.provider == "mine"
    assert await house.write(FILE)
    assert house.problems == []


async def test_a_file_that_is_gone_leaves_the_settings_of_before_in_force(tmp_path: Path) -> None:
    house = desk(tmp_path)
    house.path.unlink()
    assert await house.configuration.look()
    assert house.provider == "mine"
    assert house.problems == ["FILE: is gone; the settings of before stay in force"]
    assert await house.write(FILE)
    assert house.problems == []


async def test_a_file_that_was_broken_at_the_start_is_taken_over_as_soon_as_it_is_right(tmp_path: Path) -> None:
    house = desk(tmp_path, 'provider = "')
    assert await house.write("provder = 5")
    assert (house.provider, len(house.problems)) == ("embedded", 2)
    assert await house.write(FILE)
    assert (house.provider, house.problems) == ("mine", [])


async def test_a_file_that_comes_to_be_is_taken_over(tmp_path: Path) -> None:
    house = desk(tmp_path, None)
    assert house.provider == "auto"
    assert await house.write(FILE)
    assert house.provider == "mine"


def test_a_name_that_an_editor_got_wrong_leaves_the_persons_choice(tmp_path: Path) -> None:
    house = desk(tmp_path)
    house.configuration.tell({"provider": "olama", "completion": {"provider": "nobody", "maxTokens": 5}})
    settings = house.configuration.settings
    assert (settings.provider, settings.completion.provider, settings.completion.max_tokens) == ("mine", None, 5)
    assert house.problems == [
        "editor: provider: there is no provider 'olama'; did you mean ollama?",
        "editor: completion.provider: there is no provider 'nobody'",
    ]


def test_an_editors_provider_waits_for_the_persons_word(tmp_path: Path) -> None:
    house = desk(tmp_path)
    house.configuration.tell({"provider": "team", "providers": {"team": TEAM}})
    assert house.provider == "mine"
    assert house.problems[-1].startswith(
        "editor: providers.team: is not used: you have not allowed https://team.example"
    )
    assert house.configuration.questions() == ["https://team.example"]
    assert house.configuration.questions() == []
    house.trust.remember("https://team.example", allowed=True)
    house.configuration.trust_changed()
    assert (house.provider, house.problems) == ("team", [])
    assert house.configuration.settings.providers["team"].endpoint == TEAM["endpoint"]


def test_a_refusal_holds_and_is_not_asked_about_again(tmp_path: Path) -> None:
    house = desk(tmp_path)
    house.trust.remember("https://team.example", allowed=False)
    house.configuration.tell({"providers": {"team": TEAM}})
    assert house.configuration.questions() == []
    assert "you have refused https://team.example" in house.problems[0]
    assert "team" not in house.configuration.settings.providers


async def test_a_trust_that_was_revoked_elsewhere_ends_here(tmp_path: Path) -> None:
    house = desk(tmp_path)
    await asyncio.to_thread(house.trust.remember, "https://team.example", allowed=True)
    house.configuration.tell({"provider": "team", "providers": {"team": TEAM}})
    assert house.provider == "team"
    other = Trust(house.trust.path, private_file, lambda: 0.0)
    await asyncio.to_thread(other.revoke, "https://team.example")
    assert await house.configuration.look()
    assert house.provider == "mine"


def test_an_origin_that_the_person_has_named_needs_no_question(tmp_path: Path) -> None:
    house = desk(tmp_path)
    house.configuration.tell(
        {"provider": "team", "providers": {"team": {**TEAM, "endpoint": "https://own.example/v2"}}}
    )
    assert (house.provider, house.problems) == ("team", [])


@pytest.mark.parametrize(
    ("name", "wish", "reason"),
    [
        ("mine", TEAM, "may only be set in the user file"),
        ("openai", TEAM, "may only be set in the user file"),
        ("auto", TEAM, "may only be set in the user file"),
        ("team", {**TEAM, "kind": "evil"}, "its kind is none of embedded, ollama, openai"),
        ("team", {"endpoint": TEAM["endpoint"]}, "its kind is none of"),
        ("team", {**TEAM, "endpoint": "https://own.example@evil.test"}, "cannot be used"),
        ("team", {**TEAM, "endpoint": "http://own.example"}, "http is for this machine only"),
        ("team", {**TEAM, "endpoint": "https://own.example:8443"}, "you have not allowed https://own.example:8443"),
        ("team", {**TEAM, "endpoint": "https://own.example.evil.test"}, "you have not allowed"),
    ],
)
def test_what_an_editor_may_not_describe(tmp_path: Path, name: str, wish: dict[str, str], reason: str) -> None:
    house = desk(tmp_path)
    house.configuration.tell({"providers": {name: wish}})
    own = house.configuration.settings.providers
    assert [(name, table.endpoint) for name, table in own.items()] == [("mine", "https://own.example")]
    assert reason in house.problems[0]


def test_where_the_guard_of_trust_fails_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(origin: str) -> NoReturn:
        raise RuntimeError("the guard is broken")

    house = desk(tmp_path)
    monkeypatch.setattr(house.trust, "allows", fails)
    with pytest.raises(RuntimeError):
        house.configuration.tell({"provider": "team", "providers": {"team": TEAM}})
    assert house.provider == "mine"
    house.configuration.switch("ollama")
    assert house.provider == "ollama"


def test_a_session_changes_to_providers_that_exist(tmp_path: Path) -> None:
    house = desk(tmp_path)
    with pytest.raises(UnknownProviderError, match="there is no provider 'olama'; did you mean ollama"):
        house.configuration.switch("olama")
    house.configuration.switch("embedded", chats=False)
    settings = house.configuration.settings
    assert (settings.provider, settings.completion.provider) == ("mine", "embedded")


# the house around it


async def test_the_user_file_is_looked_at_while_the_server_runs(tmp_path: Path) -> None:
    clock, told = FakeClock(), asyncio.Event()
    path = tmp_path / "config.toml"
    house = House(path, clock=clock)
    house.watch(told.set)
    path.write_text('provider = "ollama"')
    await clock.advance(SECONDS_BETWEEN_LOOKS)
    await told.wait()
    assert house.settings.provider == "ollama"
    assert house.news() == []
    told.clear()
    path.write_text("provider = 5")
    await clock.advance(SECONDS_BETWEEN_LOOKS)
    await told.wait()
    assert house.settings.provider == "ollama"
    assert [line.endswith("the settings of before stay in force") for line in house.news()] == [True]
    assert house.news() == []
    await house.aclose()


async def test_a_switch_is_in_force_for_the_next_call_and_open_answers_finish(tmp_path: Path) -> None:
    async with serving(service("one")) as one, serving(service("two")) as two:
        settings = ('provider = "one"', table("one", one), table("two", two))
        async with living(tmp_path, *settings) as house:
            open_answer = await house.chat(QUESTION)
            house.switch("two")
            assert (await read(await house.chat(QUESTION)))[0] == "two"
            assert (await read(open_answer))[0] == "one"
            with pytest.raises(UnknownProviderError):
                house.switch("three")
            assert (await read(await house.chat(QUESTION)))[0] == "two"


def written() -> list[dict[str, Any]]:
    path = user_state_path("ai-lsp", appauthor=False) / "private" / "audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


async def at_rest(house: House) -> None:
    await settle()
    while house._background or house._reconfiguring:
        await asyncio.wait([*house._background, *house._reconfiguring])


async def test_changes_are_written_down_once_without_what_could_be_a_secret(tmp_path: Path) -> None:
    key = "my-own-password"
    own = f"[providers.mine]\nkind = 'ollama'\nheaders = {{ X-Team = '{key}' }}\n"
    async with living(tmp_path, own, f"[cache]\nurl = 'redis://me:{key}@127.0.0.1:1/0'") as house:
        for _ in range(3):
            house.configure({"provider": "mine", "plugins": ["evil"]})
            await at_rest(house)
    kinds = [entry["kind"] for entry in written()]
    assert kinds == ["configuration", "configuration refused"]
    values = written()[0]["detail"]["values"]
    assert values["provider"] == ["mine", "editor"]
    assert values["providers.mine.headers.X-Team"][0] == "<not shown>"
    assert key not in str(written())
    assert written()[1]["detail"]["problems"] == ["editor: plugins: may only be set in the user file"]


async def test_an_answer_is_written_down_and_in_force(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        house.configure({"provider": "team", "providers": {"team": TEAM}})
        assert house.questions() == ["https://team.example"]
        await house.judge("https://team.example", allowed=True)
        await at_rest(house)
        assert house.settings.provider == "team"
    found = [entry["detail"] for entry in written() if entry["kind"] == "trust allowed"]
    assert found == [{"origin": "https://team.example", "asked by": "an editor"}]


async def test_a_trust_that_cannot_be_written_down_is_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(kind: str, detail: object) -> NoReturn:
        raise ConfigurationError("the disk is full")

    async with living(tmp_path) as house:
        house.configure({"provider": "team", "providers": {"team": TEAM}})
        monkeypatch.setattr(house.record.audit, "record", fails)
        with pytest.raises(ConfigurationError, match="the disk is full"):
            await house.judge("https://team.example", allowed=True)
        await at_rest(house)
        assert "team" not in house.settings.providers
        assert house.record.problem == "the disk is full"


def test_changed_keys_are_written_down_by_their_origin(tmp_path: Path) -> None:
    house = House(tmp_path / "config.toml")
    KeyRecord(house.record.audit).changed("set", "openai", "https://api.openai.com")
    [entry] = written()
    assert (entry["kind"], entry["detail"]) == ("key set", {"provider": "openai", "origin": "https://api.openai.com"})


async def test_another_proxy_is_used_for_the_next_call_and_never_by_the_embedded_engine(tmp_path: Path) -> None:
    async with living(tmp_path, table("mine", "https://own.example/v1")) as house:
        before, embedded = house.upstream.factory.get("mine"), house.upstream.factory.get("embedded")
        house.configure({})
        await at_rest(house)
        assert house.upstream.factory.get("mine") is before
        content = house.configuration.path.read_text() + "[network]\nproxy = 'http://127.0.0.1:3128'\n"
        house.configuration.path.write_text(content)
        house.configure({"network": {"proxy": "http://evil.example"}})
        await at_rest(house)
        assert house.settings.network.proxy == "http://127.0.0.1:3128"
        assert house.upstream.factory.get("mine") is not before
        assert house.upstream.factory.get("embedded") is embedded


async def test_a_damaged_record_is_one_line_and_the_house_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with living(tmp_path) as house:
        house.configure({"provider": "embedded"})
        await at_rest(house)
        assert (await house.record.check()).ok
    path = house.record.audit.path
    path.write_bytes(path.read_bytes()[:-9])
    async with living(tmp_path) as house:
        for provider in ("ollama", "embedded"):
            house.configure({"provider": provider})
            await at_rest(house)
        check = await house.record.check()
    assert (check.ok, check.detail) == (False, f"{path}: entry 1 cannot be read")
    assert [record.message for record in caplog.records if "audit" in record.message] == [
        f"the audit record {path} is broken: entry 1 cannot be read; `ai-lsp audit verify`"
    ]
    assert len(path.read_text().splitlines()) == 3


async def test_a_hundred_open_answers_outlive_every_way_of_changing_the_provider(tmp_path: Path) -> None:
    go = asyncio.Event()
    first, *rest = says("o", "ne")

    def slow(received: Received) -> Answer:
        if received.path.endswith("/models"):
            return document({"data": [{"id": "m"}]})
        return Answer(body=[first, go.wait, *rest])

    async with serving(slow) as one, serving(service("two")) as two:
        names = [f"one{number}" for number in range(10)]
        tables = [table(name, one, "rate_limit = { concurrent = 10 }\n") for name in names]
        async with living(tmp_path, 'provider = "one0"', *tables, table("two", two)) as house:
            answers = [await house.chat(QUESTION, name) for name in names for _ in range(10)]
            begun = await asyncio.gather(*map(anext, answers))
            assert {event.text for event in begun if isinstance(event, TextDelta)} == {"o"}
            house.configure({"provider": "two"})
            house.switch("two")
            house.configuration.path.write_text("\n".join(['provider = "two"', table("two", two)]))
            house.configure({})
            assert (await read(await house.chat(QUESTION)))[0] == "two"
            go.set()
            ends = await asyncio.gather(*map(read, answers))
            assert {text for text, _ in ends} == {"ne"}
            assert sorted(end.provider for _, end in ends) == sorted(names * 10)
            assert (await read(await house.chat(QUESTION)))[0] == "two"
