"""Addresses become paths and back, without a look at the disk."""

import pytest

from ai_lsp.context.paths import path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/a/b.py", "/home/a/b.py"),
        ("file://localhost/home/a.py", "/home/a.py"),
        ("file:/home/a.py", "/home/a.py"),
        ("FILE:///a", "/a"),
        ("file:///home/a%20b/%C3%A9%25.py", "/home/a b/é%.py"),
        ("file:///a#b?c.py", "/a#b?c.py"),
        ("file:///a%2e%2e/b", "/a../b"),
        ("file:///c%3A/src/a.py", "C:\\src\\a.py"),
        ("file:///C:/src/a%20b.py", "C:\\src\\a b.py"),
        ("file:///d:", "D:"),
        ("file://host/share/a.py", "\\\\host\\share\\a.py"),
        ("untitled:Untitled-1", None),
        ("git:/a/b.py?ref", None),
        ("vscode-notebook-cell:/a/b.ipynb#x", None),
        ("https://example.org/a.py", None),
        ("file:", None),
        ("file:a.py", None),
        ("file:///a%00b", None),
        ("file://[broken/a", None),
        ("", None),
        ("/home/a.py", None),
    ],
)
def test_path_of(uri: str, path: str | None) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize("path", ["/home/a b/é%.py", "/a#b?c.py", "C:\\src\\a b.py", "\\\\host\\share\\a.py", "/"])
def test_there_and_back(path: str) -> None:
    uri = uri_of(path)
    assert uri is not None
    assert path_of(uri) == path


def test_addresses_are_written_as_editors_write_them() -> None:
    assert uri_of("/home/a b.py") == "file:///home/a%20b.py"
    assert uri_of("C:\\a.py") == "file:///c%3A/a.py"
    assert uri_of("a.py") is None
