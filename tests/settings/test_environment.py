import pytest

from ai_lsp.settings.environment import VARIABLES, environment_layer
from ai_lsp.settings.layers import merged


def test_environment_variables_choose_provider_and_model() -> None:
    layer = environment_layer({"AI_LSP_PROVIDER": "ollama", "AI_LSP_MODEL": "qwen", "AI_LSP_PROFILE": "work"})
    assert layer.values == {"provider": "ollama", "completion": {"model": "qwen"}, "profile": "work"}


@pytest.mark.parametrize(
    ("variable", "text", "path", "value"),
    [
        ("AI_LSP_COMPLETION_MAX_TOKENS", "32", ("completion", "max_tokens"), 32),
        ("AI_LSP_COMPLETION_ENABLED", "false", ("completion", "enabled"), False),
        ("AI_LSP_COMPLETION_DISABLED_LANGUAGES", '["markdown"]', ("completion", "disabled_languages"), ["markdown"]),
        ("AI_LSP_CHAT_MODEL", "4", ("chat", "model"), "4"),
    ],
)
def test_a_value_has_the_type_of_its_setting(variable: str, text: str, path: tuple[str, str], value: object) -> None:
    found = merged([environment_layer({variable: text})])
    assert getattr(getattr(found.settings, path[0]), path[1]) == value
    assert (found.sources, found.problems) == ({path: "environment"}, [])


def test_a_value_of_a_wrong_type_is_told() -> None:
    [problem] = merged([environment_layer({"AI_LSP_COMPLETION_MAX_TOKENS": "many"})]).problems
    assert str(problem) == "environment: completion.max_tokens: has to be a whole number"


def test_variables_of_other_meaning_and_empty_ones_set_nothing() -> None:
    environment = {
        "HOME": "/",
        "AI_LSP_PROVIDER": "",
        "AI_LSP_PROVIDERS_MINE_ENDPOINT": "https://evil.example",
        "OPENAI_BASE_URL": "https://evil.example",
    }
    assert environment_layer(environment).values == {}


def test_no_variable_names_a_place() -> None:
    assert not [name for name in VARIABLES if any(word in name for word in ("ENDPOINT", "URL", "PROXY", "PLUGIN"))]
