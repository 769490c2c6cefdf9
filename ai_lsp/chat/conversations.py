"""Conversations that go on: what was said so far, by the id that the editor was told.

In memory only, and bounded: the conversation that was silent for the longest time is forgotten first. What must never
happen: an id leads to somebody else's conversation.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict

from ai_lsp.chat.question import Said
from ai_lsp.core.errors import BadRequestError

MOST = 100
MOST_CHARACTERS = 16_000_000
"""Of all conversations together. Each keeps at least its newest question and answer."""


class UnknownConversationError(BadRequestError):
    """No conversation has this id, or none any more."""


class Conversations:
    def __init__(self, most: int = MOST, most_characters: int = MOST_CHARACTERS) -> None:
        self._most = most
        self._most_characters = most_characters
        self._said: OrderedDict[str, tuple[Said, ...]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return len(self._said)

    def said(self, conversation: str | None) -> tuple[Said, ...]:
        """What was said so far; nothing for a new conversation. Raises UnknownConversationError."""
        if conversation is None:
            return ()
        if conversation not in self._said:
            raise UnknownConversationError(
                "this conversation is not known (any more); send its messages again, without conversationId"
            )
        return self._said[conversation]

    def begin(self) -> str:
        """The id of a new conversation: one that nobody can guess, and that no other run of the server has had."""
        conversation = secrets.token_urlsafe(12)
        self._put(conversation, ())
        return conversation

    def add(self, conversation: str, *said: Said) -> None:
        """Go on with a conversation; one that was forgotten meanwhile begins anew."""
        self._put(conversation, (*self._said.get(conversation, ()), *said))

    def _put(self, conversation: str, said: tuple[Said, ...]) -> None:
        self._size -= _size(self._said.pop(conversation, ()))
        self._said[conversation] = said
        self._size += _size(said)
        while len(self._said) > 1 and (len(self._said) > self._most or self._size > self._most_characters):
            _, forgotten = self._said.popitem(last=False)
            self._size -= _size(forgotten)
        if self._size > self._most_characters:
            self._shorten(conversation)

    def _shorten(self, conversation: str) -> None:
        """The only one that is left is too long by itself: its beginning goes."""
        said = self._said[conversation]
        while len(said) > 2 and self._size > self._most_characters:
            self._size -= said[0].size
            said = said[1:]
        self._said[conversation] = said


def _size(said: tuple[Said, ...]) -> int:
    return sum(one.size for one in said)
