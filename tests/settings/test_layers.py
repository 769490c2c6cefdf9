from pathlib import Path
from typing import Any

import pytest

from ai_lsp.settings.layers import Layer, editor_layer, environment_layer, file_layer, merged


def test_without_any_layer_the_defaults_hold() -> None:
    settings, problems = merged([])
    assert settings.provider == "auto"
    assert settings.completion.enabled
    assert problems == []


def test_later_layers_win_value_by_value() -> None:
    settings, problems = merged([
        Layer("file", {"provider": "ollama", "completion": {"max_tokens": 32}}),
        Layer("command line", {"provider": "embedded"}),
    ])  # fmt: skip
    assert (settings.provider, settings.completion.max_tokens, problems) == ("embedded", 32, [])


def test_every_problem_is_told_at_once_with_its_layer_and_path() -> None:
    settings, problems = merged([
        Layer("config.toml", {
            "completion": {"max_tokens": "many", "min_confidence": 0.9, "enabeld": False},
            "provders": {},
        }),
    ])  # fmt: skip
    assert sorted(map(str, problems)) == [
        "config.toml: completion.enabeld: there is no such setting; did you mean enabled?",
        "config.toml: completion.max_tokens: input should be a valid integer",
        "config.toml: provders: there is no such setting; did you mean providers?",
    ]
    assert settings.completion.min_confidence == 0.9
    assert settings.completion.max_tokens == 64


def test_a_wrong_value_leaves_that_of_the_layer_below_in_force() -> None:
    settings, problems = merged([
        Layer("file", {"completion": {"max_tokens": 99}}),
        Layer("editor", {"completion": {"max_tokens": -1}}),
    ])  # fmt: skip
    assert settings.completion.max_tokens == 99
    assert [problem.layer for problem in problems] == ["editor"]


@pytest.mark.parametrize("sent", [
    {"completion": {"maxTokens": 7}},
    {"completion.maxTokens": 7},
])  # fmt: skip
def test_an_editor_may_spell_a_setting_nested_or_dotted(sent: dict[str, Any]) -> None:
    layer, problems = editor_layer(sent)
    assert (layer.values, problems) == ({"completion": {"max_tokens": 7}}, [])


@pytest.mark.parametrize("sent", [
    {"providers": {"mine": {"kind": "openai", "endpoint": "https://evil.example"}}},
    {"providers.mine.endpoint": "https://evil.example"},
    {"providers": {"mine.endpoint": "https://evil.example"}},
    {"providers.mine": {"endpoint": "https://evil.example"}},
    {"fallback": ["mine"]},
])  # fmt: skip
def test_an_editor_may_not_say_where_code_is_sent(sent: dict[str, Any]) -> None:
    layer, problems = editor_layer(sent)
    assert layer.values == {}
    assert all("may only be set in the user file" in str(problem) for problem in problems)
    assert problems


def test_environment_variables_choose_provider_and_model() -> None:
    layer = environment_layer({"AI_LSP_PROVIDER": "ollama", "AI_LSP_MODEL": "qwen", "HOME": "/"})
    assert layer.values == {"provider": "ollama", "completion": {"model": "qwen"}}


def test_a_missing_user_file_is_no_problem(tmp_path: Path) -> None:
    assert file_layer(tmp_path / "config.toml")[1] == []


@pytest.mark.parametrize("content", [b"provider = ", b"\xff\xfe"])
def test_a_broken_user_file_is_one_clear_line_and_the_defaults_hold(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    layer, problems = file_layer(path)
    assert layer.values == {}
    assert len(problems) == 1
    assert str(path) in str(problems[0])
    assert "not in force" in str(problems[0])
    assert "\n" not in str(problems[0])


def test_a_provider_may_have_a_dot_in_its_name_and_options_of_its_own() -> None:
    settings, problems = merged([
        Layer("file", {"providers": {"qwen2.5": {"kind": "ollama", "num_ctx": 8192}}}),
    ])  # fmt: skip
    assert problems == []
    assert settings.providers["qwen2.5"].model_extra == {"num_ctx": 8192}
