"""How long a service asks us to wait, and what it tells of its limits: every spelling, as seconds.

In: response headers and error bodies. Out: seconds from now, never negative, never NaN; None where nothing usable is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ai_lsp.core.limits import LimitFacts, RateLimitFacts

_DURATION = re.compile(
    r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?"
)
_UNITS = (86400.0, 3600.0, 60.0, 1.0, 0.001)


def retry_after(headers: Mapping[str, str], body: Any, now: float) -> float | None:
    """Seconds until the call may be repeated. `now` is the date in seconds: HTTP dates are absolute."""
    milliseconds = seconds(headers.get("retry-after-ms"), now)
    if milliseconds is not None:
        return milliseconds / 1000
    told = seconds(headers.get("retry-after"), now)
    return told if told is not None else _retry_info(body, now)


def seconds(text: str | None, now: float) -> float | None:
    """Seconds from `12`, `1.5`, `6m0s`, `12ms`, an HTTP date or an RFC 3339 instant."""
    text = (text or "").strip()
    if not text:
        return None
    value = _number(text)
    if value is None:
        value = _duration(text)
    if value is None and (date := _date(text)) is not None:
        value = max(0.0, date - now)
    return value if value is not None and value >= 0 and math.isfinite(value) else None


def rate_limits(headers: Mapping[str, str], now: float) -> RateLimitFacts | None:
    """The limits that the headers tell, or None where they tell none."""
    requests, tokens = _limit(headers, _REQUESTS, now), _limit(headers, _TOKENS, now)
    if requests == tokens == LimitFacts():
        return None
    return RateLimitFacts(requests, tokens)


_REQUESTS = ("x-ratelimit-{}-requests", "anthropic-ratelimit-requests-{}", "x-ratelimit-{}-req-minute")
_TOKENS = (
    "x-ratelimit-{}-tokens",
    "anthropic-ratelimit-tokens-{}",
    "anthropic-ratelimit-input-tokens-{}",
    "x-ratelimit-{}-tokens-minute",
)


def _limit(headers: Mapping[str, str], spellings: tuple[str, ...], now: float) -> LimitFacts:
    for spelling in spellings:
        limit, remaining, reset = (headers.get(spelling.format(part)) for part in ("limit", "remaining", "reset"))
        if limit or remaining:
            return LimitFacts(_count(limit), _count(remaining), seconds(reset, now))
    return LimitFacts()


def _count(text: str | None) -> int | None:
    value = _number(text or "")
    return int(value) if value is not None and math.isfinite(value) and value >= 0 else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _duration(text: str) -> float | None:
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    return sum(float(part) * unit for part, unit in zip(match.groups(), _UNITS, strict=True) if part)


def _date(text: str) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return read(text).timestamp()
        except (ValueError, OverflowError):
            continue
    return None


def _retry_info(body: Any, now: float) -> float | None:
    """`error.details[].retryDelay`, as Google's services spell it."""
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and isinstance(delay := detail.get("retryDelay"), str):
            return seconds(delay, now)
    return None
