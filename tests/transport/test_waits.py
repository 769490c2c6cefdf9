from __future__ import annotations

import pytest

from ai_lsp.core.limits import LimitFacts, RateLimitFacts
from ai_lsp.transport.waits import rate_limits, retry_after, seconds

NOW = 1_795_000_000.0
"""2026-11-18 11:06:40 UTC."""


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("12", 12.0),
        ("0.5", 0.5),
        (" 3 ", 3.0),
        ("12ms", 0.012),
        ("6m0s", 360.0),
        ("1h2m3s", 3723.0),
        ("47s", 47.0),
        ("1d", 86400.0),
        ("99999", 99999.0),
        ("Wed, 18 Nov 2026 11:07:10 GMT", 30.0),
        ("Wed, 18 Nov 2026 11:06:10 GMT", 0.0),
        ("2026-11-18T11:06:50Z", 10.0),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_every_spelling_of_a_wait(text: str | None, wait: float | None) -> None:
    assert seconds(text, NOW) == wait


def test_milliseconds_come_first() -> None:
    assert retry_after({"retry-after-ms": "250", "retry-after": "9"}, None, NOW) == 0.25


def test_a_wait_in_the_error_body() -> None:
    body = {"error": {"details": [{"@type": "QuotaFailure"}, {"@type": "RetryInfo", "retryDelay": "47s"}]}}
    assert retry_after({}, body, NOW) == 47.0


@pytest.mark.parametrize("body", [None, [], "text", {"error": "text"}, {"error": {"details": "text"}}])
def test_bodies_that_tell_no_wait(body: object) -> None:
    assert retry_after({}, body, NOW) is None


def test_limits_of_requests_and_tokens() -> None:
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "149984",
        "x-ratelimit-reset-tokens": "6m0s",
    }
    assert rate_limits(headers, NOW) == RateLimitFacts(LimitFacts(60, 59, 1.0), LimitFacts(150000, 149984, 360.0))


def test_limits_with_an_instant() -> None:
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-11-18T11:07:40Z",
    }
    assert rate_limits(headers, NOW) == RateLimitFacts(LimitFacts(50, 0, 60.0))


def test_limits_per_minute_without_a_reset() -> None:
    headers = {"x-ratelimit-limit-req-minute": "30", "x-ratelimit-remaining-req-minute": "29"}
    assert rate_limits(headers, NOW) == RateLimitFacts(LimitFacts(30, 29))


def test_no_limits_told() -> None:
    assert rate_limits({"content-type": "text/plain", "x-ratelimit-limit-requests": "many"}, NOW) is None
