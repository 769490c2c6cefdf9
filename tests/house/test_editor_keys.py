"""A key that an editor hands over: for one provider, at the address which that provider has now."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ai_lsp.core.errors import AIError, ConfigurationError, UnknownProviderError
from ai_lsp.core.provider_report import KeyChange
from ai_lsp.house.house import House
from ai_lsp.house.private import audit_log
from tests.house.support_house import QUESTION, living, read, service, table
from tests.wire.serving import Server, serving

KEY = "sk-of-the-editor-0123456789abcdef"


async def ask(house: House, provider: str = "mine") -> None:
    await read(await house.chat(QUESTION, provider))


def sent_keys(server: Server) -> list[str]:
    return [request.headers.get("authorization", "") for request in server.received]


def kinds_written() -> list[str]:
    return [entry.kind for entry in audit_log(lambda: 0.0).entries() if entry.kind.startswith("key")]


async def test_it_is_sent_from_the_next_request_on_until_it_is_taken_back(tmp_path: Path) -> None:
    async with serving(service("ok")) as server, living(tmp_path, table("mine", server)) as house:
        await ask(house)
        assert await house.hand_over_key("mine", KEY) == KeyChange("mine", server.url, "editor", "")
        await ask(house)
        (report,) = await house.keys("mine")
        assert report.found == "editor"
        assert await house.hand_over_key("mine", None) == KeyChange("mine", server.url, "editor", "")
        await ask(house)
        assert sent_keys(server) == ["", f"Bearer {KEY}", ""]
    assert await asyncio.to_thread(kinds_written) == ["key handed over by the editor", "key taken back by the editor"]
    assert KEY not in audit_log(lambda: 0.0).path.read_text()


async def test_it_does_not_follow_its_provider_to_another_address(tmp_path: Path) -> None:
    async with (
        serving(service("ok")) as one,
        serving(service("ok")) as two,
        living(tmp_path, table("mine", one)) as house,
    ):
        await house.hand_over_key("mine", KEY)
        (tmp_path / "config.toml").write_text(table("mine", two))
        house.configure({})
        await ask(house)
        (tmp_path / "config.toml").write_text(table("mine", one) + "\n")
        house.configure({})
        await ask(house)
        assert sent_keys(two) == [""]
        assert sent_keys(one) == [f"Bearer {KEY}"]


async def test_a_key_that_is_kept_for_another_address_is_refused(tmp_path: Path) -> None:
    async with serving(service("ok")) as server, living(tmp_path, table("mine", server)) as house:
        with pytest.raises(ConfigurationError, match=r"^the key was kept for another address than http://127.* anew"):
            await house.hand_over_key("mine", KEY, "https://api.example.com")
        await ask(house)
        assert sent_keys(server) == [""]
        await house.hand_over_key("mine", KEY, server.url)
        await ask(house)
        assert sent_keys(server) == ["", f"Bearer {KEY}"]


async def test_a_variable_that_comes_before_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_KEY", "sk-variable")
    async with (
        serving(service("ok")) as server,
        living(tmp_path, table("mine", server, 'api_key_env = "MINE_KEY"')) as house,
    ):
        change = await house.hand_over_key("mine", KEY)
        assert change.hidden_by == "MINE_KEY"
        await ask(house)
        assert sent_keys(server) == ["Bearer sk-variable"]


@pytest.mark.parametrize("key", ["", " ", "two words", "line\nfeed", "sk-\u00e9", "x" * 5000, "nul\0"])
async def test_what_is_no_key_is_refused_in_one_line_that_does_not_repeat_it(tmp_path: Path, key: str) -> None:
    async with living(tmp_path) as house:
        with pytest.raises(ConfigurationError, match=r"^that is not a key: .*$") as refused:
            await house.hand_over_key("openai", key)
    assert not key.strip() or key not in str(refused.value)


@pytest.mark.parametrize("key", [KEY, None])
async def test_an_unknown_provider_is_refused_without_its_name_which_may_be_the_key(
    tmp_path: Path, key: str | None
) -> None:
    async with living(tmp_path) as house:
        with pytest.raises(UnknownProviderError, match=r"^there is no provider of this name; known: anthropic, .*$"):
            await house.hand_over_key(KEY, key)


async def test_a_provider_without_keys_says_so(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        with pytest.raises(ConfigurationError, match=r"^embedded takes no key; it can be used as it is$"):
            await house.hand_over_key("embedded", KEY)


async def test_a_key_for_a_service_makes_it_the_automatic_choice(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        assert (await house.completer("python")).provider == "embedded"  # type: ignore[union-attr]  # nothing is off
        await house.hand_over_key("openai", KEY)
        assert (await house.completer("python")).provider == "openai"  # type: ignore[union-attr]  # see above


async def test_a_key_that_cannot_be_written_down_is_not_used(tmp_path: Path) -> None:
    async with serving(service("ok")) as server, living(tmp_path, table("mine", server)) as house:
        audit = audit_log(lambda: 0.0).path
        audit.mkdir(parents=True)
        audit.parent.chmod(0o700)
        with pytest.raises(AIError, match="audit"):
            await house.hand_over_key("mine", KEY)
        await ask(house)
        assert sent_keys(server) == [""]


async def test_of_a_key_and_its_end_sent_at_once_the_last_one_counts(tmp_path: Path) -> None:
    async with serving(service("ok")) as server, living(tmp_path, table("mine", server)) as house:
        await asyncio.gather(house.hand_over_key("mine", KEY), house.hand_over_key("mine", None))
        await ask(house)
        assert sent_keys(server) == [""]
