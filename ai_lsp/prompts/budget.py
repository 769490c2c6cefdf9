"""Makes a prompt fit into a model's window.

In: texts and a number of tokens. Out: the same texts, cut at line ends and as far from the cursor as possible. Equal input
gives equal output. Token counts are estimates on the safe side: only the service knows its tokenizer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import VOLATILE
from ai_lsp.prompts.choose import choose, snippet_tokens
from ai_lsp.prompts.tokens import BYTES_PER_TOKEN, estimate_tokens, weight

PREFIX_SHARE, SUFFIX_SHARE, STABLE_SHARE, VOLATILE_SHARE = 0.30, 0.15, 0.45, 0.10
"""How the room is divided where everybody wants more than there is: the text before and after the cursor, code from elsewhere
that stays the same for minutes, and recent edits. What one does not need the others get. Measured: `benchmarks/context_quality.py`.
"""

LINE_STEP = 32
"""Lines by which the start of a long prefix moves: in between, services find the beginning of the prompt in their cache."""

SPARE_STEP = 128
"""Tokens by which the room for anything but the prefix grows beyond its share, for the same reason."""

SAFETY = 0.9
"""Part of a reported limit that is aimed at: the estimate may be off."""


def fit(
    prompt: CompletionPrompt,
    window: int | None,
    most: int | None = None,
    *,
    bytes_per_token: float = BYTES_PER_TOKEN,
    overhead: int = 0,
) -> CompletionPrompt:
    """The prompt with so much of its text that it and its answer fit into `window` tokens, and it has `most` at most.

    `overhead`: tokens of what the template adds. Of the snippets those are left that there is room for, in the order in
    which they are to be shown. None: no limit is known.
    """
    limits = [] if window is None else [max(int((window - prompt.max_tokens - overhead) * SAFETY), 0)]
    limits += [] if most is None else [most]
    return divide(prompt, min(limits), bytes_per_token) if limits else prompt


def shrink(prompt: CompletionPrompt, ratio: float) -> CompletionPrompt:
    """The prompt with `ratio` of its text."""
    if ratio >= 1:
        return prompt
    snippets = sum(map(snippet_tokens, prompt.snippets))
    return divide(prompt, int((estimate_tokens(prompt.prefix) + estimate_tokens(prompt.suffix) + snippets) * ratio))


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


def divide(prompt: CompletionPrompt, tokens: int, bytes_per_token: float = BYTES_PER_TOKEN) -> CompletionPrompt:
    """The prompt in `tokens` tokens."""
    prefix, suffix = (estimate_tokens(text, bytes_per_token) for text in (prompt.prefix, prompt.suffix))
    stable = [snippet for snippet in prompt.snippets if snippet.kind not in VOLATILE]
    volatile = [snippet for snippet in prompt.snippets if snippet.kind in VOLATILE]
    if not prompt.snippets and prefix + suffix <= tokens:
        return prompt
    needs = [
        prefix,
        suffix,
        *(sum(snippet_tokens(one, bytes_per_token) for one in group) for group in (stable, volatile)),
    ]
    room = _shared_out(needs, tokens)
    seen = _tail(prompt.prefix, int(room[0] * bytes_per_token)) + _head(prompt.suffix, int(room[1] * bytes_per_token))
    chosen = choose(stable, room[2], seen, bytes_per_token) + choose(volatile, room[3], seen, bytes_per_token)
    taken = sum(snippet_tokens(one, bytes_per_token) for one in chosen)
    left = max(tokens - taken - min(room[1], suffix), 0)
    return replace(
        prompt,
        prefix=_tail(prompt.prefix, int(left * bytes_per_token)),
        suffix=_head(prompt.suffix, int(room[1] * bytes_per_token)),
        snippets=chosen,
    )


def _shared_out(needs: Sequence[int], tokens: int) -> list[int]:
    """What each gets: its share, or what it needs if that is less; then, one after another, of what is left over."""
    shares = (PREFIX_SHARE, SUFFIX_SHARE, STABLE_SHARE, VOLATILE_SHARE)
    room = [min(need, int(tokens * share)) for need, share in zip(needs, shares, strict=True)]
    for number in _CASCADE:
        spare = tokens - sum(room)
        step = 1 if number == 0 or needs[0] > room[0] else SPARE_STEP
        room[number] += min(needs[number] - room[number], spare // step * step)
    return room


_CASCADE = (0, 2, 1, 3)
"""The prefix makes the most of a few tokens more, then code from elsewhere does."""


def _tail(text: str, size: int) -> str:
    """The end of a text, from the start of a line where there is one, and of a step of lines where there are many."""
    if _fits(text, size):
        return text
    cut = _end(text[-size:], size) if size > 0 else ""
    first = len(text) - len(cut)
    dropped = text.count("\n", 0, first) + (first > 0 and text[first - 1] != "\n")
    lines = cut.split("\n")
    whole = 0 if first == 0 or text[first - 1] == "\n" else 1
    step = whole + -dropped % LINE_STEP
    start = step if len(lines) - step > LINE_STEP else whole
    return "\n".join(lines[start:]) if start < len(lines) and lines[start:] != [""] else cut


def _end(text: str, size: int) -> str:
    """The longest end of a text that fits."""
    return text[bisect_left(range(len(text)), x=True, key=lambda start: weight(text[start:]) <= size) :]


def _head(text: str, size: int) -> str:
    """The start of a text, up to the end of a line where there is one."""
    if _fits(text, size):
        return text
    text = text[: max(size, 0)]
    cut = text[: bisect_left(range(len(text)), x=True, key=lambda end: weight(text[: end + 1]) > size)]
    head, line_end, _ = cut.rpartition("\n")
    return head + line_end if head else cut


def _fits(text: str, size: int) -> bool:
    return len(text) <= size and weight(text) <= size


def _hollow(text: str, size: int) -> str:
    """Start and end of a text with a mark between them: the task stands at one of the two."""
    if len(text) <= size:
        return text
    half = max(size // 2, 1)
    return f"{text[:half]}\n[…]\n{text[-half:]}"
