from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from ai_lsp.core.errors import AIError
from ai_lsp.gateway.breaker import CircuitReport, CircuitState
from ai_lsp.house import choice
from ai_lsp.house import keys as keys_of
from ai_lsp.house import reports as reports_of
from ai_lsp.house.reports import circuit_of, health_of
from ai_lsp.providers.base import Health
from ai_lsp.providers.registry import KINDS
from tests.house.support_house import dead_url, document, living, service, table
from tests.wire.serving import Answer, serving


async def test_every_name_has_a_report_and_no_service_is_asked_without_its_key(tmp_path: Path) -> None:
    async with living(tmp_path, 'provider = "embedded"') as house:
        reports = {report.name: report for report in await house.providers()}
    assert set(reports) == set(KINDS)
    assert (reports["embedded"].active, reports["embedded"].key, reports["embedded"].ok) == (True, "not needed", True)
    assert (reports["mistral"].key, reports["mistral"].ok) == ("missing", None)
    assert reports["mistral"].detail == "set MISTRAL_API_KEY, or store a key with `ai-lsp keys set mistral`"
    assert reports["gemini"].detail == (
        "set GEMINI_API_KEY or GOOGLE_API_KEY, or store a key with `ai-lsp keys set gemini`"
    )
    assert not any(report.configured for report in reports.values())


async def test_a_provider_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    async with living(tmp_path, 'provider = "mine"', table("mine", "https://x.example/v1", "modle = 1")) as house:
        [mine] = [report for report in await house.providers() if report.name == "mine"]
    assert (mine.kind, mine.ok, mine.configured, mine.active) == ("openai-compatible", False, True, True)
    assert "there is no setting 'modle'" in mine.detail


async def test_a_name_that_nobody_has_is_reported_where_it_is_chosen(tmp_path: Path) -> None:
    async with living(tmp_path, provider="mistrl") as house:
        [chosen] = [report for report in await house.providers() if report.active]
    assert (chosen.name, chosen.ok) == ("mistrl", False)
    assert "did you mean 'mistral'?" in chosen.detail


async def test_a_service_that_says_nothing_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports_of, "WITHIN", 0.05)
    monkeypatch.setattr(choice, "WITHIN", 0.05)
    async with serving(Answer(before=asyncio.Event().wait)) as server, living(tmp_path, table("mine", server)) as house:
        [mine] = [report for report in await house.providers() if report.name == "mine"]
    assert not mine.active
    assert (mine.ok, mine.detail) == (False, f"{server.url} did not answer within 0.05 s")


async def test_a_key_for_another_address_has_to_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    async with serving(service("ok")) as server, living(tmp_path, table("mine", server, kind="openai")) as house:
        [mine] = [report for report in await house.providers() if report.name == "mine"]
        assert server.received == []
    assert mine.key == "missing"
    assert mine.detail == f"store the key for {server.url} with `ai-lsp keys set mine`"


async def test_a_key_is_found_and_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-canary")
    named = 'api_key_env = "MY_KEY"'
    async with serving(service("ok")) as server, living(tmp_path, table("mine", server, named)) as house:
        [mine] = [report for report in await house.providers() if report.name == "mine"]
        assert (mine.key, mine.ok) == ("found in MY_KEY", True)
        [key] = await house.keys("mine", ask=True)
        assert (key.found, key.accepted, key.detail) == ("MY_KEY", True, f"{server.url} lists 1 model")
        [key] = await house.keys("mine")
        assert (key.accepted, key.detail) == (None, "")
        names = [report.provider for report in await house.keys()]
        assert names == ["anthropic", "gemini", "grok", "mine", "mistral", "openai"]


async def test_a_key_that_is_refused_is_told_from_a_service_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-canary")
    monkeypatch.setattr(keys_of, "WITHIN", 0.5)
    refusal = document({"error": {"message": "bad key sk-canary"}}, 401)
    named = 'api_key_env = "MY_KEY"'
    async with serving(refusal) as server:
        away = table("away", dead_url(), named)
        async with living(tmp_path, table("mine", server, named), away) as house:
            found = {report.provider: report for report in await house.keys(ask=True) if report.found}
    assert found["mine"].accepted is False
    assert "canary" not in str(found)
    assert found["away"].accepted is None
    assert "nobody answers" in found["away"].detail


async def test_an_unknown_name_is_an_error_and_one_without_a_key_an_empty_list(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        assert await house.keys("ollama", ask=True) == []
        with pytest.raises(AIError, match="unknown provider 'x'"):
            await house.keys("x", ask=True)


def circuit(state: CircuitState, failures: int = 0) -> CircuitReport:
    return CircuitReport("mine", "http://127.0.0.1", state, failures, 12.3)


@pytest.mark.parametrize(
    ("seen", "ok", "detail"),
    [
        (circuit(CircuitState.CLOSED), True, "mine answers calls"),
        (circuit(CircuitState.CLOSED, 2), True, "mine answers calls, 2 of its last calls failed"),
        (circuit(CircuitState.OPEN, 5), False, "mine failed too often and is left alone for 12 s more"),
        (circuit(CircuitState.HALF_OPEN, 5), False, "mine failed too often; the next call shows whether it is back"),
    ],
)
def test_health_is_what_the_last_calls_showed(seen: CircuitReport, ok: bool, detail: str) -> None:
    assert health_of(seen) == Health(ok, detail)


def test_a_new_address_starts_without_a_past() -> None:
    before, now = (replace(circuit(CircuitState.OPEN), origin=origin) for origin in ("http://old", "http://new"))
    assert circuit_of([before, now], "mine", "http://new") is now
    assert circuit_of([before], "mine", "http://new") is None
    assert circuit_of([before], "other", "http://old") is None
