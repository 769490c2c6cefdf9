"""S25: whichever guard fails, in whatever way of asking, nothing reaches a service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

from ai_lsp.chat.question import Question
from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.completion import Trigger
from ai_lsp.core.errors import AIError
from ai_lsp.core.text import Position
from ai_lsp.house.house import House
from tests.house.support_house import QUESTION, living, read, service, table
from tests.wire.serving import Server, serving

CANARY = "the_telltale_name"
TEXT = f"{CANARY} = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'\ny = "

Ask = Callable[[House, Path], Awaitable[object]]


def broken(*_: object, **__: object) -> None:
    raise RuntimeError(f"out of order: {CANARY}")


async def complete(house: House, file: Path) -> object:
    house.documents.open(file.as_uri(), "python", 1, TEXT)
    return await house.suggest(file.as_uri(), Position(1, 4), Trigger.INVOKED)


async def chat(house: House, _: Path) -> object:
    return await read(await house.chat(QUESTION))


async def chat_about_the_file(house: House, file: Path) -> object:
    house.documents.open(file.as_uri(), "python", 1, TEXT)
    question = Question((ChatMessage("user", "what does this do?"),), uri=file.as_uri())
    async with aclosing(house.ask(question)) as pieces:
        return [piece async for piece in pieces]


EVERY_WAY: tuple[Ask, ...] = (complete, chat, chat_about_the_file)
OF_FILES: tuple[Ask, ...] = (complete, chat_about_the_file)

GUARDS: dict[str, tuple[tuple[Ask, ...], tuple[str, ...]]] = {
    "exclude": (
        OF_FILES,
        (
            "ai_lsp.house.exclusion._look",
            "ai_lsp.house.exclusion._have_changed",
            "ai_lsp.house.exclusion.named_by",
            "ai_lsp.house.exclusion.Exclusion.reason",
        ),
    ),
    "redact": (EVERY_WAY, ("ai_lsp.context.privacy.Outgoing._read",)),
    "scanner": (EVERY_WAY, ("ai_lsp.context.privacy.masked_lines", "ai_lsp.context.redact._suspicious")),
    "hidden characters": (EVERY_WAY, ("ai_lsp.context.privacy.is_plain",)),
    "where code may go": (
        EVERY_WAY,
        ("ai_lsp.context.privacy.Rule.refusal", "ai_lsp.gateway.privacy.PrivacySettings.rule"),
    ),
    "origin": (
        EVERY_WAY,
        (
            "ai_lsp.core.secret.Secret.reveal_for",
            "ai_lsp.transport.client._usable_key",
            "ai_lsp.credentials.environment.EnvironmentKeys.found_in",
        ),
    ),
    "address": (EVERY_WAY, ("ai_lsp.transport.backend.check_address", "ai_lsp.providers.http.parse_endpoint")),
}
"""Guard -> the ways of asking that it stands in, and what of it is out of order."""


async def asked(house: House, ask: Ask, file: Path) -> None:
    with suppress(AIError, RuntimeError):
        await ask(house, file)


def settings(server: Server) -> tuple[str, ...]:
    return 'provider = "mine"', table("mine", server, 'api_key_env = "MINE_KEY"', "retry = { attempts = 1 }")


@pytest.mark.parametrize(
    ("ask", "place"), [(ask, place) for asks, places in GUARDS.values() for ask in asks for place in places]
)
async def test_s25_a_guard_that_fails_lets_nothing_out(
    ask: Ask, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setenv("MINE_KEY", "sk-of-the-person")
    async with serving(service("ok")) as server, living(tmp_path, *settings(server)) as house:
        house.exclusion.within([work])
        with monkeypatch.context() as patched:
            patched.setattr(place, broken)
            await asked(house, ask, work / "a.py")
            # a question may go without the file that it is about; the person is told that the file did not
            sent = [one for one in server.received if ask is not chat_about_the_file or CANARY.encode() in one.body]
            assert sent == []
        # with everything in order it does go out: the silence above was the guard's
        server.received.clear()
        await asked(house, ask, work / "b.py")
        assert ask is chat or CANARY.encode() in server.last.body


@pytest.mark.parametrize("place", ["ai_lsp.settings.trust.Trust.allows", "ai_lsp.house.configuration.parse_endpoint"])
async def test_s25_an_address_whose_trust_cannot_be_found_out_is_not_used(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(service("ok")) as server, living(tmp_path) as house:
        wish = {"kind": "openai-compatible", "model": "m", "endpoint": f"{server.url}/v1"}
        monkeypatch.setattr(place, broken)
        with suppress(RuntimeError):
            house.configure({"provider": "team", "providers.team": wish})
        for ask in EVERY_WAY:
            await asked(house, ask, tmp_path / "a.py")
        assert server.connections == 0


async def test_s25_a_trust_that_nobody_could_write_down_is_not_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(service("ok")) as server, living(tmp_path) as house:
        wish = {"kind": "openai-compatible", "model": "m", "endpoint": f"{server.url}/v1"}
        house.configure({"provider": "team", "providers.team": wish})
        with monkeypatch.context() as patched:
            patched.setattr("ai_lsp.observe.audit.AuditLog._append", broken)
            with pytest.raises(RuntimeError):
                await house.judge(server.url, allowed=True)
        house.configure({"provider": "team", "providers.team": wish})
        for ask in EVERY_WAY:
            await asked(house, ask, tmp_path / "a.py")
        assert server.connections == 0
        await house.judge(server.url, allowed=True)
        await asked(house, chat, tmp_path / "a.py")
        assert server.received
