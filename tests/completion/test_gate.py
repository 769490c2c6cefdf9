import pytest

from ai_lsp.completion.anchors import Place
from ai_lsp.completion.gate import MAX_LINE_LENGTH, MAX_LINES, costly_refusal, refusal
from ai_lsp.core.completion import Trigger
from ai_lsp.core.reasons import Reason, Silence
from tests.support.places import at


def cursor(marked: str) -> Place:
    context = at(marked)
    return Place(context.document, context.position)


@pytest.mark.parametrize("line", ["x = |", "print(|)", "f('|')", "if x(|):", "items[|];", "{|}", "    |"])
def test_at_the_end_of_a_line_and_before_closers_code_is_completed(line: str) -> None:
    assert refusal(cursor(line), Trigger.AUTOMATIC) is None


@pytest.mark.parametrize("line", ["x = |y", "na|me", "f(|a, b)"])
def test_before_other_code_the_person_is_left_alone(line: str) -> None:
    assert refusal(cursor(line), Trigger.AUTOMATIC) == Silence(Reason.MID_WORD)


def test_a_person_who_asks_by_hand_gets_an_answer_anywhere() -> None:
    assert refusal(cursor("f(|a, b)"), Trigger.INVOKED) is None


@pytest.mark.parametrize("trigger", list(Trigger))
def test_a_giant_line_is_refused_with_its_limit(trigger: Trigger) -> None:
    silence = refusal(cursor("x" * (MAX_LINE_LENGTH + 1) + "|"), trigger)
    assert silence is not None
    assert silence.reason is Reason.TOO_LARGE
    assert str(MAX_LINE_LENGTH) in silence.detail


def test_a_giant_file_is_refused_with_its_limit() -> None:
    silence = refusal(cursor("\n" * MAX_LINES + "|"), Trigger.AUTOMATIC)
    assert silence is not None
    assert str(MAX_LINES) in silence.detail


@pytest.mark.parametrize("line", ["go()|", "x = a[1]|", "x = 1;|", "}|", "x = {'a': 1}|"])
def test_no_service_is_asked_what_follows_a_whole_statement(line: str) -> None:
    assert costly_refusal(cursor(line), Trigger.AUTOMATIC) == Silence(Reason.WHOLE)
    assert costly_refusal(cursor(line), Trigger.INVOKED) is None


@pytest.mark.parametrize("line", ["x = |", "if check(a)|", "def f(a)|", "f(g(a)|", "f(g(a)|)", "x = a.b|"])
def test_a_statement_that_may_go_on_is_completed(line: str) -> None:
    assert costly_refusal(cursor(line), Trigger.AUTOMATIC) is None
