"""What a person finds who cycles through suggestions."""

from __future__ import annotations

from dataclasses import replace

from ai_lsp.completion.alternatives import of_another, of_the_same
from ai_lsp.completion.anchors import Place
from ai_lsp.core.completion import CodeCompletion, Suggestion
from ai_lsp.core.text import DocumentSnapshot, Position, Range


def place(line: str) -> Place:
    cursor = line.index("¦")
    document = DocumentSnapshot("file:///a.py", "python", 1, (line.replace("¦", ""),))
    return Place(document, Position(0, cursor))


def suggestion(at: Place, text: str, *others: str) -> Suggestion:
    completion = CodeCompletion(text, "embedded", "own-code", alternatives=others)
    return Suggestion("s1", text, Range(at.position, at.position), completion)


def texts(found: Suggestion) -> list[str]:
    return [text for text, _ in found.alternatives]


def test_what_goes_on_from_what_was_typed_stays_to_be_found() -> None:
    at = place("return t¦")
    assert texts(of_the_same(at, suggestion(at, "otal", "total_price", "count", "t"), "t")) == ["otal_price"]


def test_another_engine_adds_what_says_something_else() -> None:
    at = place("return ¦")
    found = suggestion(at, "total")
    said = CodeCompletion("total", "embedded", "own-code", alternatives=("count",))
    assert texts(of_another(at, found, said)) == ["count"]
    assert of_another(at, found, None) is found


def test_an_alternative_has_a_range_of_its_own() -> None:
    at = place("print(¦)")
    found = of_the_same(at, suggestion(at, "total", "count)"), "")
    ((_, span),) = found.alternatives
    assert span == Range(at.position, replace(at.position, column=at.position.column + 1))
