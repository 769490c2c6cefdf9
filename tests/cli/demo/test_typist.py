import sys
from pathlib import Path

import pytest

from ai_lsp.cli.demo.client import running
from ai_lsp.cli.demo.score import Score
from ai_lsp.cli.demo.typist import Act, Rhythm, Typist
from tests.cli.demo.support_scene import LINES, Memory, written

SERVER = Path(__file__).with_name("server_that_repeats.py")


async def _play(folder: Path) -> tuple[Memory, Score]:
    memory, score = Memory(), Score()
    async with running([sys.executable, str(SERVER)], {}) as client:
        await Typist(client, Rhythm(fast=True), memory, score).play(written(folder))
    return memory, score


async def test_the_scene_is_typed_to_its_end(tmp_path: Path) -> None:
    memory, score = await _play(tmp_path)
    assert memory.moments[-1].typed == "\n".join(LINES)
    # a key a character, and one for the new line with its indentation
    assert score.characters == len(LINES[0]) + 1 + len(LINES[1].strip())


async def test_what_is_right_is_taken_with_one_key(tmp_path: Path) -> None:
    memory, score = await _play(tmp_path)
    accepted = [moment for moment in memory.moments if moment.act is Act.ACCEPTED]
    assert [moment.typed[-moment.taken :] for moment in accepted] == [
        "ound_area(width, height):",
        "ound(width * height)",
    ]
    assert score.keys == score.characters - sum(moment.taken - 1 for moment in accepted)


async def test_what_is_wrong_is_typed_past_and_counts_once(tmp_path: Path) -> None:
    memory, score = await _play(tmp_path)
    new = [(moment.typed.rpartition("\n")[2], moment.ghost, moment.right) for moment in memory.moments if moment.new]
    assert new == [
        ("de", "f area(width, height):", False),
        ("def r", "ound_area(width, height):", True),
        ("    re", "turn width * height", False),
        ("    return r", "ound(width * height)", True),
    ]
    assert (score.shown, score.right) == (4, 2)
    assert len(score.latencies) == sum(moment.seconds is not None for moment in memory.moments)


def test_a_person_has_a_rhythm() -> None:
    rhythm = Rhythm(fast=False)
    gaps = sorted(gap for gap in (rhythm.gap() for _ in range(999)) if gap is not None)
    assert gaps[499] == pytest.approx(0.12, rel=0.1)
    assert gaps[0] > 0.03
    assert Rhythm(fast=True).gap() is None
