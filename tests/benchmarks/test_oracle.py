from __future__ import annotations

from benchmarks.keystrokes.oracle import Oracle
from benchmarks.keystrokes.upstream import Asked, shared_prefixes

TRUTH = "return total + rate * days\n"


def oracle(errors: float = 0.0) -> Oracle:
    made = Oracle(errors, "seed")
    made.begin(TRUTH)
    made.typed("def cost(total):\n    ", 0)
    made.typed("def cost(total):\n    return", 6)
    return made


def test_a_model_without_errors_goes_on_where_the_prompt_ends() -> None:
    prompt = "<|fim_prefix|>def cost(total):\n    return<|fim_suffix|>\nprint()<|fim_middle|>"
    assert "".join(oracle().tokens(prompt, 100)) == TRUTH[6:]


def test_an_older_place_is_found_in_a_prompt_that_comes_late() -> None:
    asked = oracle()
    assert "".join(asked.tokens("def cost(total):\n    ", 2)) == TRUTH[:8]
    assert asked.lost == 0


def test_a_prompt_without_a_known_place_is_counted() -> None:
    asked = oracle()
    assert list(asked.tokens("something else", 1)) == [TRUTH[6:10]]
    assert asked.lost == 1


def test_the_same_question_gets_the_same_wrong_answer() -> None:
    answers = {"".join(oracle(1.0).tokens("def cost(total):\n    return", 3)) for _ in range(3)}
    assert len(answers) == 1
    assert not answers & {TRUTH[6:18]}


def test_prompts_are_compared_with_the_one_before_about_the_same_text() -> None:
    stables = [(1, "abcd"), (1, "abcdefgh"), (2, "xyz"), (2, "xy")]
    asked = [Asked(0.0, task, text, text) for task, text in stables]
    assert shared_prefixes(asked) == [0.5, 1.0]
