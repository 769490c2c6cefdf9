"""What flows back from a model: pieces of text, then one event that says how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from ai_lsp.core.chat import LeftOut
from ai_lsp.core.completion import CodeCompletion, Source
from ai_lsp.core.reasons import Silence
from ai_lsp.core.usage import Usage


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every stream that did not fail. A stream that ends without it was cut off.

    `passed_over` holds one sentence for each provider that was asked before this one and could not answer.
    """

    provider: str
    model: str
    finish_reason: str | None = None
    usage: Usage | None = None
    source: Source = Source.UPSTREAM
    confidence: float | None = None
    silence: Silence | None = None
    passed_over: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    left_out: LeftOut | None = None


StreamEvent = TextDelta | Finished


def end_of(completion: CodeCompletion) -> Finished:
    """How a stream of this completion ends, after its text."""
    return Finished(
        completion.provider,
        completion.model,
        completion.finish_reason,
        completion.usage,
        completion.source,
        completion.confidence,
        completion.silence,
        completion.passed_over,
        completion.alternatives,
    )


def completion_of(text: str, end: Finished) -> CodeCompletion:
    """The completion that a stream with this text and this end was."""
    return CodeCompletion(
        text,
        end.provider,
        end.model,
        end.source,
        end.usage,
        end.finish_reason,
        end.confidence,
        end.silence,
        end.passed_over,
        end.alternatives,
    )
