"""What is packed for VS Code, and the tests of its parts that need no editor."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.e2e.vscode.extension import checked_out, run

pytestmark = [pytest.mark.real, pytest.mark.timeout(90)]

MOST = 300_000
"""Bytes that people download."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checked_out(tmp_path_factory.mktemp("checked"))


def test_the_types_are_right(sources: Path) -> None:
    run("check", sources)


def test_the_parts_do_what_their_tests_say(sources: Path) -> None:
    assert "fail 0" in run("test", sources)


def test_only_what_people_need_is_packed(vsix: Path) -> None:
    with ZipFile(vsix) as packed:
        names = {name.removeprefix("extension/") for name in packed.namelist()}
        facts = json.loads(packed.read("extension/package.json"))
    assert names >= {"dist/extension.js", "icon.png", "package.json", "package.nls.json", "readme.md", "LICENSE.txt"}
    assert not [name for name in names if name.endswith((".ts", ".map")) or "node_modules" in name]
    assert "dependencies" not in facts
    assert vsix.stat().st_size < MOST
