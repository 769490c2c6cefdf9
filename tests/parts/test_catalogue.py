"""Where a real part is looked for, and what is said when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parts import catalogue
from tests.parts.need import need
from tests.parts.part import Part, PartMissingError


def version_written_in(program: Path) -> str | None:
    return program.read_text() if program.exists() and program.read_text() != "too old" else None


def fetch_nothing(folder: Path) -> None:
    raise PartMissingError("there is no mirror")


EDITOR = Part("editor", "AI_LSP_EDITOR", "the-editor", "bin/editor", version_written_in, fetch_nothing)


@pytest.fixture(autouse=True)
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogue, "PARTS", {"editor": EDITOR})
    monkeypatch.setattr("tests.parts.need.PARTS", {"editor": EDITOR})
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path / "parts")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def put(program: Path, version: str) -> Path:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(version)
    program.chmod(0o755)
    return program


def test_a_program_that_a_variable_names_comes_first(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(parts / "parts/editor/bin/editor", "1.1")
    named = put(parts / "mine", "1.2")
    monkeypatch.setenv("AI_LSP_EDITOR", str(named))
    assert catalogue.find("editor") == named


def test_a_variable_that_names_nothing_usable_is_an_error(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_LSP_EDITOR", "/nowhere")
    with pytest.raises(PartMissingError, match="AI_LSP_EDITOR=/nowhere does not run or is too old"):
        catalogue.find("editor")


def test_what_was_fetched_comes_before_what_the_machine_has(parts: Path) -> None:
    on_path = put(parts / "path/the-editor", "1.0")
    assert catalogue.find("editor") == on_path
    fetched = put(parts / "parts/editor/bin/editor", "1.1")
    assert catalogue.find("editor") == fetched


def test_what_is_too_old_is_passed_over(parts: Path) -> None:
    put(parts / "path/the-editor", "too old")
    assert catalogue.find("editor") is None


def test_what_cannot_be_had_is_told_in_one_line_with_what_to_do() -> None:
    with pytest.raises(PartMissingError, match=r"^editor: there is no mirror; install it yourself and name it in AI_"):
        catalogue.fetch("editor")


def test_a_test_without_its_part_is_skipped_and_says_how_to_get_it() -> None:
    with pytest.raises(pytest.skip.Exception, match=r"`./dev parts editor`, or name it in AI_LSP_EDITOR"):
        need("editor")


def test_where_ci_is_true_a_missing_part_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="every part is required"):
        need("editor")
