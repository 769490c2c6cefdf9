"""What is promised of keys, trust and privacy, by number: every promise has a test that is called after it."""

from __future__ import annotations

import re
from pathlib import Path

PROMISED = (*range(1, 19), 20, *range(23, 26))


def test_each_promise_has_its_test() -> None:
    tests = "".join(file.read_text("utf-8") for file in Path(__file__).parents[1].rglob("test_*.py"))
    kept = {int(number) for number in re.findall(r"def test_s(\d+)_", tests)}
    assert [number for number in PROMISED if number not in kept] == []
