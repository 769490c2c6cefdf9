from pathlib import Path

import pytest

from ai_lsp.cli.demo.picture import PLAIN_SIGNS, Picture, Row, shown
from ai_lsp.cli.demo.score import Score
from ai_lsp.cli.demo.typist import Act, Moment
from ai_lsp.cli.terminal import Style
from tests.cli.demo.support_scene import LINES, scene

PICTURE = Picture(Path("/code/app"), PLAIN_SIGNS)
SCENE = scene(Path("/code/app/area.py"))
SCORE = Score(shown=2, right=1, keys=60, characters=100, latencies=[0.002])
TYPED = f"{LINES[0]}\n    return ro"


def _text(row: Row) -> str:
    return "".join(text for text, _ in row).rstrip()


def _draw(moment: Moment, width: int = 80, height: int = 24) -> list[str]:
    return [_text(row) for row in PICTURE.rows(moment, SCORE, width, height)]


def test_ghost_text_stands_behind_the_cursor() -> None:
    moment = Moment(SCENE, Act.TYPED, TYPED, "und(width * height)", 0.0021, new=True, right=True)
    assert _draw(moment) == [
        f"-- app/area.py {'-' * 64}",
        "",
        "",
        "    1  import math",
        "    2",
        "    3  def area(width, height):",
        "    4      return width * height",
        "    5",
        "    6| def round_area(width, height):",
        f"{'    7|     return round(width * height)':<73}2.1 ms",
        "    8",
        "    9  print(area(1, 2))",
        "",
        "",
        "",
        "   Tab  accepts    2 shown - 1 right - 40% of keys saved - median 2.0 ms",
    ]


def test_what_is_typed_and_what_is_suggested_differ_in_style() -> None:
    moment = Moment(SCENE, Act.TYPED, TYPED, "und(width)", 0.001)
    [row] = [row for row in PICTURE.rows(moment, SCORE, 80, 24) if "return ro" in _text(row)]
    assert [piece for piece in row if piece[0].strip() and piece[0] != "|"] == [
        ("    7", Style.FAINT),
        ("    return ro", None),
        ("u", Style.REVERSED),
        ("nd(width)", Style.FAINT),
        ("1.0 ms", Style.CYAN),
    ]


def test_further_lines_of_a_suggestion_push_the_rest_down() -> None:
    rows = _draw(Moment(SCENE, Act.TYPED, LINES[0], "\n    return 1\n    # one", 0.001))
    at = rows.index("       " + "    return 1")
    assert rows[at - 1].startswith(f"    6| {LINES[0]}")
    assert [row.strip() for row in rows[at + 1 : at + 4]] == ["# one", "7", "8  print(area(1, 2))"]


def test_accepted_text_is_green() -> None:
    moment = Moment(SCENE, Act.ACCEPTED, TYPED, taken=2)
    rows = PICTURE.rows(moment, SCORE, 80, 24)
    assert any(("ro", Style.GREEN) in row for row in rows)
    assert " Tab  accepted" in _text(rows[-1])


@pytest.mark.parametrize("width", [20, 37, 80, 120])
@pytest.mark.parametrize("height", [6, 10, 24, 50])
def test_a_picture_fits_any_terminal(width: int, height: int) -> None:
    wide = Moment(SCENE, Act.TYPED, TYPED + "漢字" * 30, "ab" * 90, 0.001)
    for moment in (wide, Moment(SCENE, Act.TYPED, "", "x\n" * 40, 0.1)):
        rows = PICTURE.rows(moment, SCORE, width, height)
        assert len(rows) < height
        assert all(len(_text(row)) + _text(row).count("漢") + _text(row).count("字") < width for row in rows)


def test_the_cursor_stays_where_it_is() -> None:
    heights = {len(_draw(Moment(SCENE, Act.TYPED, typed))) for typed in ("", "d", LINES[0], TYPED)}
    assert len(heights) == 1


def test_a_file_cannot_speak_to_the_terminal() -> None:
    assert shown("\x1b]0;owned\x07\x9b2J") == "·]0;owned··2J"
    assert shown("\tx") == "    x"
