from __future__ import annotations

from typing import Any

import pytest

from ai_lsp.providers.learning import Learned

SCOPE = ("https://api.example.com", "model-1")


@pytest.mark.parametrize(
    ("named", "body", "left"),
    [
        ("temperature", {"model": "m", "temperature": 1}, {"model": "m"}),
        ("thinking.type", {"thinking": {"type": "disabled"}, "stop": []}, {"stop": []}),
        ("type", {"thinking": {"type": "disabled"}}, {}),
        ("reasoning.effort", {"reasoning": {"effort": "none"}}, {}),
        ("stop_sequences", {"generationConfig": {"stopSequences": [], "topP": 1}}, {"generationConfig": {"topP": 1}}),
        (
            "generation_config.thinking_config.thinking_budget",
            {"generationConfig": {"thinkingConfig": {}, "topP": 1}},
            {"generationConfig": {"topP": 1}},
        ),
        ("max_tokens", {"max_tokens": 5}, {"max_completion_tokens": 5}),
        ("max_completion_tokens", {"max_completion_tokens": 5}, {"max_tokens": 5}),
        ("reasoning_effort", {"reasoning_effort": "none"}, {}),
    ],
)
def test_what_is_refused_is_left_out(named: str, body: dict[str, Any], left: dict[str, Any]) -> None:
    learned = Learned()
    assert learned.learn(SCOPE, named, body)
    assert learned.apply(SCOPE, body) == left
    assert learned.apply(("https://api.example.com", "model-2"), body) == body


@pytest.mark.parametrize("named", ["model", "messages", "messages[0].role", "prompt", "unheard_of", ""])
def test_what_a_request_is_made_of_is_never_left_out(named: str) -> None:
    assert not Learned().learn(SCOPE, named, {"model": "m", "messages": [{"role": "user"}], "prompt": "x"})


def test_softer_values_are_tried_one_after_the_other() -> None:
    learned, body = Learned(), {"reasoning_effort": "none"}
    seen = []
    for _ in range(3):
        sent = learned.apply(SCOPE, body)
        seen.append(sent["reasoning_effort"])
        learned.learn(SCOPE, "reasoning_effort", sent, value_only=True)
    assert learned.has_softened(SCOPE, "reasoning_effort")
    assert seen == ["none", "minimal", "low"]
    assert learned.apply(SCOPE, body) == {}


def test_when_both_names_are_refused_neither_is_sent() -> None:
    learned, body = Learned(), {"max_tokens": 5}
    learned.learn(SCOPE, "max_tokens", body)
    learned.learn(SCOPE, "max_completion_tokens", learned.apply(SCOPE, body))
    assert learned.apply(SCOPE, body) == {}


def test_a_refusal_can_be_asked_for() -> None:
    learned = Learned()
    learned.learn(SCOPE, "thinking", {"thinking": {}})
    assert learned.has_refused(SCOPE, "thinking")
    assert not learned.has_refused(SCOPE, "stop")
