"""Where tests for a file belong by the customs of its language. In: paths. Out: paths. Nothing is looked at on the disk:
whether there is such a file, the editor knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Final

Place = Callable[[PurePosixPath, PurePosixPath | None], PurePosixPath]
"""From a file and the folder of its workspace to the file of its tests."""


def _beside(pattern: str) -> Place:
    """A file with another name in the same folder. In the pattern `{}` is the name, and its ending is kept."""
    return lambda path, _: path.with_name(pattern.format(path.stem) + path.suffix)


def _in_folder(folder: str, pattern: str) -> Place:
    """A file in a folder of the workspace, or beside the file where nobody knows the workspace."""

    def place(path: PurePosixPath, root: PurePosixPath | None) -> PurePosixPath:
        name = pattern.format(path.stem) + path.suffix
        return path.with_name(name) if root is None else root / folder / name

    return place


def _in_tree(pattern: str) -> Place:
    """As in a Maven project: the same package below `src/test`."""

    def place(path: PurePosixPath, _: PurePosixPath | None) -> PurePosixPath:
        parts = list(path.parent.parts)
        for at in range(len(parts) - 2, -1, -1):
            if parts[at : at + 2] == ["src", "main"]:
                parts[at + 1] = "test"
                break
        return PurePosixPath(*parts) / (pattern.format(path.stem) + path.suffix)

    return place


_PLACES: Final[dict[str, Place]] = {
    "python": _in_folder("tests", "test_{}"),
    "javascript": _beside("{}.test"),
    "javascriptreact": _beside("{}.test"),
    "typescript": _beside("{}.test"),
    "typescriptreact": _beside("{}.test"),
    "vue": _beside("{}.test"),
    "go": _beside("{}_test"),
    "rust": _in_folder("tests", "{}"),
    "java": _in_tree("{}Test"),
    "kotlin": _in_tree("{}Test"),
    "scala": _in_tree("{}Test"),
    "csharp": _beside("{}Tests"),
    "php": _in_folder("tests", "{}Test"),
    "ruby": _in_folder("test", "{}_test"),
    "elixir": lambda path, root: _in_folder("test", "{}_test")(path, root).with_suffix(".exs"),
    "dart": _in_folder("test", "{}_test"),
    "swift": _in_folder("Tests", "{}Tests"),
    "c": _in_folder("tests", "test_{}"),
    "cpp": _in_folder("tests", "test_{}"),
    "lua": _in_folder("spec", "{}_spec"),
    "shellscript": lambda path, root: _in_folder("test", "{}")(path, root).with_suffix(".bats"),
}
"""By language, as VS Code names them."""

_NAMES: Final = (
    *("test_{}", "{}_test", "{}_tests", "{}.test", "{}.spec", "{}_spec", "{}-test", "{}Test", "{}Tests", "{}Spec"),
    *("tests/{}", "test/{}", "__tests__/{}"),
)
"""What tests of a file are called, whatever the language."""


def path_of_tests(path: str, language: str, folders: Iterable[str]) -> str:
    """The path of the file for the tests of another. All have `/` between their parts; `folders` are the workspace's."""
    file = PurePosixPath(path)
    roots = [PurePosixPath(folder) for folder in folders]
    root = max((one for one in roots if one in file.parents), key=lambda one: len(one.parts), default=None)
    return str(_PLACES.get(language, _beside("{}_test"))(file, root))


def is_test_of(candidate: str, path: str) -> bool:
    """Whether a file is, by its name, the one with the tests of another."""
    one, other = PurePosixPath(candidate), PurePosixPath(path)
    if one == other or (one.suffix != other.suffix and one.suffix not in (".exs", ".bats")):
        return False
    stem = str(one.with_suffix(""))
    return any(stem.endswith("/" + name.format(other.stem)) for name in _NAMES)


def is_test(path: str) -> bool:
    """Whether a file looks like tests itself."""
    file = PurePosixPath(path)
    name, folders = file.stem.lower(), {part.lower() for part in file.parts[:-1]}
    named = name.startswith("test_") or name.endswith(("_test", "_tests", ".test", ".spec", "_spec", "-test"))
    return (
        named
        or file.stem.endswith(("Test", "Tests", "Spec"))
        or not folders.isdisjoint({"test", "tests", "__tests__", "spec"})
    )
