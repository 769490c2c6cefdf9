from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.core.errors import AIError
from ai_lsp.core.usage import Usage
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.faults import error_from, stream_error
from ai_lsp.providers.http import HTTPProvider
from ai_lsp.providers.pieces import Piece, Tally, at, count_at, items, number_at, text_at
from ai_lsp.providers.registry import KINDS
from ai_lsp.transport.wire import ErrorReply
from tests.providers.support_readme import provider_class

WORDS = (
    *(
        "choices",
        "delta",
        "message",
        "content",
        "text",
        "usage",
        "prompt_tokens",
        "prompt_tokens_details",
        "type",
        "data",
    ),
    *(
        "candidates",
        "parts",
        "usageMetadata",
        "promptFeedback",
        "models",
        "name",
        "id",
        "capabilities",
        "aliases",
        "stop",
    ),
    *(
        "error",
        "details",
        "violations",
        "code",
        "detail",
        "loc",
        "param",
        "done",
        "response",
        "timings",
        "shutdown_date",
    ),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(("", "x", *WORDS, "message_start"))
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)
)


def test_what_is_not_there_is_not_missed() -> None:
    document: Any = {"a": [{"b": "text", "n": 3}]}
    assert at(document, "a", 0, "b") == text_at(document, "a", 0, "b") == "text"
    assert at(document, "a", 1, "b") is None
    assert text_at(document, "a", 0, "n") == ""
    assert count_at(document, "a", 0, "n") == 3
    assert count_at(document, "a", "n") == 0
    assert items(document, "b") == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, True, "7", None])
def test_numbers_that_are_none(value: object) -> None:
    assert number_at({"n": value}, "n") is None
    assert count_at({"n": value}, "n") == 0


def test_usage_that_is_told_in_parts_adds_up() -> None:
    tally = Tally()
    tally.add(Piece(usage=Usage(input_tokens=9, cached_input_tokens=4), model="m"))
    tally.add(Piece(text="x"))
    tally.add(Piece(usage=Usage(output_tokens=3), finish_reason="stop"))
    assert tally == Tally("stop", Usage(9, 3, 4), "m")


def test_a_refusal_stays_one_however_the_answer_ends() -> None:
    tally = Tally()
    for piece in (Piece(text="No.", finish_reason="refusal", refused=True), Piece(finish_reason="stop")):
        tally.add(piece)
    assert tally.finish_reason == "refusal"


def over_http() -> list[str]:
    return [kind for kind in KINDS if provider_class(kind) is not None]


@pytest.mark.parametrize("kind", over_http())
def test_no_event_and_no_list_of_models_is_too_strange_to_read(kind: str) -> None:
    provider = AIProviderFactory().get(kind)
    assert isinstance(provider, HTTPProvider)

    @settings(max_examples=150, deadline=None)
    @given(ANY_JSON)
    def read(document: Any) -> None:
        piece = provider.parse(document, "")
        assert piece is None or isinstance(piece.text, str)
        assert all(isinstance(info.id, str) for info in provider.models_from(document))

    read()


@settings(max_examples=500, deadline=None)
@given(ANY_JSON, st.sampled_from((400, 401, 404, 422, 429, 500, 503, 299)))
def test_no_error_is_too_strange_to_tell(document: Any, status: int) -> None:
    for reply in (ErrorReply(status, document, ""), stream_error(document)):
        if reply is not None:
            error = error_from(reply, "work")
            assert isinstance(error, AIError)
            assert "\n" not in str(error)
