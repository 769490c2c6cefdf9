"""Makes a prompt fit into a model's window.

In: texts and a number of tokens. Out: the same texts, cut at line ends and as far from the cursor as possible. Equal input
gives equal output. Token counts are estimates on the safe side: only the service knows its tokenizer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.completion import CompletionPrompt

BYTES_PER_TOKEN = 3
"""Code has 3 to 4 bytes a token in current tokenizers; fewer for dense punctuation."""

PREFIX_SHARE = 0.75
"""Part of the room that the text before the cursor may take: it says more about what comes next."""

LINE_STEP = 32
"""Lines by which the start of a long prefix moves: in between, services find the beginning of the prompt in their cache."""

SUFFIX_STEP = 256
"""Tokens by which the room for the suffix changes, for the same reason."""

SAFETY = 0.9
"""Part of a reported limit that is aimed at: the estimate may be off."""


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return -(-size // BYTES_PER_TOKEN)


def fit(prompt: CompletionPrompt, window: int | None, most: int | None = None) -> CompletionPrompt:
    """The prompt with so much of its text that it and its answer fit into `window` tokens, and it has `most` at most.

    None: no limit is known.
    """
    limits = [] if window is None else [max(int((window - prompt.max_tokens) * SAFETY), 0)]
    limits += [] if most is None else [most]
    return _cut(prompt, min(limits)) if limits else prompt


def shrink(prompt: CompletionPrompt, ratio: float) -> CompletionPrompt:
    """The prompt with `ratio` of its text."""
    if ratio >= 1:
        return prompt
    return _cut(prompt, int((estimate_tokens(prompt.prefix) + estimate_tokens(prompt.suffix)) * ratio))


def shrink_messages(messages: Sequence[ChatMessage], ratio: float) -> tuple[ChatMessage, ...]:
    """A conversation with about `ratio` of its text: old turns go first, then the middle of what is left.

    System messages and the last message always stay.
    """
    if ratio >= 1:
        return tuple(messages)
    room = int(sum(len(message.content) for message in messages) * ratio)
    kept = list(messages)
    for message in list(messages[:-1]):
        if sum(len(one.content) for one in kept) <= room:
            return tuple(kept)
        if message.role != "system":
            kept.remove(message)
    fixed = sum(len(message.content) for message in kept[:-1])
    return (*kept[:-1], replace(kept[-1], content=_hollow(kept[-1].content, max(room - fixed, room // 2))))


def shrink_ratio(limit: int | None, used: int | None, answer: int = 0) -> float:
    """How much of a prompt may stay that was too long: from the reported numbers, or half of it where there are none."""
    if not limit or not used or used <= 0:
        return 0.5
    return max(min((limit - answer) / used, 1.0) * SAFETY, 0.05)


def _cut(prompt: CompletionPrompt, tokens: int) -> CompletionPrompt:
    prefix, suffix = estimate_tokens(prompt.prefix), estimate_tokens(prompt.suffix)
    if prefix + suffix <= tokens:
        return prompt
    spare = (tokens - prefix) // SUFFIX_STEP * SUFFIX_STEP
    for_suffix = min(suffix, max(int(tokens * (1 - PREFIX_SHARE)), spare))
    return replace(
        prompt,
        prefix=_tail(prompt.prefix, (tokens - for_suffix) * BYTES_PER_TOKEN),
        suffix=_head(prompt.suffix, for_suffix * BYTES_PER_TOKEN),
    )


def _tail(text: str, size: int) -> str:
    """The end of a text, from the start of a line where there is one, and of a step of lines where there are many."""
    if _fits(text, size):
        return text
    cut = text[-size:].encode("utf-8", "surrogatepass")[-size:].decode(errors="ignore") if size > 0 else ""
    first = len(text) - len(cut)
    dropped = text.count("\n", 0, first) + (first > 0 and text[first - 1] != "\n")
    lines = cut.split("\n")
    whole = 0 if first == 0 or text[first - 1] == "\n" else 1
    step = whole + -dropped % LINE_STEP
    start = step if len(lines) - step > LINE_STEP else whole
    return "\n".join(lines[start:]) if start < len(lines) and lines[start:] != [""] else cut


def _head(text: str, size: int) -> str:
    """The start of a text, up to the end of a line where there is one."""
    if _fits(text, size):
        return text
    size = max(size, 0)
    cut = text[:size].encode("utf-8", "surrogatepass")[:size].decode(errors="ignore")
    head, line_end, _ = cut.rpartition("\n")
    return head + line_end if head else cut


def _fits(text: str, size: int) -> bool:
    return len(text) <= size and (text.isascii() or len(text.encode("utf-8", "surrogatepass")) <= size)


def _hollow(text: str, size: int) -> str:
    """Start and end of a text with a mark between them: the task stands at one of the two."""
    if len(text) <= size:
        return text
    half = max(size // 2, 1)
    return f"{text[:half]}\n[…]\n{text[-half:]}"
