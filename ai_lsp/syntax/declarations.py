"""What a query file calls scopes and imports, taken out of a tree. In: a tree's root and its bytes. Out: plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ai_lsp.syntax.languages import Point, Syntax

if TYPE_CHECKING:
    from tree_sitter import Node

_LED_IN_BY_OTHERS = ("{", "}", ";")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A function, class or the like. `header` goes from the start of its line to its body."""

    kind: str
    name: str
    header: str
    start: Point
    end: Point
    has_error: bool


def declarations(
    syntax: Syntax, root: Node, source: bytes, start: Point = (0, 0), end: Point | None = None
) -> list[Declaration]:
    """Those that touch a range, in the order they start; the outer of two before the inner."""
    found = [
        declaration
        for captures in syntax.matches(root, start, end or root.end_point)
        for declaration in _declarations(captures, source)
    ]
    return sorted(found, key=lambda each: (each.start, (-each.end[0], -each.end[1])))


def _declarations(captures: dict[str, list[Node]], source: bytes) -> Iterator[Declaration]:
    for capture, nodes in captures.items():
        kind = capture.removeprefix("scope.")
        if kind == capture:
            continue
        node = nodes[0]
        name = _captured_or_field(captures, "name", node)
        body = _captured_or_field(captures, "body", captures.get("value", nodes)[0])
        if name is None:
            continue
        head_end = node.end_byte if body is None else _head_end(body)
        yield Declaration(
            kind,
            _decode(source[name.start_byte : name.end_byte]),
            _decode(written(node, source, head_end)),
            _plain(node.start_point),
            _plain(node.end_point),
            node.has_error,
        )


def written(node: Node, source: bytes, end: int) -> bytes:
    """The text of a node up to a byte, with what leads it in on its own line: export, pub, const, a decorator."""
    start = node.start_byte
    line = source[start - node.start_point.column : start].decode("utf-8", "replace")
    if not any(mark in line for mark in _LED_IN_BY_OTHERS):
        start -= node.start_point.column
    return source[start:end].strip()


def _captured_or_field(captures: dict[str, list[Node]], name: str, node: Node) -> Node | None:
    return captures[name][0] if name in captures else node.child_by_field_name(name)


def _head_end(body: Node) -> int:
    """Comments between a header and its body belong to neither."""
    before = body.prev_sibling
    while before is not None and before.is_extra:
        before = before.prev_sibling
    return body.start_byte if before is None else before.end_byte


def _decode(source: bytes) -> str:
    return source.decode("utf-8", "replace")


def _plain(point: tuple[int, int]) -> Point:
    return point[0], point[1]
