"""Whatever stands in a service's JSON in place of what should: an answer without it, or an error of ours, but no crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, cast

import pytest

from ai_lsp.core.errors import AIError
from ai_lsp.providers.faults import stream_error
from ai_lsp.providers.http import HTTPProvider
from ai_lsp.providers.pieces import Tally
from ai_lsp.transport.decode import NDJSONDecoder, ServerEvent, SSEDecoder
from ai_lsp.transport.wire import ErrorReply
from tests.wire.dialect import Dialect, provider_for

ODD: list[Any] = [
    *(None, True, 0, -1, 10**30, float("inf"), float("nan"), 1.5),
    *("", "7", "²", "text", "\ud800"),
    *([], [None], [[]], [{}], {}, {"a": {}}, {"error": None}),
]
NOWHERE = "http://127.0.0.1:9"


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to everything that stands anywhere in a document, itself included."""
    yield path
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield from places(value[key], (*path, key))


def variants(value: Any) -> Iterator[Any]:
    """The document with every part of it replaced by every odd value, and with every part left out."""
    for path in places(value):
        for odd in ODD:
            box, parent, key = opened(value, path)
            parent[key] = odd
            yield box[0]
        if path:
            box, parent, key = opened(value, path)
            del parent[key]
            yield box[0]


def opened(value: Any, path: tuple[str | int, ...]) -> tuple[list[Any], Any, Any]:
    """A copy in a box, and what holds the part at the end of the way, with its key there."""
    box = [copy.deepcopy(value)]
    parent: Any = box
    *way, last = (0, *path)
    for key in way:
        parent = parent[key]
    return box, parent, last


def events(dialect: Dialect, stream: bytes) -> list[ServerEvent]:
    ndjson = dialect.chat.recorded.stream_type == "application/x-ndjson"
    decoder = NDJSONDecoder() if ndjson else SSEDecoder()
    return [event for event in (*decoder.feed(stream), *decoder.end()) if is_document(event.data)]


def is_document(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def distinct(found: list[ServerEvent]) -> list[ServerEvent]:
    """One event of each shape: what they say in detail does not matter here."""
    shapes = {(str(sorted(map(str, places(json.loads(event.data))))), event.event): event for event in found}
    return list(shapes.values())


@pytest.fixture
async def provider(dialect: Dialect) -> Any:
    async with provider_for(dialect, NOWHERE) as made:
        yield cast("HTTPProvider", made)


async def test_anything_may_stand_in_an_event(dialect: Dialect, provider: HTTPProvider) -> None:
    streams = [dialect.chat.recorded.stream, dialect.code.recorded.stream, *dialect.broken]
    for event in distinct([event for stream in streams for event in events(dialect, stream)]):
        for odd in variants(json.loads(event.data)):
            reply = stream_error(odd)
            if reply is not None:
                assert isinstance(provider.map_error(reply), AIError)
            elif (piece := provider.parse(odd, event.event)) is not None:
                Tally().add(piece)
                assert isinstance(piece.text, str)


async def test_anything_may_stand_in_an_error(dialect: Dialect, provider: HTTPProvider) -> None:
    bodies = [refusal.body for refusal in dialect.refusals if is_document(refusal.body)]
    for body in {str(sorted(map(str, places(json.loads(body))))): body for body in bodies}.values():
        for odd in variants(json.loads(body)):
            for status in (400, 429, 500):
                error = provider.map_error(ErrorReply(status, odd, ""))
                assert isinstance(error, AIError)
                assert str(error).startswith("mine")


async def test_anything_may_stand_in_a_list_of_models(dialect: Dialect, provider: HTTPProvider) -> None:
    for document in dialect.documents.values():
        for odd in variants(document):
            for info in provider.models_from(odd):
                assert isinstance(info.id, str)
                assert info.context_window is None or info.context_window > 0
