"""The house as the doors see it: real settings, real providers, services on this machine."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from ai_lsp.context.diagnostics import Diagnostic, Severity
from ai_lsp.core.completion import Suggestion, Trigger
from ai_lsp.core.errors import UnsupportedError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.status import StatusKind
from ai_lsp.core.stream import TextDelta
from ai_lsp.core.text import Range
from ai_lsp.documents.store import Change
from ai_lsp.server.house import ClientInfo
from tests.house.support_house import QUESTION, URI, dead_url, living, read, says, service, suggest, table
from tests.support.clock import settle
from tests.support.places import split
from tests.wire.serving import Answer, serving

REPEATED = "".join(f"total_{name} = multiply(width, height)\n" for name in ("wall", "floor", "door", "window"))
TYPED = REPEATED + "total_roof = mult|\n"


async def test_without_settings_the_embedded_engine_completes(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        found = await suggest(house, TYPED)
        assert isinstance(found, Suggestion)
        assert found.completion.provider == "embedded"
        assert "iply(width, height)".startswith(found.text)
        status = house.status()
        assert (status.provider, status.last_empty, status.health) == ("embedded", None, None)
        assert status.usage_today.requests == 0


async def test_without_settings_nobody_chats_and_one_line_says_what_to_do(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        with pytest.raises(UnsupportedError, match="set a key such as ANTHROPIC_API_KEY, start Ollama"):
            await house.chat(QUESTION)


async def test_a_provider_of_the_persons_own_completes_and_chats(tmp_path: Path) -> None:
    async with (
        serving(service("<COMPLETION>iply()</COMPLETION>")) as server,
        living(tmp_path, table("mine", server)) as house,
    ):
        found = await suggest(house, TYPED)
        assert isinstance(found, Suggestion)
        assert (found.completion.provider, found.text) == ("mine", "iply()")
        text, end = await read(await house.chat(QUESTION))
        assert (text, end.provider) == ("<COMPLETION>iply()</COMPLETION>", "mine")
        assert house.status().usage_today.requests == 2
        health = house.status().health
        assert health is not None
        assert (health.ok, health.detail) == (True, "mine answers calls")


async def test_the_settings_say_who_chats_and_with_which_model(tmp_path: Path) -> None:
    async with serving(service("ok")) as one, serving(service("ok")) as two:
        chat = '[chat]\nprovider = "two"\nmodel = "large"'
        async with living(tmp_path, 'provider = "one"', chat, table("one", one), table("two", two)) as house:
            await read(await house.chat(QUESTION))
            assert two.last.json["model"] == "large"
            await read(await house.chat(QUESTION, "one"))
            assert one.last.json["model"] == "m"
            await read(await house.chat(replace(QUESTION, model="other"), "one"))
            assert one.last.json["model"] == "other"


async def test_when_the_provider_is_away_the_embedded_engine_completes(tmp_path: Path) -> None:
    url = dead_url()
    async with living(tmp_path, 'provider = "mine"', table("mine", url)) as house:
        found = await suggest(house, TYPED)
        assert isinstance(found, Suggestion)
        assert found.completion.provider == "embedded"
        [reason] = found.completion.passed_over
        assert f"nobody answers at {url.removesuffix('/v1')}" in reason
        empty = await suggest(house, "x = |\n")
        assert isinstance(empty, Silence)
        assert "mine: nobody answers" in empty.detail
        assert house.status().last_empty == empty


async def test_a_provider_that_keeps_failing_is_told_in_the_status(tmp_path: Path) -> None:
    retry = "retry = { attempts = 1 }"
    async with living(tmp_path, 'provider = "mine"', table("mine", dead_url(), retry)) as house:
        for name in "abcde":
            await suggest(house, REPEATED + f"total_{name} = mult|\n")
        status = house.status()
        assert status.kind is StatusKind.WARNING
        assert status.message.startswith("mine failed too often and is left alone for")
        assert status.health is not None
        assert not status.health.ok
        [mine] = [report for report in await house.providers() if report.name == "mine"]
        assert (mine.circuit, mine.used_for) == ("open", ("completion", "chat"))


async def test_an_unknown_provider_is_a_reason_with_its_name(tmp_path: Path) -> None:
    async with living(tmp_path, provider="opnai") as house:
        found = await suggest(house, TYPED)
    assert isinstance(found, Silence)
    assert found.reason is Reason.FAILED
    assert "did you mean 'openai'?" in found.detail


async def test_after_a_change_the_next_call_goes_to_the_new_service_and_open_answers_finish(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    first, *rest = says("old ", "answer")
    async with (
        serving(Answer(body=[first, go_on.wait, *rest])) as old,
        serving(service("new answer")) as new,
        living(tmp_path, 'provider = "mine"', table("mine", old)) as house,
    ):
        async with aclosing(await house.chat(QUESTION)) as events:
            assert await anext(events) == TextDelta("old ")
            house.configuration.path.write_text('provider = "mine"\n' + table("mine", new))
            house.configure({})
            assert (await read(await house.chat(QUESTION)))[0] == "new answer"
            go_on.set()
            assert (await read(events))[0] == "answer"
        await old.last.closed.wait()
        assert (len(old.received), len(new.received)) == (1, 1)


async def test_a_change_that_is_wrong_leaves_the_old_provider_in_force(tmp_path: Path) -> None:
    async with serving(service("ok")) as server, living(tmp_path, 'provider = "mine"', table("mine", server)) as house:
        assert (await read(await house.chat(QUESTION)))[0] == "ok"
        house.configuration.path.write_text('provider = "mine"\n' + table("mine", "http://far.example/v1"))
        house.configure({})
        assert (await read(await house.chat(QUESTION)))[0] == "ok"
        assert house.status().kind is StatusKind.WARNING
        assert "http is for this machine only; use https" in house.status().message
        house.configuration.path.write_text('provider = "mine"\n' + table("mine", server))
        house.configure({})
        await read(await house.chat(QUESTION))
        assert house.status().kind is StatusKind.NORMAL


async def test_an_editor_chooses_among_the_persons_providers_and_no_address(tmp_path: Path) -> None:
    async with (
        serving(service("ok")) as server,
        living(tmp_path, 'provider = "embedded"', table("mine", server)) as house,
    ):
        house.configure({"provider": "mine", "providers.mine.endpoint": "https://evil.example"})
        assert (await read(await house.chat(QUESTION)))[0] == "ok"
        assert "may only be set in the user file" in house.status().message


async def test_the_doctor_looks_at_what_is_chosen(tmp_path: Path) -> None:
    async with serving(service("ok")) as server:
        spare = table("spare", dead_url())
        async with living(tmp_path, 'provider = "mine"', table("mine", server), spare) as house:
            checks = {check.name: check for check in await house.checks()}
    assert list(checks) == ["settings", "audit record", "stored keys", "provider mine", "provider spare"]
    assert (checks["provider mine"].ok, checks["provider mine"].detail) == (True, f"{server.url} answers")
    # nothing is asked of it, so that it is away is no failure
    assert checks["provider spare"].ok is None


async def test_the_doctor_says_why_stored_keys_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    vault = tmp_path / "data" / "ai-lsp" / "keys" / "vault"
    vault.parent.mkdir(parents=True)
    vault.parent.chmod(0o700)
    for write, expected in ((False, (True, "none")), (True, (False, f"{vault} is open to others"))):
        if write:
            vault.write_text("")
            vault.chmod(0o644)
        async with living(tmp_path) as house:
            [check] = [check for check in await house.checks() if check.name == "stored keys"]
        assert (check.ok, check.detail.partition(",")[0]) == expected


async def test_a_chat_under_a_broken_user_file_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    async with living(tmp_path, "[chat") as house:
        with pytest.raises(
            UnsupportedError, match=r"only the embedded engine answers until the user file is right: .*TOML"
        ):
            await house.chat(QUESTION)


async def test_the_doctor_says_which_key_is_missing(tmp_path: Path) -> None:
    async with living(tmp_path, 'provider = "mistral"') as house:
        [check] = [check for check in await house.checks() if check.name == "provider mistral"]
    assert (check.ok, check.detail) == (False, "its key is missing")
    assert check.next_step == "set MISTRAL_API_KEY, or store a key with `ai-lsp keys set mistral`"


async def test_a_teams_cache_without_its_key_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = '[cache]\nurl = "redis://cache.example"'
    async with living(tmp_path, cache) as house:
        assert house.status().message == (
            "the shared cache is not used: AI_LSP_CACHE_KEY is not set; set it to the team's key, 16 bytes or more"
            " (`openssl rand -hex 32` makes one)"
        )
    monkeypatch.setenv("AI_LSP_CACHE_KEY", "short")
    async with living(tmp_path, cache) as house:
        assert "AI_LSP_CACHE_KEY holds only 5 bytes" in house.status().message
    monkeypatch.setenv("AI_LSP_CACHE_KEY", "0123456789abcdef")
    async with living(tmp_path, '[cache]\nurl = "http://cache.example"') as house:
        assert "cache.url has to begin with redis://" in house.status().message


async def test_plug_ins_that_are_not_there_are_told_once(tmp_path: Path) -> None:
    async with living(tmp_path, 'plugins = ["acme"]') as house:
        await suggest(house, TYPED)
        await house.providers()
        problems = [check.detail for check in await house.checks() if check.name == "setting"]
    assert problems == ["no installed package offers the provider plug-in 'acme'; install it"]


async def test_a_question_waits_for_the_settings_that_the_editor_is_about_to_say(tmp_path: Path) -> None:
    async with (
        serving(service("<COMPLETION>iply()</COMPLETION>")) as server,
        living(tmp_path, table("mine", server)) as house,
    ):
        with house.settings_expected():
            asked = asyncio.ensure_future(suggest(house, TYPED))
            await settle()
            house.configure({"provider": "embedded"})
        found = await asked
        assert isinstance(found, Suggestion)
        assert found.completion.provider == "embedded"
        assert server.received == []


async def test_an_editor_that_never_says_its_settings_gets_answers_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ai_lsp.house.house.SECONDS_TO_SAY", 0.01)
    async with living(tmp_path) as house:
        with house.settings_expected():
            assert isinstance(await suggest(house, TYPED), Suggestion)


async def test_an_editor_that_waits_long_finds_its_answer_under_way(tmp_path: Path) -> None:
    """In the order in which a server lets the house know of its editor."""
    async with (
        serving(service("<COMPLETION>iply(width)</COMPLETION>")) as server,
        living(tmp_path, 'provider = "mine"', table("mine", server)) as house,
    ):
        house.on_refresh(lambda _: None)
        house.start([], ClientInfo("Neovim", "0.12"))
        text, position = split(TYPED)
        house.documents.open(URI, "python", 1, text)
        await house.suggest(URI, position, Trigger.AUTOMATIC)
        house.documents.change(URI, 2, [Change(Range(position, position), "x = typed_on(")])
        async with asyncio.timeout(5):
            while not any(b"typed_on(" in one.body for one in server.received):  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.01)


async def test_what_is_wrong_near_the_cursor_goes_along_with_the_code(tmp_path: Path) -> None:
    async with (
        serving(service("<COMPLETION>iply(width)</COMPLETION>")) as server,
        living(tmp_path, 'provider = "mine"', table("mine", server)) as house,
    ):
        text, position = split(TYPED)
        house.documents.open(URI, "python", 1, text)
        house.diagnostics.tell(URI, [Diagnostic(position.line, Severity.ERROR, "mult is not defined")])
        await house.suggest(URI, position, Trigger.AUTOMATIC)
        assert b"total_roof = mult\\n# error: mult is not defined" in server.received[-1].body
