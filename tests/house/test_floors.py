"""The floors and doors of ARCHITECTURE.md, checked as an ordinary test."""

import pytest
from importlinter import cli
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_imports_go_down_only_and_doors_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # it would switch off every logger that there is by now, also for the tests that follow
    monkeypatch.setattr(cli, "_configure_logging", lambda verbose: None)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS
