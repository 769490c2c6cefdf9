import pytest

from ai_lsp.core.text import DocumentSnapshot, Position

SNAPSHOT = DocumentSnapshot("file:///a.py", "python", 1, ("abc\r\n", "héllo\n", "end"))


@pytest.mark.parametrize(("asked", "given"), [
    (Position(1, 2), Position(1, 2)),
    (Position(0, 99), Position(0, 3)),
    (Position(9, 0), Position(2, 3)),
    (Position(-1, 5), Position(0, 0)),
    (Position(2, -5), Position(2, 0)),
])  # fmt: skip
def test_a_place_that_does_not_exist_becomes_the_nearest_one(asked: Position, given: Position) -> None:
    assert SNAPSHOT.clamp(asked) == given


def test_before_and_after_a_place_make_up_the_whole_text() -> None:
    place = Position(1, 2)
    assert SNAPSHOT.before(place) == "abc\r\nhé"
    assert SNAPSHOT.before(place) + SNAPSHOT.after(place) == SNAPSHOT.text


def test_a_line_comes_without_its_ending() -> None:
    assert SNAPSHOT.line(0) == "abc"
