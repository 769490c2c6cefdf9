from __future__ import annotations

import json
from typing import Any

import pytest

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
from ai_lsp.providers.faults import error_from, stream_error
from ai_lsp.providers.learning import RefusedParameterError
from ai_lsp.transport.wire import ErrorReply


def fault(status: int, error: Any = None, **more: Any) -> AIError:
    return error_from(ErrorReply(status, {"error": error}, "", **more), "work")


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"message": "bad"}, BadRequestError),
        (400, {"message": "The image input is not supported by m"}, UnsupportedError),
        (400, "Incorrect API key provided: <secret>", AuthenticationError),
        (401, {"message": "no"}, AuthenticationError),
        (402, {"type": "billing_error"}, QuotaExceededError),
        (403, {"message": "no"}, AuthenticationError),
        (404, {"message": "model not found"}, ConfigurationError),
        (408, None, OverloadedError),
        (413, None, ContextOverflowError),
        (429, {"code": "insufficient_quota"}, QuotaExceededError),
        (429, {"message": "slow down"}, RateLimitedError),
        (500, {"message": "oops"}, OverloadedError),
        (501, {"message": "This server does not support infill"}, UnsupportedError),
        (529, {"type": "overloaded_error"}, OverloadedError),
        (418, None, BadRequestError),
    ],
)
def test_what_went_wrong(status: int, error: Any, kind: type[AIError]) -> None:
    found = fault(status, error)
    assert type(found) is kind
    assert found.provider == "work"
    assert str(found).startswith("work: ")
    assert "\n" not in str(found)


def test_a_service_that_asks_not_to_try_again_is_obeyed() -> None:
    assert type(fault(429, {"message": "no"}, should_retry=False)) is QuotaExceededError
    assert type(fault(500, {"message": "no"}, should_retry=False)) is ProtocolError


def test_a_model_that_is_being_loaded_is_no_failure() -> None:
    found = fault(503, {"message": "Loading model", "type": "unavailable_error"})
    assert isinstance(found, OverloadedError)
    assert found.loading


def test_the_wait_is_handed_on() -> None:
    assert fault(429, {"message": "slow down"}, retry_after=47.0).retry_after == 47.0


@pytest.mark.parametrize(
    ("message", "limit", "used"),
    [
        ("prompt is too long: 210000 tokens > 200000 maximum", 200_000, 210_000),
        ("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000", 200_000, 210_000),
        ("This model's maximum context length is 8,192 tokens. However, your messages resulted in 9,000 tokens.", 8192, 9000),
        ("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", 1_048_576, 1_200_000),
        ("request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096, 9000),
        ("Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", 32_768, 40_000),
        ("This model's maximum prompt length is 131072 but the request contains 140000 tokens.", 131_072, 140_000),
        ("The prompt exceeds the model's context", None, None),
        ("the input length is longer than this model can take", None, None),
    ],
)  # fmt: skip
def test_a_prompt_that_is_too_long_in_every_spelling(message: str, limit: int | None, used: int | None) -> None:
    found = fault(400, {"message": message})
    assert isinstance(found, ContextOverflowError)
    assert (found.limit, found.used) == (limit, used)


def test_the_sizes_may_stand_in_fields_of_their_own() -> None:
    found = fault(400, {"type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 4096})
    assert isinstance(found, ContextOverflowError)
    assert (found.limit, found.used) == (4096, 9000)


@pytest.mark.parametrize(
    ("error", "parameter"),
    [
        ({"message": "Unsupported value", "param": "temperature"}, "temperature"),
        ({"message": "`temperature` is deprecated for this model."}, "temperature"),
        ({"message": "Unsupported parameter: 'max_tokens' is not supported with this model."}, "max_tokens"),
        ({"message": "Unrecognized request argument supplied: 'stream_options'"}, "stream_options"),
        ({"message": "thinking.type: Extra inputs are not permitted"}, "thinking.type"),
        ({"message": 'Invalid JSON payload received. Unknown name "thinkingConfig" at x'}, "thinkingconfig"),
        ({"message": "temperature is not supported by this model."}, "temperature"),
    ],
)
def test_a_parameter_that_is_refused_is_named(error: dict[str, Any], parameter: str) -> None:
    found = fault(400, error)
    assert isinstance(found, RefusedParameterError)
    assert found.parameter == parameter


def test_validation_errors_name_the_parameter_but_not_the_input() -> None:
    detail = [
        {"type": "extra_forbidden", "loc": ["body", "top_k"], "msg": "Extra inputs", "input": "def secret_code()"}
    ]
    found = error_from(ErrorReply(422, {"detail": detail}, ""), "work")
    assert isinstance(found, RefusedParameterError)
    assert found.parameter == "top_k"
    assert "secret_code" not in str(found)


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"error": {"message": "x", "type": None, "code": "500"}}, 500),
        ({"type": "error", "error": {"type": "overloaded_error"}}, 529),
        ([{"error": {"code": 503, "status": "UNAVAILABLE"}}], 503),
        ({"error": "model runner has stopped"}, 500),
        ({"object": "error", "message": "x", "raw_status_code": 429}, 429),
        ({"choices": []}, None),
        ({"error": None, "choices": []}, None),
        ([], None),
        ("text", None),
        (None, None),
    ],
)
def test_errors_in_the_middle_of_a_stream(event: Any, status: int | None) -> None:
    found = stream_error(json.loads(json.dumps(event)))
    assert (found.status if found else None) == status
