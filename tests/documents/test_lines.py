"""Lines end at LF, CRLF and CR, and nowhere else."""

import re
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.core.text import utf8_length
from ai_lsp.documents.lines import common_prefix_length, common_suffix_length, split_lines

AWKWARD = st.text(alphabet="ab\r\n\f\v\x1c\x85\u2028é漢😀\ud800\x00", max_size=40)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("a\r\nb\rc\nd", ["a\r\n", "b\r", "c\n", "d"]),
        ("\r\r\n\n\r", ["\r", "\r\n", "\n", "\r", ""]),
        ("form\ffeed\vtab\x1c\x1d\x1e\x85\u2028\u2029end", ["form\ffeed\vtab\x1c\x1d\x1e\x85\u2028\u2029end"]),
        ("nul\x00\n\ud800", ["nul\x00\n", "\ud800"]),
    ],
)
def test_lines_end_only_where_the_protocol_says(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


@given(AWKWARD)
def test_splitting_agrees_with_a_pattern_and_loses_nothing(text: str) -> None:
    lines = split_lines(text)
    assert lines == [*re.findall(r"[^\r\n]*(?:\r\n|\n|\r)", text), re.split(r"\r\n|\n|\r", text)[-1]]
    assert "".join(lines) == text


@given(AWKWARD)
def test_utf8_length_is_that_of_the_encoded_text(text: str) -> None:
    assert utf8_length(text) == len(text.encode("utf-8", "surrogatepass"))


@given(AWKWARD, AWKWARD, AWKWARD)
def test_common_ends_are_as_long_as_possible(shared: str, one: str, other: str) -> None:
    one, other = shared + one, shared + other
    length = common_prefix_length(one, other)
    assert length == sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    assert common_suffix_length(one[::-1], other[::-1]) == length
