from __future__ import annotations

import pytest

from ai_lsp.chat.conversations import Conversations, UnknownConversationError
from ai_lsp.chat.question import Attachment, Said
from ai_lsp.core.chat import ChatMessage


def said(content: str, attached: str = "") -> Said:
    return Said(ChatMessage("user", content), (Attachment("k", "u", "l", "", attached),) if attached else ())


def test_a_conversation_goes_on_under_its_id() -> None:
    conversations = Conversations()
    first, second = conversations.begin(), conversations.begin()
    conversations.add(first, said("a"), said("b"))
    conversations.add(first, said("c"))
    assert [one.message.content for one in conversations.said(first)] == ["a", "b", "c"]
    assert conversations.said(second) == conversations.said(None) == ()


def test_ids_cannot_be_guessed_and_unknown_ones_say_what_to_do() -> None:
    conversations = Conversations()
    assert len({conversations.begin() for _ in range(50)}) == 50
    for unknown in ("", "c1", "x" * 10_000):
        with pytest.raises(UnknownConversationError, match="send its messages again, without conversationId"):
            conversations.said(unknown)


def test_the_one_that_was_silent_longest_is_forgotten_first() -> None:
    conversations = Conversations(most=2)
    first, second = conversations.begin(), conversations.begin()
    conversations.add(first, said("a"))
    conversations.begin()
    assert len(conversations) == 2
    assert conversations.said(first)
    with pytest.raises(UnknownConversationError):
        conversations.said(second)


def test_memory_is_bounded_with_the_code_that_was_attached() -> None:
    conversations = Conversations(most_characters=100)
    first = conversations.begin()
    conversations.add(first, said("a" * 40))
    second = conversations.begin()
    conversations.add(second, said("b", attached="b" * 80))
    with pytest.raises(UnknownConversationError):
        conversations.said(first)


def test_a_single_one_that_is_too_long_loses_its_beginning_and_keeps_the_last_question_and_answer() -> None:
    conversations = Conversations(most_characters=100)
    only = conversations.begin()
    for number in range(10):
        conversations.add(only, said(f"{number}" * 30), said(f"{number}" * 30))
    assert [one.message.content[0] for one in conversations.said(only)] == ["8", "9", "9"]
    conversations.add(only, said("x" * 300), said("y" * 300))
    assert [one.message.content[0] for one in conversations.said(only)] == ["x", "y"]


def test_one_that_was_forgotten_while_its_answer_came_begins_anew() -> None:
    conversations = Conversations(most=1)
    first = conversations.begin()
    conversations.begin()
    conversations.add(first, said("a"))
    assert len(conversations.said(first)) == 1
