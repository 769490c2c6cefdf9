"""S18: our code starts no program and makes no code of text; every test of the suite runs under this watch."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from tests.support.doings import ALLOWED, OURS, unwatch, watch

ROOT = Path(__file__).parents[2]


def as_ours(line: str) -> Callable[[], Any]:
    """A function with this line, as if it stood in a file of ours."""
    source = f"import os, pickle, subprocess\ndef do():\n    {line}\n"
    names: dict[str, Any] = {}
    exec(compile(source, f"{OURS}somewhere.py", "exec"), names)
    found = names["do"]
    assert isinstance(found, FunctionType)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "subprocess.run(['true'], check=True)",
        "os.system('true')",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "eval('1 + 1')",
        "exec('x = 1')",
        "compile('x', 'x', 'eval')",
        "os.execv('/bin/true', ['true'])",
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="these are programs and calls of Unix")
def test_s18_the_watch_sees_every_way_to_a_program_and_to_code(line: str) -> None:
    seen = watch()
    try:
        with pytest.raises(PermissionError, match="our code starts no program"):
            as_ours(line)()
    finally:
        unwatch()
    assert len(seen) == 1
    assert seen[0].endswith("ai_lsp/somewhere.py")


def test_s18_a_library_that_starts_a_program_for_us_is_seen_though_it_hides_that_it_failed() -> None:
    seen = watch()
    try:
        as_ours("__import__('webbrowser').GenericBrowser('true').open('x')")()
    finally:
        unwatch()
    assert seen == [f"subprocess.Popen in {OURS}somewhere.py"]


def test_s18_others_may_start_programs_and_make_code() -> None:
    seen = watch()
    try:
        subprocess.run([sys.executable, "-c", ""], check=True)
        assert eval("1 + 1") == 2
    finally:
        unwatch()
    assert seen == []


def test_s18_the_places_that_start_a_program_are_there_and_start_one() -> None:
    assert [place for place in ALLOWED if "subprocess" not in Path(place).read_text()] == []


def test_s18_the_rules_of_the_linter_against_it_hold_for_all_of_our_code() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert lint["select"] == ["ALL"]
    assert [rule for rule in lint["ignore"] if rule.startswith("S")] == ["S101"], "only `assert` is no danger"
    files = [name for name, rules in lint["per-file-ignores"].items() if any(rule.startswith("S") for rule in rules)]
    assert [name for name in files if name.startswith("ai_lsp")] == []
