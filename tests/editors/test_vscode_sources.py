"""The VS Code extension's own checks: its types, and its tests of what needs no editor."""

from pathlib import Path

import pytest

from tests.e2e.vscode import extension

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return extension.checked_out(tmp_path_factory.mktemp("extension"))


@pytest.mark.parametrize("script", ["check", "test"])
def test_its_own_checks_hold(sources: Path, script: str) -> None:
    extension.run(script, sources)
