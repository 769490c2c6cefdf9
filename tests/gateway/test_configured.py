from typing import Any

import pytest

from ai_lsp.gateway.call import Deadlines
from ai_lsp.gateway.configured import deadlines_of, gateway_settings
from ai_lsp.settings.layers import Layer, merged

FILE = {
    "fallback": ["ollama", "embedded"],
    "quota": {"money_per_month": 20.0, "requests_per_day": 500},
    "cache": {"ttl": 60.0},
    "completion": {"embedded_first": 0.9},
    "providers": {
        "work": {
            "kind": "anthropic",
            "timeout": {"first_token": 5.0, "total": 60.0},
            "retry": {"attempts": 2},
            "rate_limit": {"requests_per_minute": 60, "tokens_per_minute": 100_000, "concurrent": 8},
        }
    },
}


def test_what_the_person_sets_reaches_the_stages() -> None:
    in_force = merged([Layer("file", FILE)])
    assert in_force.problems == []
    gateway = gateway_settings(in_force.settings)
    assert gateway.embedded_first == 0.9
    assert gateway.fallback.chain == ("ollama", "embedded")
    assert not gateway.fallback.local_to_cloud
    assert gateway.cache.ttl == 60.0
    assert (gateway.quota.money_per_month, gateway.quota.requests_per_day) == (20.0, 500)
    work = gateway.limits("work")
    assert work.retry.attempts == 2
    assert (work.rate_limit.requests_per_minute, work.rate_limit.tokens_per_minute) == (60, 100_000)
    assert work.admission.running == 8


def test_each_provider_has_its_own_deadlines() -> None:
    settings = merged([Layer("file", FILE)]).settings
    assert deadlines_of(settings, "work") == Deadlines(first_content=5.0, total=60.0)
    assert deadlines_of(settings, "other") == Deadlines()


@pytest.mark.parametrize(
    ("tables", "provider", "origin", "may_go"),
    [
        ({}, "openai", "https://api.openai.com", True),
        ({"privacy": {"level": "machine"}}, "openai", "https://api.openai.com", False),
        ({"privacy": {"level": "machine"}}, "ollama", "http://127.0.0.1:11434", True),
        ({"privacy": {"level": "hosts-i-control", "hosts": ["GPU.lan"]}}, "mine", "https://gpu.lan", True),
        ({"providers": {"mine": {"kind": "ollama"}}}, "mine", "https://gpu.lan", False),
        (
            {"providers": {"mine": {"kind": "llamacpp"}}, "privacy": {"hosts": ["gpu.lan"]}},
            "mine",
            "https://gpu.lan",
            True,
        ),
        ({"providers": {"mine": {"kind": "ollama", "privacy": "anywhere"}}}, "mine", "https://gpu.lan", True),
        (
            {"providers": {"mine": {"kind": "openai", "privacy": "anywhere"}}, "privacy": {"level": "machine"}},
            "mine",
            "https://api.openai.com",
            True,
        ),
    ],
)
def test_s23_local_means_local_unless_the_person_says_otherwise(
    tables: dict[str, Any], provider: str, origin: str, may_go: bool
) -> None:
    privacy = gateway_settings(merged([Layer("file", tables)]).settings).privacy
    assert (privacy.rule(provider).refusal(origin) is None) is may_go


def test_a_pattern_that_means_nothing_is_a_problem_of_the_user_file() -> None:
    [problem] = merged([Layer("file", {"privacy": {"exclude": ["!"]}})]).problems
    assert str(problem).startswith("file: privacy.exclude: ")
