"""Finds the files to learn from. In: folders, and which files are near the person's work. Out: paths, nearest first, then texts.

Stays inside the folders: no link is followed. Leaves out what is ignored (.gitignore), hidden, vendored, generated,
minified, binary, too large, or named like a place for secrets. A file that cannot be read is left out.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ai_lsp.context.exclude import IGNORE_FILE, is_secret_file, patterns
from ai_lsp.providers.embedded.kinds import family_of_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_SKIPPED_FOLDERS = frozenset(
    [
        "node_modules",
        "bower_components",
        "jspm_packages",
        "vendor",
        "vendored",
        "_vendor",
        "third_party",
        "third-party",
        "thirdparty",
        "external",
        "site-packages",
        "dist-packages",
        "venv",
        "env",
        "virtualenv",
        "__pycache__",
        "dist",
        "build",
        "out",
        "target",
        "bin",
        "obj",
        "coverage",
        "htmlcov",
        "Pods",
        "Carthage",
        "DerivedData",
        "elm-stuff",
        "deps",
        "_build",
    ]
)
_SKIPPED_NAMES = (
    *("*.min.js", "*.min.css", "*.min.mjs", "*-min.js", "*.bundle.js", "*.chunk.js", "*_pb2.py", "*_pb2_grpc.py"),
    *("*_pb2.pyi", "*.pb.go", "*.pb.cc", "*.pb.h", "*.g.dart", "*.freezed.dart", "*.designer.cs", "*.g.cs"),
    *("*.generated.*", "*_generated.*", "package-lock.json", "npm-shrinkwrap.json", "composer.lock"),
    *("pnpm-lock.yaml", "*.lock.json", "*.tsbuildinfo", "bindata.go", "zz_generated*"),
)
_SECRET_NAMES = (
    *(
        "*secret*",
        "*credential*",
        "*password*",
        "*.env",
        "*.env.*",
        "env.*",
        "id_*",
        "*private*key*",
        "*service*account*.json",
    ),
    *("*token*.json", "*keystore*", "*.tfvars*", "htpasswd*", "vault*.y*ml", "kubeconfig*"),
)
_SOURCE_THAT_TALKS_OF_SECRETS = frozenset(
    {"python", "javascript", "go", "rust", "jvm", "c", "csharp", "ruby", "php", "swift"}
)
_GENERATED = re.compile(
    r"@generated\b|\bcode generated\b.{0,80}|\bdo not (?:edit|modify)\b|\bauto-?generated\b", re.IGNORECASE
)
_LICENCE = re.compile(r"copyright|licen[sc]e", re.IGNORECASE)
_COMMENT = ("#", "//", "/*", "*", "--", ";", "<!--")
_SMALL_DATA = 50_000
_MOST_FILES_SEEN = 200_000
_LICENCES_KEPT = 3


@dataclass(frozen=True, slots=True)
class SourceFile:
    path: str
    family: str
    size: int


@dataclass(slots=True)
class Workspace:
    """Absolute folders to read, the caps, paths of files that are near the person's work, and patterns to leave out."""

    folders: Sequence[str]
    max_bytes: int
    max_file_bytes: int
    near: Sequence[str] = ()
    exclude: Sequence[str] = ()
    left_out: int = 0
    _licences: Counter[str] = field(default_factory=Counter)

    def files(self) -> list[SourceFile]:
        """The files to read, nearest first, up to the cap; `left_out` then tells how many did not fit."""
        found = {file.path: file for folder in self.folders for file in self._walk(folder)}
        chosen: list[SourceFile] = []
        free = self.max_bytes
        for file in sorted(found.values(), key=lambda f: (self._distance(f.path), f.path)):
            if file.size <= free:
                chosen.append(file)
                free -= file.size
        self.left_out = len(found) - len(chosen)
        return chosen

    def text(self, file: SourceFile) -> str | None:
        """A file's text with LF line ends, or None if it is not to be learned from."""
        try:
            with Path(file.path).open("rb") as opened:
                raw = opened.read(self.max_file_bytes + 1)
        except OSError:
            return None
        if len(raw) > self.max_file_bytes or b"\0" in raw:
            return None
        text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        if text.count("\ufffd") > len(text) // 100 or _GENERATED.search(text[:1500]) or _is_packed(text):
            return None
        return self._without_worn_licence(text)

    def _without_worn_licence(self, text: str) -> str:
        """Drop a licence at the head that other files have too: it would crowd out what the person writes."""
        head, gap, rest = text.partition("\n\n")
        is_comment = all(not line.strip() or line.lstrip().startswith(_COMMENT) for line in head.split("\n"))
        if not (gap and is_comment and _LICENCE.search(head)):
            return text
        self._licences[head] += 1
        return text if self._licences[head] <= _LICENCES_KEPT else rest

    def _distance(self, path: str) -> int:
        if not self.near:
            return path.count(os.sep)
        return min(_steps(path, other) for other in self.near)

    def _walk(self, root: str) -> Iterator[SourceFile]:
        seen = 0
        own = _own(root, self.exclude) if self.exclude else ()
        pending: list[tuple[str, tuple[_Ignore, ...]]] = [(root, ())]
        while pending and seen < _MOST_FILES_SEEN:
            folder, ignores = pending.pop()
            try:
                with os.scandir(folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError:
                continue
            seen += len(entries)
            ignores = (*ignores, *_ignores_of(folder, entries))
            for entry in entries:
                if entry.is_symlink():
                    continue
                if _is_ignored(own, entry.path + "/" * entry.is_dir(follow_symlinks=False)):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if not _is_skipped_folder(entry.name) and not _is_ignored(ignores, entry.path + "/"):
                        pending.append((entry.path, ignores))
                    continue
                file = self._source(entry)
                if file is not None and not _is_ignored(ignores, entry.path):
                    yield file

    def _source(self, entry: os.DirEntry[str]) -> SourceFile | None:
        family = family_of_file(entry.name)
        if family is None or is_left_out(entry.name, family):
            return None
        try:
            size = entry.stat(follow_symlinks=False).st_size
        except OSError:
            return None
        most = _SMALL_DATA if family == "json" else self.max_file_bytes
        return SourceFile(entry.path, family, size) if 0 < size <= most else None


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One .gitignore: its patterns hold below its folder."""

    folder: str
    spec: GitIgnoreSpec


def _ignores_of(folder: str, entries: Sequence[os.DirEntry[str]]) -> list[_Ignore]:
    """What is not kept is not read, and neither is what no model may see, whose word counts more."""
    names = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
    found = [(name, _read_ignore(folder, name)) for name in (".gitignore", IGNORE_FILE) if name in names]
    return [ignore for _, ignore in found if ignore is not None]


def _read_ignore(folder: str, name: str) -> _Ignore | None:
    try:
        with Path(folder, name).open(encoding="utf-8", errors="replace") as opened:
            return _Ignore(folder, patterns(name, opened.read(_SMALL_DATA).splitlines()).spec)
    except (OSError, ValueError):
        # a file that says what no model may see, but cannot be read, speaks of everything
        return _Ignore(folder, patterns(name, ["*"]).spec) if name == IGNORE_FILE else None


def _own(root: str, exclude: Sequence[str]) -> tuple[_Ignore, ...]:
    """The person's patterns: relative to the folder that is read, and from the root of the disk, as `~/private` is."""
    spec = patterns("", map(os.path.expanduser, exclude)).spec
    return (_Ignore("", spec), _Ignore(root, spec))


def _is_ignored(ignores: Sequence[_Ignore], path: str) -> bool:
    """The innermost .gitignore that has something to say decides, as git does."""
    for ignore in reversed(ignores):
        decision = ignore.spec.check_file(path[len(ignore.folder) + 1 :].replace(os.sep, "/")).include
        if decision is not None:
            return decision
    return False


def _is_skipped_folder(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED_FOLDERS or name.endswith((".egg-info", ".dist-info", ".xcodeproj"))


def is_left_out(name: str, family: str) -> bool:
    """Whether a file's name says that it is hidden, made by a program, or a place for secrets."""
    lower = name.lower()
    if name.startswith(".") or is_secret_file(name) or any(fnmatch(lower, pattern) for pattern in _SKIPPED_NAMES):
        return True
    return family not in _SOURCE_THAT_TALKS_OF_SECRETS and any(fnmatch(lower, pattern) for pattern in _SECRET_NAMES)


def _is_packed(text: str) -> bool:
    """Whether the text is minified or one giant line rather than written by hand."""
    return len(text) > 2000 and len(text) / (text.count("\n") + 1) > 300


def _steps(one: str, other: str) -> int:
    """Folders up and down from one file to the other."""
    a, b = PurePath(one).parts, PurePath(other).parts
    shared = 0
    while shared < min(len(a), len(b)) and a[shared] == b[shared]:
        shared += 1
    return len(a) + len(b) - 2 * shared
