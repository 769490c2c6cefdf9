from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.chat.history import around, fit, newest_only
from ai_lsp.chat.question import Attachment, Said
from ai_lsp.core.chat import ChatMessage, Role
from ai_lsp.core.errors import ContextOverflowError
from ai_lsp.prompts.tokens import estimate_tokens


def said(role: Role, content: str, *attachments: Attachment) -> Said:
    return Said(ChatMessage(role, content), attachments)


def file(name: str, text: str, focus: int = 0) -> Attachment:
    return Attachment(f"file {name}", name, f"The file {name}:", "python", text, focus)


def talk(turns: int, words: int = 100) -> list[Said]:
    """Questions and answers, and a last question."""
    messages = [said("user" if number % 2 == 0 else "assistant", f"{number} " * words) for number in range(2 * turns)]
    return [*messages, said("user", "now?")]


def test_without_a_window_everything_is_sent() -> None:
    fitted = fit("be brief", talk(50), None)
    assert (len(fitted.messages), fitted.dropped, fitted.cut) == (102, 0, ())
    assert fitted.messages[0] == ChatMessage("system", "be brief")


def test_the_oldest_go_first_and_what_is_left_begins_with_a_question() -> None:
    for window in range(600, 4000, 100):
        fitted = fit("be brief", talk(50), window)
        system, *rest = fitted.messages
        assert [message.role for message in rest] == ["user", "assistant"] * (len(rest) // 2) + ["user"]
        assert rest[-1].content == "now?"
        assert fitted.dropped == 101 - len(rest)
        assert sum(estimate_tokens(message.content) for message in fitted.messages) < window * 0.75
        assert system.content == "be brief"
    assert fit("be brief", talk(50), 4000).dropped < 101


def test_what_the_client_says_as_the_system_is_kept_behind_our_own_words() -> None:
    fitted = fit("be brief", [said("system", "speak Latin"), *talk(50)], 600)
    assert fitted.messages[0] == ChatMessage("system", "be brief\n\nspeak Latin")


def test_of_a_file_that_was_sent_again_only_the_newest_text_is_sent() -> None:
    old, new, other = file("a.py", "old"), file("a.py", "new"), file("b.py", "b")
    kept = newest_only([said("user", "1", old, other), said("assistant", "2"), said("user", "3", new)])
    assert [one.attachments for one in kept] == [(other,), (), (new,)]
    fitted = fit("", [said("user", "1", old), said("user", "3", new)], None)
    assert [message.content for message in fitted.messages] == [
        "1",
        "The file a.py:\n```python\nnew\n```\n\n3",
    ]


def test_a_file_without_room_is_cut_around_the_selection_and_told() -> None:
    lines = "".join(f"line {number}\n" for number in range(5000))
    fitted = fit("", [said("user", "why?", file("a.py", lines, 2500), file("b.py", "short"))], 2000)
    content = fitted.messages[-1].content
    assert fitted.cut == ("The file a.py:",)
    assert "line 2500\n" in content
    assert content.count("[… left out …]") == 2
    assert content.endswith("The file b.py:\n```python\nshort\n```\n\nwhy?")
    assert estimate_tokens(content) < 1500


def test_a_file_of_which_nothing_would_be_left_is_left_out_and_told() -> None:
    fitted = fit("", [said("user", "why? " * 200, file("a.py", "x\n" * 5000))], 600)
    assert (fitted.cut, fitted.messages[-1].content) == (("The file a.py:",), "why? " * 200)


def test_words_are_never_cut() -> None:
    with pytest.raises(ContextOverflowError, match="the message has about 3,334 tokens, and the model has room for"):
        fit("", [said("user", "x" * 10_000)], 2000)


@given(st.text(st.sampled_from("ab\n\ré😀")), st.integers(-5, 50), st.integers(-10, 200))
def test_around_gives_whole_lines_of_the_text(text: str, focus: int, size: int) -> None:
    found = around(text, focus, size)
    shown = found.removeprefix("[… left out …]\n").removesuffix("[… left out …]\n")
    assert shown in text
    assert found == text or len(shown) <= max(size, 0)


def test_the_line_in_question_and_what_follows_it_come_first() -> None:
    text = "".join(f"{number}\n" for number in range(10, 60))
    shown = around(text, 25, 70).replace("[… left out …]\n", "…")
    assert shown == "…31\n32\n33\n34\n35\n36\n37\n38\n39\n40\n41\n42\n43\n…"
