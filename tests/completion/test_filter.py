"""What is left of a model's stream, whatever the model does and however the stream is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.completion.filter import TAIL, CompletionFilter
from tests.completion.support_typist import cursor


def filtered(marked: str, *pieces: str, language: str = "python") -> CompletionFilter:
    cleaner = CompletionFilter(cursor(marked, language=language))
    for piece in pieces:
        cleaner.feed(piece)
    cleaner.end()
    return cleaner


def said(marked: str, *pieces: str, language: str = "python") -> str:
    return filtered(marked, *pieces, language=language).text


def shown(marked: str, *pieces: str, language: str = "python") -> str:
    cleaner = filtered(marked, *pieces, language=language)
    return cleaner.text[: cleaner.shown]


@pytest.mark.parametrize(("code", "language"), [
    ('open("/src/main.py")', "python"),
    ("a // b", "python"),
    ("t.add(1)", "python"),
    ('"""Example:', "python"),
    ("x  # End of file", "python"),
    ('"https://example.org"', "javascript"),
    ("if a < b and c > d", "python"),
    ("List<String> names", "java"),
    ("vec![1, 2]", "rust"),
])  # fmt: skip
def test_engine_17_code_is_not_cut(code: str, language: str) -> None:
    assert said("x = |", code, language=language) == code


def test_engine_17_a_fence_in_markdown_and_in_a_docstring_is_text() -> None:
    assert said("Example:\n\n|", "```python\ngo()\n```", language="markdown") == "```python\ngo()\n```"
    inside = 'Use it so:\n\n    ```\n    go()\n    ```\n    """'
    assert said('def f():\n    """|', inside).startswith("Use it so:\n\n    ```\n    go()")


def test_a_mark_that_the_document_itself_contains_is_code() -> None:
    assert said('A = "<fim_middle>"\nB = |', '"<fim_middle>" + x') == '"<fim_middle>" + x'


WHOLE = "<think>\nfirst I look\n</think>\n\ncompute(é😀)\r\n<|endoftext|>and more"


@given(st.lists(st.integers(0, len(WHOLE)), max_size=8))
def test_engine_18_it_does_not_matter_where_a_stream_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(WHOLE)]
    assert said("x = |", *(WHOLE[a:b] for a, b in pairwise(edges))) == "compute(é😀)"


@pytest.mark.parametrize("pieces", [
    ("`", "``py", "thon\ngo()\n``", "`"),
    ("```\n", "go()", "\n```\n"),
    ("go()", "</COMPL", "ETION>"),
    ("go()<|fim", "_suffix|>rest"),
    ("go()<｜end▁of", "▁sentence｜>"),  # noqa: RUF001  # the model's own marks have wide bars
    ("go()\r", "\n"),
])  # fmt: skip
def test_engine_18_fences_tags_marks_and_line_endings_may_be_split(pieces: tuple[str, ...]) -> None:
    assert said("x = |", *pieces) == "go()"


@pytest.mark.parametrize(("marked", "answer", "left"), [
    ("    total = |", "total = compute(y)", "compute(y)"),
    ("    total = |", "    total = compute(y)", "compute(y)"),
    ("a = one()\nb = two()\nc = |", "a = one()\nb = two()\nc = three()", "three()"),
    ("a = one()\nb = two()\nc = |", "b = two()\nc = three()", "three()"),
    ("x|", "x", "x"),
])  # fmt: skip
def test_engine_19_what_stands_before_the_cursor_is_not_said_again(marked: str, answer: str, left: str) -> None:
    assert said(marked, answer) == left


@pytest.mark.parametrize(("marked", "answer", "left"), [
    ("a = |\nb = compute(y)", "one()\nb = compute(y)\nc = 1", "one()"),
    ("|\nb = compute(y)", "b = compute(y)\n", ""),
    ("if (x) {\n  |\n}", "go();\n}", "go();"),
    ("f(a, [\n  |\n])", "1,\n  2,\n])", "1,\n  2,"),
])  # fmt: skip
def test_engine_19_what_stands_after_the_cursor_is_not_said_again(marked: str, answer: str, left: str) -> None:
    assert said(marked, answer, language="javascript") == left


def test_engine_20_odd_indentation_and_tabs_stay_what_they_are() -> None:
    assert said("if x:\n   |", "a()\n   if b:\n      c()") == "a()\n   if b:\n      c()"
    assert said("if x {\n\t|", "a()\n\tif b {\n\t\tc()\n\t}", language="go") == "a()\n\tif b {\n\t\tc()\n\t}"


def test_engine_20_a_dedent_ends_the_block() -> None:
    cleaner = filtered("def f():\n    |", "return 1\n\ndef g():\n    return 2")
    assert cleaner.text[: cleaner.shown] == cleaner.text[: cleaner.inside] == "return 1"


def test_what_follows_the_block_is_kept_for_afterwards() -> None:
    assert said("def f():\n    |", "return 1\n\ndef g():\n    return 2") == "return 1\n\ndef g():\n    return 2"
    assert shown("def f():\n    return 1|", "\n\ndef g():\n    return 2") == "\n\ndef g():"


def test_the_first_line_is_shown_while_its_block_is_still_coming() -> None:
    cleaner = CompletionFilter(cursor("if x:|"))
    cleaner.feed("\n    a()\n    b(")
    assert cleaner.text[: cleaner.shown] == "\n    a()"


def test_one_line_at_a_time_is_shown_to_who_wants_no_more() -> None:
    cleaner = CompletionFilter(cursor("def f(b):\n    |"), multi_line=False)
    cleaner.feed("for a in b:\n        go(a)\n")
    cleaner.end()
    assert cleaner.text[: cleaner.shown] == "for a in b:"
    assert cleaner.text == "for a in b:\n        go(a)"


def test_the_next_line_is_another_one_where_it_is_indented_otherwise() -> None:
    assert (
        shown("for a in b:\n    for c in a:\n        go()|\n    yield a", "\n        yield a\n") == "\n        yield a"
    )
    assert said("for a in b:\n    go()|\n    yield a", "\n    yield a\n") == ""


def test_engine_20_a_block_is_shown_whole() -> None:
    body = "\n    for a in b:\n        go(a)\n\n    return b"
    assert shown("def f(b):|", body + "\n\n\ndef g():\n    pass") == body


def test_engine_20_a_decorator_goes_with_its_function() -> None:
    code = "@cache\ndef f():\n    a()\n\n    return 1"
    assert said("|", code) == code


def test_engine_20_an_unfinished_string_does_not_end_a_block() -> None:
    code = 'x = """\nleft edge\n    """\n    go(x)'
    assert said("def f():\n    |", code) == code


def test_engine_21_endless_lines_are_stopped_and_said_once() -> None:
    cleaner = CompletionFilter(cursor("if x:\n    |"))
    for _ in range(10):
        cleaner.feed("print(x)\n    ")
    assert cleaner.stopped
    assert cleaner.text == "print(x)"


def test_engine_21_an_endless_line_is_stopped() -> None:
    cleaner = CompletionFilter(cursor("x = |"))
    for _ in range(200):
        cleaner.feed("la")
    assert cleaner.stopped
    assert cleaner.text == ""


def test_engine_21_a_repeated_group_of_lines_is_said_once() -> None:
    assert said("|", *["one()\ntwo()\n"] * 5).count("one()") == 1


@pytest.mark.parametrize("answer", ["", " ", "\n", "\n\n  \n", "\r\n", "\t"])
def test_engine_22_white_space_is_nothing(answer: str) -> None:
    assert said("x = |", answer) == ""


def test_engine_22_a_line_break_first_is_kept_and_trailing_space_is_not() -> None:
    assert said("if x:|", "\r\n    go()  \r    stop()\t") == "\n    go()\n    stop()"


def test_the_first_line_is_decided_when_it_is_whole() -> None:
    cleaner = CompletionFilter(cursor("x = |\n"))
    cleaner.feed("compute")
    assert (cleaner.seen, cleaner.text) == ("compute", "")
    cleaner.feed("(y)\n")
    assert (cleaner.text, cleaner.shown) == ("compute(y)", 10)


def begun(marked: str, *pieces: str) -> str:
    """What is shown of an answer that is still coming."""
    cleaner = CompletionFilter(cursor(marked), in_part=True)
    for piece in pieces:
        cleaner.feed(piece)
    assert cleaner.shown in {None, len(cleaner.text)}
    return cleaner.text


def test_whole_words_of_a_long_first_line_are_shown_before_its_end() -> None:
    assert begun("x = |\n", "compute(first,") == ""
    assert begun("x = |\n", "compute(first, second, thi") == "compute(first, second,"
    assert begun("x = |\n", "compute(first, second, third)") == "compute(first, second, third)"
    assert begun("x = compute()|\n", "\ny = compute(first, second, thi") == "\ny = compute(first, second,"


@pytest.mark.parametrize(("marked", "answer"), [
    ("x = (|)\n", "compute(first, second, third)"),
    ("x = |\nreturn total_of(first, second)\n", "\nreturn total_of(first, sec"),
    ("total = of(first, second)\n|\n", "total = of(first, second"),
    ("        stop(\n|\n    )\n", "    )  # nothing more than that"),
    ("x = |\n", "a <|file_separator"),
])  # fmt: skip
def test_what_may_be_taken_back_is_not_shown_before_the_end_of_its_line(marked: str, answer: str) -> None:
    assert begun(marked, answer) == ""


def test_a_line_that_is_shown_in_part_is_whole_later() -> None:
    cleaner = CompletionFilter(cursor("x = |\n"), in_part=True)
    cleaner.feed("compute(first, second, thi")
    assert cleaner.shows_part
    cleaner.feed("rd)\ny = 2")
    assert (cleaner.text[: cleaner.shown], cleaner.shows_part) == ("compute(first, second, third)", False)


def test_a_few_lines_more_are_kept_and_then_no_more_is_wanted() -> None:
    cleaner = CompletionFilter(cursor("x = |\n"))
    for number in range(20):
        cleaner.feed(f"line{number}()\n")
    assert cleaner.stopped
    assert cleaner.text.count("\n") == TAIL


@pytest.mark.parametrize("marked", ["if a:\n    b(|)\n", "if a:\n    b = |\n    abababab"])
@given(answer=st.text(alphabet="ab<>|`{}()\n\r \t\"'#", max_size=80), size=st.integers(1, 9))
def test_what_was_decided_never_changes_and_no_input_breaks_it(marked: str, answer: str, size: int) -> None:
    cleaner = CompletionFilter(cursor(marked), in_part=True)
    decided: str | None = None
    for at in range(0, len(answer), size):
        cleaner.feed(answer[at : at + size])
        if decided is not None:
            assert cleaner.text.startswith(decided)
        if cleaner.shown is not None:
            decided = cleaner.text[: cleaner.shown]
    cleaner.end()
    assert decided is None or cleaner.text.startswith(decided)
    assert "\r" not in cleaner.text
