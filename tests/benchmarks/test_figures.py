from __future__ import annotations

from math import isnan

from benchmarks.keystrokes.desk import Key, Record
from benchmarks.keystrokes.editor import VS_CODE
from benchmarks.keystrokes.figures import Figure, percentile, replay_figures, waits
from benchmarks.keystrokes.oracle import Oracle
from benchmarks.keystrokes.person import Person
from benchmarks.keystrokes.upstream import Asked, Pace, Upstream


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert isnan(percentile([], 0.5))


def test_a_figure_that_was_not_measured_misses_its_target() -> None:
    assert Figure("x", float("nan"), at_most=1).is_met is False
    assert Figure("x", 1, at_most=1).is_met is True
    assert Figure("x", 1).is_met is None


def test_keys_count_with_ghost_text_that_went_on_or_came_and_requests_belong_to_the_key_before() -> None:
    keys = [Key(1.0, ghost_at=1.2), Key(2.0, carried=True), Key(3.0), Key(4.0, carried=True, ghost_at=4.1)]
    record = Record(keys=keys)
    upstream = Upstream(Oracle(0, ""), Pace(), asked=[Asked(1.1, 0, "abcd" * 10, "abcd")])
    figures = {figure.name.strip(): figure.value for figure in replay_figures(VS_CODE, record, upstream)}
    assert figures["with a ghost before the next"] == 75
    assert figures["keys with none of their own"] == 75
    assert figures["upstream requests per 1,000 keys"] == 250
    assert figures["prompt tokens per 1,000 keys"] == 2500
    assert [round(wait, 3) for wait in waits(record)] == [0.2, 0.0, 0.0]


def test_the_same_person_has_the_same_rhythm_again() -> None:
    one, other = Person("ada"), Person("ada")
    gaps = [one.gap("a", line_ended=False) for _ in range(2000)]
    assert gaps == [other.gap("a", line_ended=False) for _ in range(2000)]
    assert 0.14 < percentile(gaps, 0.5) < 0.17
