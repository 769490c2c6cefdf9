from typing import Any

import pytest

from ai_lsp.settings.layers import Layer, merged, problems_of, unknown_providers
from ai_lsp.settings.schema import Profile


def told(*layers: Layer) -> list[str]:
    return sorted(map(str, merged(layers).problems))


def test_without_any_layer_the_defaults_hold() -> None:
    found = merged([])
    assert found.settings.provider == "auto"
    assert found.settings.completion.enabled
    assert (found.problems, found.sources) == ([], {})


def test_later_layers_win_value_by_value_and_each_value_has_its_layer() -> None:
    found = merged([
        Layer("file", {"provider": "ollama", "completion": {"max_tokens": 32, "enabled": False}}),
        Layer("command line", {"completion": {"enabled": True}}),
    ])  # fmt: skip
    settings = found.settings
    assert (settings.provider, settings.completion.max_tokens, settings.completion.enabled) == ("ollama", 32, True)
    assert found.sources == {
        ("provider",): "file",
        ("completion", "max_tokens"): "file",
        ("completion", "enabled"): "command line",
    }
    assert found.problems == []


def test_every_problem_is_told_at_once_with_its_layer_and_path() -> None:
    found = merged([
        Layer("config.toml", {
            "completion": {"max_tokens": "many", "min_confidence": 0.9, "enabeld": False},
            "provders": {},
            "providers": {"mine": {"kind": "openai", "timeout": {"totl": 3}}},
            "profiles": {"work": {"chat": {"modle": "x"}}},
        }),
    ])  # fmt: skip
    assert sorted(map(str, found.problems)) == [
        "config.toml: completion.enabeld: there is no such setting; did you mean enabled?",
        "config.toml: completion.max_tokens: has to be a whole number",
        "config.toml: profiles.work.chat.modle: there is no such setting; did you mean model?",
        "config.toml: provders: there is no such setting; did you mean providers?",
        "config.toml: providers.mine.timeout.totl: there is no such setting; did you mean total?",
    ]
    assert found.settings.completion.min_confidence == 0.9
    assert found.settings.completion.max_tokens == 64


def test_a_wrong_value_leaves_that_of_the_layer_below_in_force() -> None:
    found = merged([
        Layer("file", {"completion": {"max_tokens": 99}}),
        Layer("editor", {"completion": {"max_tokens": -1}}),
    ])  # fmt: skip
    assert found.settings.completion.max_tokens == 99
    assert [problem.layer for problem in found.problems] == ["editor"]


def test_a_provider_with_a_mistake_is_not_there_instead_of_being_another_one() -> None:
    table = {"kind": "openai", "endpoint": 5}
    found = merged([Layer("file", {"provider": "mine", "providers": {"mine": table}})])
    assert found.settings.providers == {}
    assert [problem.path for problem in found.problems] == ["providers.mine.endpoint"]


def test_a_provider_without_its_kind_is_told_and_left_out() -> None:
    assert told(Layer("file", {"providers": {"mine": {"model": "m"}}})) == ["file: providers.mine.kind: is missing"]
    assert merged([Layer("file", {"providers": {"mine": {"model": "m"}}})]).settings.providers == {}


def test_a_layer_may_change_one_value_of_a_provider_below() -> None:
    found = merged([
        Layer("file", {"providers": {"mine": {"kind": "openai", "model": "small", "num": 1}}}),
        Layer("profile", {"providers": {"mine": {"model": "large"}}}, Profile),
    ])  # fmt: skip
    mine = found.settings.providers["mine"]
    assert (mine.kind, mine.model, mine.model_extra, found.problems) == ("openai", "large", {"num": 1}, [])


@pytest.mark.parametrize(
    ("layer", "completes", "chats"),
    [
        ({"provider": "other"}, (None, None), (None, None)),
        ({"provider": "other", "completion": {"model": "b"}}, (None, "b"), (None, None)),
        ({"completion": {"provider": "other"}}, ("other", None), ("mine", "c")),
        ({"completion": {"model": "b"}}, ("mine", "b"), ("mine", "c")),
        ({"chat": {"provider": "other", "model": "d"}}, ("mine", "a"), ("other", "d")),
    ],
)
def test_who_chooses_a_provider_means_it_without_another_ones_model(
    layer: dict[str, Any], completes: tuple[Any, Any], chats: tuple[Any, Any]
) -> None:
    below = {"completion": {"provider": "mine", "model": "a"}, "chat": {"provider": "mine", "model": "c"}}
    settings = merged([Layer("file", below), Layer("editor", layer)]).settings
    assert (settings.completion.provider, settings.completion.model) == completes
    assert (settings.chat.provider, settings.chat.model) == chats


def test_a_provider_that_does_not_exist_is_told_with_one_that_does() -> None:
    layer = Layer("file", {"provider": "olama", "completion": {"provider": "mine"}})
    [(path, problem)] = unknown_providers(layer, {"ollama", "mine"})
    assert path == ("provider",)
    assert str(problem) == "file: provider: there is no provider 'olama'; did you mean ollama?"


def test_one_layer_does_not_bury_the_others_under_its_problems() -> None:
    assert len(told(Layer("file", {f"wrong{n}": n for n in range(500)}))) == 20


def test_names_that_somebody_else_chose_are_shown_in_one_line() -> None:
    [(_, problem)] = problems_of(Layer("file", {"a\nb\x1b[31m": 1}))
    assert str(problem).startswith("file: a?b?[31m: there is no such setting")


def test_a_provider_may_have_a_dot_in_its_name_and_options_of_its_own() -> None:
    found = merged([Layer("file", {"providers": {"qwen2.5": {"kind": "ollama", "num_ctx": 8192}}})])
    assert found.problems == []
    assert found.settings.providers["qwen2.5"].model_extra == {"num_ctx": 8192}
