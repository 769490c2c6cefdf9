"""Why there is nothing to show. Every empty answer carries one of these, and the person can read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Short names that go over the wire and into `ai-lsp complete --json`; `sentence` is what the person reads."""

    DISABLED = "disabled"
    EXCLUDED = "excluded"
    TOO_LARGE = "too-large"
    NOT_OPEN = "not-open"
    MID_WORD = "mid-word"
    WHOLE = "whole"
    NOTHING_TYPED = "nothing-typed"
    NO_MATCH = "no-match"
    UNSURE = "unsure"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    RATE_LIMITED = "rate-limited"
    BREAKER_OPEN = "breaker-open"
    QUOTA = "quota"
    NO_KEY = "no-key"
    PRIVATE = "private"
    MASKED = "masked"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Reason.DISABLED: "completion is switched off in the settings",
    Reason.EXCLUDED: "this file is excluded from completion",
    Reason.TOO_LARGE: "this file is too large or has too long lines to complete",
    Reason.NOT_OPEN: "the editor asked for a document that it has not opened",
    Reason.MID_WORD: "the cursor stands inside a word or before code on the same line",
    Reason.WHOLE: "the statement before the cursor is whole, and no service is asked what may follow it",
    Reason.NOTHING_TYPED: "there is no text around the cursor to complete from",
    Reason.NO_MATCH: "nothing like this stands in the open files or the workspace yet",
    Reason.UNSURE: "no continuation is likely enough to be worth showing",
    Reason.REJECTED: "this suggestion was sent away here before",
    Reason.SUPERSEDED: "a newer request for the same document took its place",
    Reason.FAILED: "the provider failed to answer",
    Reason.TIMED_OUT: "the provider did not answer in time",
    Reason.RATE_LIMITED: "the provider's rate limit is reached",
    Reason.BREAKER_OPEN: "the provider failed too often and is left alone for a while",
    Reason.QUOTA: "the quota is used up",
    Reason.NO_KEY: "the provider has no key",
    Reason.PRIVATE: "the privacy settings keep this from the provider",
    Reason.MASKED: "the model only repeated what stands in the place of a secret",
}


@dataclass(frozen=True, slots=True)
class Silence:
    """An empty answer: the reason, and what is particular to this case."""

    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason.sentence} ({self.detail})" if self.detail else self.reason.sentence
