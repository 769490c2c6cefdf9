import pytest

from ai_lsp.completion.pace import DEBOUNCE, FIRST_PAUSE, LONGEST_PAUSE, Pace
from tests.completion.support_typist import cursor
from tests.support.clock import FakeClock


def pace(editor: str = "kakoune") -> tuple[Pace, FakeClock]:
    clock = FakeClock()
    made = Pace(clock)
    made.meet(editor)
    return made, clock


@pytest.mark.parametrize("editor", ["Neovim", "Visual Studio Code", "VSCodium", "Zed"])
def test_editors_that_wait_by_themselves_are_answered_at_once(editor: str) -> None:
    assert pace(editor)[0].delay(cursor("x = abc|")) == 0


def test_other_editors_wait_a_moment_in_the_middle_of_a_word() -> None:
    assert pace()[0].delay(cursor("x = abc|")) == DEBOUNCE


@pytest.mark.parametrize("marked", ["|", "    |", "a.|", "f(|)", "x = |"])
def test_where_a_person_stops_to_think_nobody_waits(marked: str) -> None:
    assert pace()[0].delay(cursor(marked)) == 0


def test_each_rejection_makes_it_more_patient_and_each_accept_less() -> None:
    made, clock = pace("Neovim")
    made.rejected()
    assert made.pause == pytest.approx(FIRST_PAUSE * 1.5)
    assert made.delay(cursor("x = |")) == pytest.approx(FIRST_PAUSE * 1.5)
    made.rejected()
    assert made.pause == pytest.approx(FIRST_PAUSE * 1.5 * 1.5)
    made.accepted()
    assert made.pause == pytest.approx(FIRST_PAUSE * 1.5 * 1.5 * 0.8)
    clock.move(1)
    assert made.delay(cursor("x = |")) == 0


def test_patience_has_an_end_and_is_forgotten_in_ten_minutes() -> None:
    made, clock = pace()
    for _ in range(50):
        made.rejected()
    assert made.pause == LONGEST_PAUSE
    clock.move(300)
    assert made.pause == pytest.approx(LONGEST_PAUSE / 2)
    clock.move(300)
    assert made.pause == 0
