from __future__ import annotations

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.providers.options import HTTPOptions, read_options
from ai_lsp.providers.services import ProviderSettings


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"temprature": 1}, "[providers.work] there is no setting 'temprature'; did you mean 'temperature'?"),
        ({"colour": 1}, "[providers.work] there is no setting 'colour'; known: allow_http, context_window,"),
        ({"temperature": 3}, "[providers.work] temperature: input should be less than or equal to 2"),
        ({"thinking": "hard"}, "[providers.work] thinking: input should be 'auto', 'off', 'low', 'medium' or 'high'"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(options: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_options(HTTPOptions, ProviderSettings("work", "openai", options=options))
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)
    assert caught.value.provider == "work"


def test_without_options_nothing_is_set() -> None:
    options = read_options(HTTPOptions, ProviderSettings("work", "openai"))
    assert options.temperature is None
    assert options.parameters == {}


def test_every_option_is_documented() -> None:
    from ai_lsp.providers import anthropic, gemini, llamacpp, mistral, ollama, openai, openai_compatible

    for module in (anthropic, gemini, llamacpp, mistral, ollama, openai, openai_compatible):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, HTTPOptions):
                for name, field in kind.model_fields.items():
                    assert field.description, f"{kind.__name__}.{name}"
