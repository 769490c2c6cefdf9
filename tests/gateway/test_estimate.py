from __future__ import annotations

from ai_lsp.gateway import estimate
from tests.gateway.support_gateway import chat_call, completion_call


def test_tokens_are_guessed_from_characters_and_rounded_up() -> None:
    assert [estimate.tokens(characters) for characters in (0, 1, 33, 34, 3300)] == [0, 1, 10, 11, 1000]


def test_everything_that_is_sent_counts() -> None:
    assert estimate.input_tokens(completion_call(prefix="x" * 30, suffix="y" * 3)) == 10
    assert estimate.input_tokens(chat_call(text="x" * 330)) == 100
    assert estimate.output_limit(completion_call()) == 64
    assert estimate.output_limit(chat_call()) == 0
