from typing import Any

import pytest

from ai_lsp.settings.editor import HARMLESS, read_editor
from ai_lsp.settings.paths import is_setting


@pytest.mark.parametrize("sent", [
    {"completion": {"maxTokens": 7}},
    {"completion.maxTokens": 7},
    {"completion": {"max_tokens": 7}},
])  # fmt: skip
def test_an_editor_may_spell_a_setting_nested_or_dotted(sent: dict[str, Any]) -> None:
    says = read_editor(sent)
    assert (says.layer.values, says.problems) == ({"completion": {"max_tokens": 7}}, [])


def test_what_a_person_has_not_set_says_nothing() -> None:
    says = read_editor({"provider": None, "completion": {"model": None}, "providers": {}, "chat": None})
    assert (says.layer.values, says.providers, says.problems) == ({}, {}, [])


def test_what_an_editor_keeps_for_itself_is_none_of_our_business() -> None:
    says = read_editor({"trace": {"server": "verbose"}, "server.path": "/usr/bin/ai-lsp", "client.ghostText": True})
    assert (says.layer.values, says.providers, says.problems) == ({}, {}, [])


@pytest.mark.parametrize("sent", [
    {"providers": {"mine": {"headers": {"X": "1"}}}},
    {"providers.mine.headers": {"X": "1"}},
    {"providers": {"mine.headers": {"X": "1"}}},
    {"providers.mine": {"headers": {"X": "1"}}},
    {"providers": {"mine": {"headers.X": "1"}}},
    {"providers.mine.apiKeyEnv": "AWS_SECRET_ACCESS_KEY"},
    {"providers.mine.endpoint": {"https://evil.example": 1}},
    {"providers": ["https://evil.example"]},
    {"fallback": ["mine"]},
    {"localToCloud": True},
    {"plugins": ["evil"]},
    {"profile": "lax"},
    {"cache": {"url": "redis://evil.example"}},
])  # fmt: skip
def test_an_editor_may_not_say_where_code_is_sent(sent: dict[str, Any]) -> None:
    says = read_editor(sent)
    assert (says.layer.values, says.providers) == ({}, {})
    assert [problem.message for problem in says.problems] == ["may only be set in the user file"]


@pytest.mark.parametrize("sent", [
    {"providers": {"team": {"kind": "openai", "endpoint": "https://ai.example"}}},
    {"providers.team": {"kind": "openai", "endpoint": "https://ai.example"}},
    {"providers": {"team.kind": "openai"}, "providers.team.endpoint": "https://ai.example"},
])  # fmt: skip
def test_a_provider_that_it_describes_is_a_wish_and_no_setting(sent: dict[str, Any]) -> None:
    says = read_editor(sent)
    assert (says.layer.values, says.problems) == ({}, [])
    assert says.providers == {"team": {"kind": "openai", "endpoint": "https://ai.example"}}


def test_a_name_that_does_not_exist_is_told_with_one_that_does() -> None:
    [problem] = read_editor({"completion.maxTokns": 5}).problems
    assert str(problem) == "editor: completion.maxTokns: there is no such setting; did you mean max_tokens?"


def test_an_endless_object_is_not_read_to_its_end() -> None:
    says = read_editor({f"x{n}": n for n in range(5000)} | {"provider": "late"})
    assert "more than 1000 settings" in str(says.problems[-1])
    assert says.layer.values == {}


def test_a_bottomless_object_is_one_problem() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(900):
        inner["a"] = inner = {}
    inner["a"] = 1
    assert len(read_editor(deep).problems) == 1


def test_everything_that_is_harmless_exists() -> None:
    assert all(map(is_setting, HARMLESS))


def test_nothing_that_is_harmless_names_a_place_or_a_secret() -> None:
    words = {part for path in HARMLESS for name in path for part in name.split("_")}
    assert not words & {
        "endpoint",
        "url",
        "key",
        "token",
        "header",
        "headers",
        "proxy",
        "path",
        "command",
        "env",
        "file",
    }
