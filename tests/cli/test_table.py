from __future__ import annotations

import io

import pytest

from ai_lsp.cli.table import WIDE, clipped, columns_of, padded, table, width_of


def test_columns_are_as_wide_as_they_need() -> None:
    assert table([("NAME", "N"), ("a", "1"), ("bcdefg", "22")], 80, right=frozenset({1})) == [
        "NAME     N",
        "a        1",
        "bcdefg  22",
    ]


def test_what_does_not_fit_is_cut_where_it_is_widest() -> None:
    lines = table([("a" * 10, "b" * 30, "123456")], 30, right=frozenset({2}))
    assert lines == ["aaaaaaaaaa  bbbbbbbbb…  123456"]
    assert all(width_of(line) <= 30 for line in lines)


def test_some_columns_are_never_cut() -> None:
    assert table([("a" * 20, "b" * 20)], 30, whole=frozenset({1})) == [f"aaaaaaa…  {'b' * 20}"]
    assert table([("a" * 20, "b" * 40)], 30, whole=frozenset({1})) == [f"…  {'b' * 40}"]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("", 0)])
def test_widths_are_those_of_a_terminal(text: str, width: int) -> None:
    assert width_of(text) == width
    assert width_of(padded(text, 10)) == 10


def test_a_wide_sign_is_not_cut_in_two() -> None:
    assert clipped("漢字漢字", 6) == "漢字…"


def test_a_file_is_no_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert columns_of(io.StringIO()) == WIDE
    monkeypatch.setenv("COLUMNS", "80")
    assert columns_of(io.StringIO()) == 80
