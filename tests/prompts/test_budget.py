from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.prompts.budget import fit, shrink, shrink_messages, shrink_ratio
from ai_lsp.prompts.tokens import estimate_tokens

LINES = "".join(f"line_{number} = {number}\n" for number in range(1000))


def tokens(prompt: CompletionPrompt) -> int:
    return estimate_tokens(prompt.prefix) + estimate_tokens(prompt.suffix)


def test_tokens_are_rather_too_many() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("return a + b") == 4
    assert estimate_tokens("日本語") == 5


def test_what_fits_stays_as_it_is() -> None:
    prompt = CompletionPrompt("a = 1\n", "b = 2\n", "python")
    assert fit(prompt, None) is prompt
    assert fit(prompt, 8000) is prompt
    assert shrink(prompt, 1.0) is prompt


def test_what_is_far_from_the_cursor_goes_first_and_whole_lines_stay() -> None:
    prompt = fit(CompletionPrompt(LINES, LINES, "python", max_tokens=64), 1000)
    assert LINES.endswith(prompt.prefix)
    assert prompt.prefix.startswith("line_")
    assert LINES.startswith(prompt.suffix)
    assert prompt.suffix.endswith("\n")
    assert len(prompt.prefix) > 2 * len(prompt.suffix)
    assert tokens(prompt) <= 1000 - 64


def test_room_that_one_side_does_not_need_goes_to_the_other() -> None:
    assert len(fit(CompletionPrompt("x = ", LINES, "python"), 1000).suffix) > 2000
    assert len(fit(CompletionPrompt(LINES, "", "python"), 1000).prefix) > 2000


@given(st.text(max_size=300), st.text(max_size=300), st.integers(0, 200))
def test_a_prompt_is_never_longer_than_its_window(prefix: str, suffix: str, window: int) -> None:
    prompt = fit(CompletionPrompt(prefix, suffix, "python", max_tokens=0), window)
    assert tokens(prompt) <= window + 1
    assert prefix.endswith(prompt.prefix)
    assert suffix.startswith(prompt.suffix)


def test_reported_numbers_say_how_much_has_to_go() -> None:
    assert shrink_ratio(1000, 2000) == pytest.approx(0.45)
    assert shrink_ratio(1000, 2000, answer=200) == pytest.approx(0.36)
    assert shrink_ratio(None, None) == 0.5
    assert shrink_ratio(10, 10_000_000) == 0.05


def test_old_turns_of_a_conversation_go_first() -> None:
    talk = (
        ChatMessage("system", "Be brief."),
        ChatMessage("user", "a" * 1000),
        ChatMessage("assistant", "b" * 1000),
        ChatMessage("user", "And now?"),
    )
    assert shrink_messages(talk, 1.0) == talk
    assert shrink_messages(talk, 0.6) == (talk[0], talk[2], talk[3])
    assert shrink_messages(talk, 0.1) == (talk[0], talk[3])


def test_one_long_message_loses_its_middle() -> None:
    [message] = shrink_messages([ChatMessage("user", "Explain this:\n" + LINES + "Be brief.")], 0.5)
    assert message.content.startswith("Explain this:")
    assert message.content.endswith("Be brief.")
    assert "[…]" in message.content
    assert len(message.content) < len(LINES) * 0.55


def test_a_large_window_is_no_reason_to_send_a_large_file() -> None:
    assert tokens(fit(CompletionPrompt(LINES * 50, LINES, "python"), 1_000_000, 4096)) <= 4096
    assert tokens(fit(CompletionPrompt(LINES * 50, LINES, "python"), 300, 4096)) <= 300
    assert tokens(fit(CompletionPrompt(LINES * 50, LINES, "python"), None, 100)) <= 100


def test_while_somebody_types_the_beginning_of_the_prompt_stays_the_same() -> None:
    typed = "".join(f"name_{number} = compute({number})\n" for number in range(8))
    prompts = [fit(CompletionPrompt(LINES + typed[:end], LINES, "python"), 8000, 2000) for end in range(len(typed))]
    starts = {prompt.prefix[:100] for prompt in prompts}
    assert len(starts) <= 2
    assert len({prompt.suffix for prompt in prompts}) == 1
