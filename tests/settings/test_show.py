import pytest

from ai_lsp.settings.layers import Layer, merged
from ai_lsp.settings.schema import Settings
from ai_lsp.settings.show import DEFAULTS, HIDDEN, values_of

FILE = {
    "cache": {"url": "redis://me:s3cret@127.0.0.1/0"},
    "network": {"proxy": "http://me:s3cret@proxy.example:3128"},
    "vault": {"key": "file"},
    "providers": {
        "mine": {
            "kind": "openai",
            "api_key_env": "MY_KEY",
            "headers": {"X-Team": "s3cret"},
            "parameters": {"user": "s3cret"},
            "access_token": "s3cret",
            "max_tokens": 5,
        }
    },
}


def test_what_was_said_is_shown_with_its_layer() -> None:
    found = merged([Layer("file", {"completion": {"max_tokens": 1}}), Layer("editor", {"provider": "ollama"})])
    assert [(value.path, value.value, value.layer) for value in values_of(found)] == [
        ("completion.max_tokens", 1, "file"),
        ("provider", "ollama", "editor"),
    ]


@pytest.mark.parametrize("everything", [True, False])
def test_nothing_that_could_be_a_secret_is_shown(everything: bool) -> None:
    found = {value.path: value.value for value in values_of(merged([Layer("file", FILE)]), everything=everything)}
    assert "s3cret" not in str(found)
    assert found["cache.url"] == "redis://…@127.0.0.1/0"
    assert found["network.proxy"] == "http://…@proxy.example:3128"
    assert found["providers.mine.access_token"] == HIDDEN
    assert found["providers.mine.headers.X-Team"] == HIDDEN
    assert (found["providers.mine.api_key_env"], found["providers.mine.max_tokens"]) == ("MY_KEY", 5)
    assert found["vault.key"] == "file"


def test_all_values_are_those_of_every_setting() -> None:
    found = values_of(merged([]), everything=True)
    assert {value.layer for value in found} == {DEFAULTS}
    assert {value.path.split(".")[0] for value in found} == set(Settings.model_fields) - {"providers", "profiles"}
    assert HIDDEN not in [value.value for value in found]
