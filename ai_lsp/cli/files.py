"""What an editor would know of a file: its language identifier, its URI and its workspace folder."""

from __future__ import annotations

from pathlib import Path

from ai_lsp.core.languages import language_of_file

_REPOSITORY = (".git", ".hg", ".jj")
_PROJECT = (
    "pyproject.toml",
    "setup.py",
    "package.json",
    "tsconfig.json",
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "CMakeLists.txt",
)
_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})


def language_of(file: Path) -> str:
    """The identifier that editors give."""
    return language_of_file(file.name)


def uri_of(file: Path) -> str:
    return file.absolute().as_uri()


def workspace_of(file: Path) -> Path:
    """The repository around a file, else the nearest folder that is a project, else the file's own folder.

    An installed package is a workspace of its own: the project that it is installed for is about something else.
    """
    folder = file.absolute().parent
    around = [folder, *folder.parents]
    installed = next((inside for inside in around if inside.parent.name in _INSTALLED), None)
    if installed is not None:
        return installed
    for markers in (_REPOSITORY, _PROJECT):
        found = next((above for above in around if any((above / marker).exists() for marker in markers)), None)
        if found is not None:
            return found
    return folder
