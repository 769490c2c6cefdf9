from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.chat.edits import Refusal, fresh_text, inert, new_text
from ai_lsp.documents.lines import split_lines

METHOD = "    def area(self):\n        w = self.width\n\n        return w * self.height"
DOCUMENT = f"class Box:\n    width = 1\n\n{METHOD}\n\nprint(Box())\n"
BETTER = METHOD.replace("w = ", "width = ").replace("return w ", "return width ")


def changed(answer: str, old: str = METHOD, document: str = DOCUMENT, keeps: float = 0.0) -> str:
    return new_text(answer, "stop", old, split_lines(document), keeps)


def fenced(code: str, language: str = "python") -> str:
    return f"```{language}\n{code}\n```"


def dedented(code: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in code.split("\n"))


@pytest.mark.parametrize(
    "answer",
    [
        fenced(BETTER),
        fenced(BETTER) + "\n",
        fenced(BETTER, ""),
        f"~~~py\n{BETTER}\n~~~",
        f"````python\n{BETTER}\n````",
        f"Here is the code:\n\n{fenced(BETTER)}\n\nI gave `w` a better name.",
        f"<think>The name\n```\nw = 1\n```\nis bad.</think>\n{fenced(BETTER)}",
        f"```python\n{BETTER}\n",
        fenced(f"\n{BETTER}\n\n"),
        fenced(f"<SELECTION>\n{BETTER}\n</SELECTION>"),
        f"Before:\n{fenced(METHOD)}\nAfter:\n{fenced(BETTER)}",
        f"{fenced(BETTER)}\nUse it like this:\n{fenced('print(Box().area())')}",
        BETTER,
        f"Here is the improved code:\n\n{BETTER}\n\nIt now has a better name for the width.",
        f"Here is the improved code:\n{BETTER}",
        fenced(dedented(BETTER)),
        fenced(BETTER.lstrip()),
        fenced("\n".join("    " + line if line else "" for line in BETTER.split("\n"))),
        fenced("\n".join(f"{number} | {line}" for number, line in enumerate(BETTER.split("\n"), 4))),
        fenced("\n".join(f"{number:3}: {line}" for number, line in enumerate(BETTER.split("\n"), 8))),
        fenced(BETTER.replace("    ", "\t")),
        fenced(BETTER.replace("    ", "  ")),
        fenced(BETTER).replace("\n", "\r\n"),
        fenced(
            "@@ -4,4 +4,4 @@\n     def area(self):\n-        w = self.width\n+        width = self.width\n \n"
            "-        return w * self.height\n+        return width * self.height",
            "diff",
        ),
    ],
)
def test_the_new_text_is_found_in_what_models_write(answer: str) -> None:
    assert changed(answer) == BETTER


def test_what_is_put_around_code_moves_it_in() -> None:
    wrapped = "    with lock:\n        total += 1\n        log(total)"
    old, document = "    total += 1\n    log(total)", "def count():\n    total += 1\n    log(total)\n"
    for answer in (wrapped, dedented(wrapped)):
        assert changed(fenced(answer), old, document) == wrapped


def test_a_document_with_tabs_keeps_them() -> None:
    old, document = "\tif x {\n\t\tf()\n\t}", "func g() {\n\tif x {\n\t\tf()\n\t}\n}\n"
    assert changed(fenced("    if x {\n        f(1)\n    }", "go"), old, document) == "\tif x {\n\t\tf(1)\n\t}"
    assert changed(fenced("if x {\n  f(1)\n}", "go"), old, document) == "\tif x {\n\t\tf(1)\n\t}"


def test_line_endings_stay_those_of_the_document() -> None:
    old, document = METHOD.replace("\n", "\r\n"), DOCUMENT.replace("\n", "\r\n")
    assert changed(fenced(BETTER), old, document) == BETTER.replace("\n", "\r\n")
    assert changed(fenced("a = 1\nb = 2"), "c = 3", "c = 3\r\n") == "a = 1\r\nb = 2"
    assert changed(fenced("a = 1\nb = 2"), "c = 3", "c = 3") == "a = 1\nb = 2"


def test_lines_that_did_not_change_keep_their_blanks_and_endings() -> None:
    old = "a = 1  \r\n\t\nb = 2\nc = 3"
    assert changed(fenced("a = 1\n\nb = 4\nc = 3"), old, old) == "a = 1  \r\n\t\nb = 4\r\nc = 3"


def test_fences_inside_code_are_part_of_it() -> None:
    readme = "# Use\n\n```sh\nrun\n```\n\nDone."
    better = readme.replace("run", "run --fast")
    assert changed(fenced(better, "markdown"), readme, readme) == better
    assert changed(f"````markdown\n{better}\n````", readme, readme) == better
    documented = 'def f():\n    """Use it.\n\n    ```python\n    f()\n    ```\n    """'
    assert changed(fenced(documented), "def f():\n    pass", "") == documented


@pytest.mark.parametrize(
    ("finish_reason", "refusal"),
    [
        ("length", Refusal.CUT_OFF),
        ("model_length", Refusal.CUT_OFF),
        ("MAX_TOKENS", Refusal.CUT_OFF),
        ("content_filter", Refusal.UNFINISHED),
        ("interrupted", Refusal.UNFINISHED),
    ],
)
def test_what_is_not_whole_is_refused(finish_reason: str, refusal: Refusal) -> None:
    assert new_text(fenced(BETTER), finish_reason, METHOD, [METHOD]) is refusal
    assert fresh_text(fenced(BETTER), finish_reason) is refusal


@pytest.mark.parametrize("finish_reason", [None, "", "stop", "STOP", "eos_token", "complete"])
def test_how_services_say_that_an_answer_is_whole(finish_reason: str | None) -> None:
    assert new_text(fenced(BETTER), finish_reason, METHOD, [METHOD]) == BETTER


@pytest.mark.parametrize(
    "answer",
    [
        "```\n# " + "rest " * 80_000,
        " " * 400_000 + "a",
        "a" + "," * 400_000,
        "<think> " * 50_000,
        "```a\n" * 90_000,
        "a\n \n" * 100_000,
        "```diff\n" + "@@ -1 +1 @@\n-a = 1\n" * 20_000,
        "\n".join(f"{number}: x" for number in range(40_000)),
    ],
    ids=range(8),
)
def test_no_answer_takes_long_to_read(answer: str) -> None:
    """What takes more than its length is stopped by the limit of the test."""
    assert isinstance(changed(answer, "a = 1\n" * 100, ""), str)


def test_what_is_too_long_is_not_read() -> None:
    assert changed("```\n" + "a = 1\n" * 100_000) is Refusal.TOO_LONG


@pytest.mark.parametrize(
    "line",
    [
        "# ... rest of the code unchanged ...",
        "# ...",
        "// ... existing code ...",
        "/* ... */",
        "{/* … rest of the component */}",
        "<!-- ... remaining markup ... -->",
        "# rest of the method",
        "# (unchanged)",
        "-- … same as before",
        "// Rest of implementation",
        "# Other methods...",
        "[…]",
        "        ...",
    ],
)
def test_what_stands_for_code_that_was_left_out_is_refused(line: str) -> None:
    assert changed(fenced(f"    def area(self):\n{line}")) is Refusal.LEFT_OUT


@pytest.mark.parametrize(
    "line",
    [
        "# loading more...",
        "# The rest of the items is skipped.",
        'print("... rest of the code")',
        "# Wait for the other thread.",
        "...",
        "// keep the existing order",
    ],
)
def test_honest_lines_are_not_taken_for_left_out_code(line: str) -> None:
    assert changed(fenced(f"a = 1\n{line}"), "a = 1", "") == f"a = 1\n{line}"


def test_a_placeholder_that_stood_there_before_may_stay() -> None:
    old = "def f():\n    # ... rest unchanged\n    pass"
    assert changed(fenced(old.replace("pass", "return 1")), old, old) == old.replace("pass", "return 1")


def test_an_answer_with_only_a_part_of_the_lines_is_refused_where_they_should_stay() -> None:
    old = "\n".join(f"line_{number} = {number}" for number in range(20))
    assert changed(fenced("line_3 = 4"), old, old, keeps=0.5) is Refusal.LEFT_OUT
    assert changed(fenced("line_3 = 4"), old, old) == "line_3 = 4"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I cannot help with that.",
        "The code looks right to me, there is nothing to change.",
        "```python\n```",
        "Sure, I will do that.\n\nFirst, the method needs a better name.\n\nThen it is done.",
        fenced("@@ -1 +1 @@\n-not there\n+but here", "diff"),
    ],
)
def test_prose_is_no_code(answer: str) -> None:
    assert changed(answer) is Refusal.NO_CODE


def test_secrets_and_hidden_characters_come_back_as_they_were() -> None:
    key = "ghp_" + "a1B2" * 9
    old = f'    token = "{key}"\n    name = "a\u202eb"\n    # ends at </SELECTION> they said\n    x = 1'
    seen = '    token = "<redacted:github-token>"\n    name = "a<U+202E>b"\n    # ends at </ SELECTION> they said\n    x = 1'
    for answer in (seen, dedented(seen)):
        assert changed(fenced(answer.replace("x = 1", "x = 2")), old, old) == old.replace("x = 1", "x = 2")


def test_lines_that_looked_alike_are_told_apart_by_their_order() -> None:
    old = "\n".join(f'key = "ghp_{letters * 9}"' for letters in ("a1B2", "c3D4"))
    seen = 'key = "<redacted:github-token>"'
    assert changed(fenced(f"{seen}\n{seen}\nend = 1"), old, old) == f"{old}\nend = 1"
    assert changed(fenced(f"{seen}\nend = 1"), old, old) is Refusal.MASKED


def test_what_stands_in_the_place_of_a_secret_is_never_written() -> None:
    for line in ('token = f("<redacted:github-token>")', 'name = "a<U+202E>c"'):
        assert changed(fenced(line), "token = 1", "") is Refusal.MASKED


def test_s20_nothing_hidden_gets_into_the_code() -> None:
    assert changed(fenced("a = 1\u202e\u200b\x1b[31m"), "a = 0", "") == "a = 1"


def test_numbers_that_are_code_stay() -> None:
    old = "1: one\n2: two"
    assert changed(fenced("1: one\n2: three"), old, old) == "1: one\n2: three"
    assert changed(fenced("1: one\n5: three"), "", "") == "1: one\n5: three"


def test_a_new_file_ends_at_its_last_character() -> None:
    assert fresh_text(f"Here:\n{fenced('import x' + chr(10) * 3)}", "stop") == "import x"
    assert fresh_text("No tests are needed.", "stop") is Refusal.NO_CODE
    assert fresh_text(fenced("test()\n# ... other tests"), "stop") is Refusal.LEFT_OUT


def test_marks_in_code_end_nothing() -> None:
    assert inert("a </SELECTION> b <x>") == "a </ SELECTION> b <x>"


CODE = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["foo()", "if bar:", "x = 1", "# é🙂", "}"])), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(CODE, st.integers(0, 2), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["    ", "\t", "  "]))
def test_an_answer_that_changes_nothing_changes_nothing(
    code: list[tuple[int, str]], shift: int, ending: str, step: str
) -> None:
    least = min(depth for depth, _ in code)
    old = ending.join(step * depth + text for depth, text in code)
    answer = "\n".join(step * (depth - min(least, shift)) + text for depth, text in code)
    assert new_text(fenced(answer), "stop", old, split_lines(old)) == old


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab`~ \n\t#.<>/U+\r…", max_size=60), st.text(alphabet="ab` \n\t\r", max_size=30))
def test_no_answer_raises(answer: str, old: str) -> None:
    assert isinstance(new_text(answer, "stop", old, split_lines(old)), str)
    assert isinstance(fresh_text(answer, "stop"), str)
