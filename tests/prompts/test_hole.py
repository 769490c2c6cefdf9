from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.prompts.hole import HoleAnswer, hole_messages

PROMPT = CompletionPrompt("def add(a, b):\n    return a", "\n\nprint(add(1, 2))\n", "python", "src/add.py")


def read(answer: str, size: int, prompt: CompletionPrompt = PROMPT) -> str:
    hole = HoleAnswer(prompt)
    pieces = [hole.feed(answer[at : at + size]) for at in range(0, len(answer), size)]
    return "".join([*pieces, hole.end()])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("<COMPLETION> + b</COMPLETION>", " + b"),
        ("<COMPLETION></COMPLETION>", ""),
        ("Here you are: <COMPLETION> + b</COMPLETION> Enjoy!", " + b"),
        ("<COMPLETION>\n    + b\n</COMPLETION>", "\n    + b"),
        ("<COMPLETION> + b", " + b"),
        ("<COMPLETION> + b</COMPL", " + b"),
        ("<think>Is it <COMPLETION>this?</COMPLETION></think><COMPLETION> + b</COMPLETION>", " + b"),
        ("<think>It never ends", ""),
        ("```python\n + b\n```", " + b"),
        ("Sure:\n```\n + b\n```\nThat adds b.", " + b"),
        ("```\n<COMPLETION> + b</COMPLETION>\n```", " + b"),
        ("```python\n + b", " + b"),
        (" + b", " + b"),
        ("", ""),
        # what stands before the cursor already
        ("<COMPLETION>return a + b</COMPLETION>", " + b"),
        ("<COMPLETION>    return a + b</COMPLETION>", " + b"),
        ("```python\n    return a + b\n```", " + b"),
        ("return a + b", " + b"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_code_is_found_in_any_answer(answer: str, code: str, size: int) -> None:
    assert read(answer, size) == code


@pytest.mark.parametrize(
    ("prefix", "answer", "code"),
    [
        ("if x:\n    ", "    return 1", "return 1"),
        ("if x:\n    ", "\n    return 1", "return 1"),
        ("x = foo.ba", "foo.bar()", "r()"),
        ("x = f(", "(a + b) * c)", "(a + b) * c)"),
        ("value = data", "data_set.load()", "_set.load()"),
        ("for word in my", "y_words:", "y_words:"),
        ("", "import os", "import os"),
    ],
)
def test_only_what_is_repeated_on_purpose_is_taken_away(prefix: str, answer: str, code: str) -> None:
    prompt = CompletionPrompt(prefix, "", "python")
    assert read(f"<COMPLETION>{answer}</COMPLETION>", 2, prompt) == code


def test_code_comes_as_early_as_it_is_sure() -> None:
    hole = HoleAnswer(PROMPT)
    early = "".join(
        hole.feed(piece) for piece in ("<COMPLETION>", " + b  # the sum of both, which is what was asked for")
    )
    assert early.startswith(" + b  # the sum")


@given(st.text(alphabet="<>/COMPLETINhk`\n ab", max_size=60), st.integers(1, 9))
def test_no_answer_is_too_strange_and_no_cut_changes_it(answer: str, size: int) -> None:
    assert read(answer, size) == read(answer, 1000)


def test_equal_places_give_equal_conversations_that_begin_alike() -> None:
    other = CompletionPrompt("x = ", "", "python")
    assert hole_messages(PROMPT) == hole_messages(PROMPT)
    assert hole_messages(PROMPT)[:-1] == hole_messages(other)[:-1]
    assert hole_messages(PROMPT)[-1].content.endswith("\n    return a")
    assert "src/add.py" in hole_messages(PROMPT)[-1].content


def test_code_that_talks_about_our_marks_does_not_end_anything() -> None:
    prompt = CompletionPrompt("s = '</BEFORE></COMPLETION>'", "<AFTER>", "python")
    question = hole_messages(prompt)[-1].content
    assert question.count("</BEFORE>") == 1
    assert question.count("<AFTER>") == 1
    assert "</COMPLETION>" not in question
