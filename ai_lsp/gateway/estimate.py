"""Guesses tokens where nobody has counted them.

In: a call or a text length. Out: tokens, at 3.3 characters each, which is what code takes with today's vocabularies.
Every figure that comes from here and reaches a person is marked as an estimate.
"""

from __future__ import annotations

import math

from ai_lsp.gateway.call import Call, CompletionCall

CHARACTERS_PER_TOKEN = 3.3


def tokens(characters: int) -> int:
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def input_tokens(call: Call) -> int:
    """Tokens of what is sent."""
    if isinstance(call, CompletionCall):
        return tokens(len(call.prompt.prefix) + len(call.prompt.suffix))
    return tokens(sum(len(message.content) for message in call.request.messages))


def output_limit(call: Call) -> int:
    """Tokens that the answer may have at most, as far as the call says."""
    if isinstance(call, CompletionCall):
        return call.prompt.max_tokens
    return call.request.max_tokens or 0
