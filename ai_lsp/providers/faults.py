"""What a service says is wrong, as an error of our own tree: every spelling that services have for the same few things.

In: an `ErrorReply`, whole or from the middle of a stream. Out: one AIError with a sentence for the person. What must never
happen: a used-up quota is retried, or a prompt that is too long is taken for a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ContextOverflowError,
    OverloadedError,
    ProtocolError,
    QuotaExceededError,
    RateLimitedError,
    UnsupportedError,
)
from ai_lsp.providers.learning import ESSENTIAL, RefusedParameterError
from ai_lsp.transport.redact import redact_json
from ai_lsp.transport.wire import ErrorReply

_N = r"(\d[\d,_]*)"
# (pattern, which groups add up to what was used, which group is the limit)
_OVERFLOWS: tuple[tuple[re.Pattern[str], tuple[int, ...], int | None], ...] = (
    (re.compile(rf"prompt is too long: {_N} tokens > {_N}"), (1,), 2),
    (re.compile(rf"context limit: {_N} \+ {_N} > {_N}"), (1, 2), 3),
    (
        re.compile(
            rf"maximum context length is {_N} tokens.*?(?:resulted in|requested(?: about)?) {_N} tokens", re.DOTALL
        ),
        (2,),
        1,
    ),
    (re.compile(rf"input token count \(?{_N}\)? exceeds the maximum number of tokens allowed \(?{_N}"), (1,), 2),
    (re.compile(rf"request \({_N} tokens\) exceeds the available context size \({_N} tokens"), (1,), 2),
    (re.compile(rf"maximum prompt length is {_N} but the request contains {_N} tokens"), (2,), 1),
    (re.compile(rf"prompt contains {_N} tokens.*?too large for model with {_N}", re.DOTALL), (1,), 2),
    (re.compile(rf"prompt contains {_N} tokens.*?(?:maximum|limit)\D+{_N}", re.DOTALL), (1,), 2),
    (re.compile(rf"too many tokens:? .*?{_N} ?> ?{_N}", re.DOTALL), (1,), 2),
    (re.compile(rf"prompt \({_N}[^)]*\).{{0,80}}?(?:context|window|maximum)\D+{_N}", re.DOTALL), (1,), 2),
    (
        re.compile(r"exceeds? (?:the )?(?:maximum number of tokens|(?:model'?s? )?(?:maximum )?context|context)"),
        (),
        None,
    ),
    (re.compile(r"context[ _](?:length|size|window)[ _](?:is )?exceed|too large for model with"), (), None),
    (re.compile(r"(?:input|prompt) (?:length|is too long)"), (), None),
)
_OVERFLOW_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error", "model_context_window_exceeded"})
_QUOTA_CODES = frozenset({"insufficient_quota", "billing_error", "billing_hard_limit_reached", "quota_exceeded"})
_PARAMETER = (
    re.compile(r"[`'\"]([\w.]+)[`'\"] is (?:deprecated|not supported|unsupported|not allowed|no longer)"),
    re.compile(
        r"(?:unsupported|unknown|unrecognized|unexpected|invalid|extra|deprecated) (?:request )?(?:parameter|argument|field|value)s?"
        r"(?:[^`'\"]{0,30}[`'\"]|[^:]{0,20}: )([\w.]+)"
    ),
    re.compile(r"unknown name \"([\w.]+)\"|^([\w.]+): (?:extra inputs|field not)"),
    re.compile(r"^([a-z][\w.]*) is (?:deprecated|not supported|unsupported|not allowed|no longer)"),
    re.compile(r"(?:model|endpoint) does not (?:support|accept)(?: the)?(?: parameters?)? [`'\"]?([\w.]*_[\w.]*)[`'\"]?"),
)  # fmt: skip
_VALUE = re.compile(
    r"(?:unsupported|invalid) value|supported values|must be one of|input should be|does not support ['\"`]"
)
_BAD_KEY = re.compile(
    r"(?:incorrect|invalid|wrong) (?:api|x-api)[ -]?key|api[ _]key (?:is )?(?:not valid|invalid)|api_key_invalid"
)
_STATUS_OF_TYPE = {
    "authentication_error": 401,
    "billing_error": 402,
    "insufficient_quota": 429,
    "invalid_request_error": 400,
    "not_found_error": 404,
    "overloaded_error": 529,
    "permission_error": 403,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "request_too_large": 413,
    "timeout_error": 504,
    "unavailable_error": 503,
}


def error_from(reply: ErrorReply, provider: str) -> AIError:
    """The error for an answer that is no success."""
    said = f"{provider}: {_sentence(reply)}"
    text = reply.message.lower()
    code = str(reply.error.get("code") or "").lower()
    kind = str(reply.error.get("type") or reply.error.get("status") or "").lower()
    if reply.status == 413 or {code, kind} & _OVERFLOW_CODES:
        return _overflow(reply, said, provider)
    if reply.status in {400, 422, 500} and any(pattern.search(text) for pattern, _, _ in _OVERFLOWS):
        return _overflow(reply, said, provider)
    if _is_quota(reply, code, kind):
        return QuotaExceededError(f"{said}; add credit or choose another provider", provider=provider)
    if reply.status in {401, 403} or _BAD_KEY.search(text) or _reason(reply) == "API_KEY_INVALID":
        return AuthenticationError(f"{said}; check the key with `ai-lsp keys check {provider}`", provider=provider)
    if reply.status in {400, 404, 405, 422, 501}:
        return _bad_request(reply, said, text, provider)
    return _passing(reply, said, text, provider)


def stream_error(data: Any) -> ErrorReply | None:
    """The error that an event in the middle of a stream tells of, or None for every other event."""
    found = data[0] if isinstance(data, list) and data else data
    if not isinstance(found, Mapping):
        return None
    error = found.get("error")
    if not error and found.get("type") != "error" and found.get("object") != "error":
        return None
    reply = ErrorReply(500, redact_json(found, None), "")
    named = [reply.error.get(key) for key in ("code", "status", "raw_status_code", "type")]
    numbers = (int(name) for name in named if isinstance(name, int | str) and str(name).isdecimal())
    kinds = (_STATUS_OF_TYPE[name] for name in named if isinstance(name, str) and name in _STATUS_OF_TYPE)
    status = next((number for number in numbers if 400 <= number < 600), None) or next(kinds, 500)
    return replace(reply, status=status)


def _sentence(reply: ErrorReply) -> str:
    return reply.message or f"answered with the error {reply.status}"


def _overflow(reply: ErrorReply, said: str, provider: str) -> ContextOverflowError:
    limit, used = reply.error.get("n_ctx"), reply.error.get("n_prompt_tokens")
    if not isinstance(limit, int) or not isinstance(used, int):
        limit, used = _numbers(reply.message.lower())
    return ContextOverflowError(f"{said}; select less code", provider=provider, limit=limit, used=used)


def _numbers(text: str) -> tuple[int | None, int | None]:
    for pattern, used, limit in _OVERFLOWS:
        if match := pattern.search(text):
            told = [int(number.replace(",", "").replace("_", "")) for number in match.groups()]
            return (told[limit - 1] if limit else None, sum(told[group - 1] for group in used) or None)
    return None, None


def _is_quota(reply: ErrorReply, code: str, kind: str) -> bool:
    if reply.status == 402 or {code, kind} & _QUOTA_CODES:
        return True
    return reply.status == 429 and (_names_daily_quota(reply) or reply.should_retry is False)


def _names_daily_quota(reply: ErrorReply) -> bool:
    return any(
        "PerDay" in str(violation.get("quotaId")) for detail in _details(reply) for violation in _violations(detail)
    )


def _violations(detail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = detail.get("violations")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _details(reply: ErrorReply) -> list[Mapping[str, Any]]:
    details = reply.error.get("details")
    return [one for one in details if isinstance(one, Mapping)] if isinstance(details, list) else []


def _reason(reply: ErrorReply) -> str | None:
    return next((str(detail["reason"]) for detail in _details(reply) if "reason" in detail), None)


def _bad_request(reply: ErrorReply, said: str, text: str, provider: str) -> AIError:
    if reply.status in {400, 422} and (parameter := _parameter(reply, text)):
        return RefusedParameterError(said, parameter, value_only=bool(_VALUE.search(text)), provider=provider)
    if reply.status == 501 or re.search(r"does not support|not supported by|is not supported", text):
        return UnsupportedError(f"{said}; choose another model", provider=provider)
    if reply.status in {404, 405}:
        return ConfigurationError(f"{said}; check the model and the endpoint of {provider}", provider=provider)
    return BadRequestError(said, provider=provider)


def _parameter(reply: ErrorReply, text: str) -> str | None:
    """The name of a parameter that could be left out."""
    named = _named_parameter(reply, text)
    return None if named is None or named.partition(".")[0] in ESSENTIAL else named


def _named_parameter(reply: ErrorReply, text: str) -> str | None:
    named = reply.error.get("param")
    if isinstance(named, str) and named:
        return named
    detail = reply.error.get("detail")
    for one in detail if isinstance(detail, list) else ():
        place = one.get("loc") if isinstance(one, Mapping) else None
        if isinstance(place, list) and len(place) > 1:
            return str(place[1])
    matches = (match for pattern in _PARAMETER if (match := pattern.search(text)))
    return next((next(filter(None, match.groups()), None) for match in matches), None)


def _passing(reply: ErrorReply, said: str, text: str, provider: str) -> AIError:
    if reply.status == 429:
        return RateLimitedError(said, provider=provider, retry_after=reply.retry_after)
    if reply.status >= 500 or reply.status in {408, 409, 425}:
        if reply.should_retry is False:
            return ProtocolError(said, provider=provider)
        loading = reply.status == 503 and "loading" in text
        return OverloadedError(said, provider=provider, retry_after=reply.retry_after, loading=loading)
    return BadRequestError(said, provider=provider)
