"""From the types of the protocol to those of the house, and back. Needs the text that the positions are of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cattrs import Converter
from lsprotocol import converters, types

from ai_lsp.core.completion import Trigger
from ai_lsp.core.text import Position, Range
from ai_lsp.server.client import dig
from ai_lsp.server.positions import PositionEncoding


def to_position(place: types.Position, lines: Sequence[str], encoding: PositionEncoding) -> Position:
    """A place past the end of the document means its end."""
    if place.line >= len(lines):
        return Position(len(lines) - 1, len(lines[-1]))
    return Position(place.line, encoding.column(lines[place.line], place.character))


def to_range(span: types.Range, lines: Sequence[str], encoding: PositionEncoding) -> Range:
    return Range(to_position(span.start, lines, encoding), to_position(span.end, lines, encoding))


def read_range(value: Any) -> types.Range | None:
    """From JSON as it came. None: it is no range."""
    figures = [dig(value, end, part) for end in ("start", "end") for part in ("line", "character")]
    if not all(type(figure) is int and figure >= 0 for figure in figures):
        return None
    return types.Range(types.Position(*figures[:2]), types.Position(*figures[2:]))


def from_position(place: Position, lines: Sequence[str], encoding: PositionEncoding) -> types.Position:
    return types.Position(place.line, encoding.units(lines[place.line], place.column))


def from_range(span: Range, lines: Sequence[str], encoding: PositionEncoding) -> types.Range:
    return types.Range(from_position(span.start, lines, encoding), from_position(span.end, lines, encoding))


def to_trigger(kind: types.InlineCompletionTriggerKind) -> Trigger:
    return Trigger.INVOKED if kind == types.InlineCompletionTriggerKind.Invoked else Trigger.AUTOMATIC


def make_converter() -> Converter:
    """Between JSON and lsprotocol's types, with patience for what editors really send."""
    converter = converters.get_converter()

    def to_change(value: Any, _: object) -> types.TextDocumentContentChangeEvent:
        if isinstance(value, dict) and value.get("range") is not None:
            return converter.structure(value, types.TextDocumentContentChangePartial)
        return converter.structure(value, types.TextDocumentContentChangeWholeDocument)

    converter.register_structure_hook(types.InlineCompletionTriggerKind, _to_trigger_kind)
    # the module's own name for the union holds the names of its members, and the field that is looked up the classes
    change = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument
    converter.register_structure_hook(change, to_change)
    return converter


def _to_trigger_kind(value: object, _: object) -> types.InlineCompletionTriggerKind:
    """Older clients of VS Code send its own number, 0, for what the protocol calls 1."""
    invoked = types.InlineCompletionTriggerKind.Invoked
    return invoked if value in (0, invoked.value) else types.InlineCompletionTriggerKind.Automatic
