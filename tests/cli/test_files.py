from pathlib import Path

import pytest

from ai_lsp.cli.files import language_of, uri_of, workspace_of


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"),
        ("A.PY", "python"),
        ("a.tsx", "typescriptreact"),
        ("Makefile", "plaintext"),
        (".py", "plaintext"),
    ],
)
def test_the_language_is_told_by_the_ending(name: str, language: str) -> None:
    assert language_of(Path(name)) == language


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_the_workspace_is_the_repository(tmp_path: Path) -> None:
    (tmp_path / "code" / ".git").mkdir(parents=True)
    _file(tmp_path / "code/part/pyproject.toml")
    assert workspace_of(_file(tmp_path / "code/part/src/a.py")) == tmp_path / "code"


def test_the_workspace_is_the_nearest_project_outside_of_a_repository(tmp_path: Path) -> None:
    _file(tmp_path / "package.json")
    _file(tmp_path / "part/Cargo.toml")
    assert workspace_of(_file(tmp_path / "part/src/a.rs")) == tmp_path / "part"


def test_a_file_without_a_project_has_its_folder(tmp_path: Path) -> None:
    assert workspace_of(_file(tmp_path / "some/a.py")) == tmp_path / "some"


def test_an_installed_package_is_a_workspace_of_its_own(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    packages = tmp_path / ".venv/lib/python3.12/site-packages"
    assert workspace_of(_file(packages / "flask/json/tag.py")) == packages / "flask"
    assert workspace_of(_file(packages / "six.py")) == tmp_path


def test_a_uri_is_absolute_and_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert uri_of(Path("a b.py")) == (tmp_path / "a b.py").as_uri()
    assert uri_of(Path("a b.py")).endswith("/a%20b.py")
