import os
from pathlib import Path

import pytest

from ai_lsp.cli.failure import CommandError, UsageError
from ai_lsp.cli.place import MAX_FILE_BYTES, Place, parse_place, position_in, read_text
from ai_lsp.core.text import Position


@pytest.mark.parametrize(
    ("argument", "place"),
    [
        ("app.py:12", Place(Path("app.py"), 12)),
        ("app.py:12:3", Place(Path("app.py"), 12, 3)),
        (r"C:\code\app.py:12", Place(Path(r"C:\code\app.py"), 12)),
        (r"C:\code\app.py:12:3", Place(Path(r"C:\code\app.py"), 12, 3)),
        ("a:b:1:2", Place(Path("a:b"), 1, 2)),
        ("notes 1.py:7", Place(Path("notes 1.py"), 7)),
    ],
)
def test_a_place(argument: str, place: Place) -> None:
    assert parse_place(argument) == place


def test_a_name_that_ends_in_a_number_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log:1").touch()
    assert parse_place("log:1:2") == Place(Path("log:1"), 2)


@pytest.mark.parametrize("argument", ["app.py", "app.py:", "app.py:x", "app.py:-3", ":3", "", "app.py:1:", "a.py:٣"])
def test_what_names_no_line(argument: str) -> None:
    with pytest.raises(UsageError) as failed:
        parse_place(argument)
    said = str(failed.value)
    assert said == f"{argument!r} names no line; write FILE:LINE or FILE:LINE:COLUMN, such as app.py:12"


@pytest.mark.parametrize("argument", ["app.py:0", "app.py:0:1", "app.py:1:0"])
def test_nothing_counts_from_0(argument: str) -> None:
    with pytest.raises(UsageError) as failed:
        parse_place(argument)
    assert str(failed.value) == f"{argument!r}: lines and columns count from 1"


TEXT = "eins\nzwö🐍\r\n"


@pytest.mark.parametrize(
    ("line", "column", "position"),
    [(1, None, (0, 4)), (1, 1, (0, 0)), (1, 5, (0, 4)), (2, None, (1, 4)), (2, 5, (1, 4)), (3, None, (2, 0))],
)
def test_lines_and_columns_count_characters(line: int, column: int | None, position: tuple[int, int]) -> None:
    assert position_in(TEXT, Place(Path("a.py"), line, column)) == Position(*position)


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (4, None, "a.py has 3 lines; line 4 does not exist"),
        (2, 6, "line 2 of a.py has 4 characters; column 6 does not exist, the last one is 5"),
        (3, 2, "line 3 of a.py has 0 characters; column 2 does not exist, the last one is 1"),
    ],
)
def test_a_place_that_the_file_does_not_have(line: int, column: int | None, said: str) -> None:
    with pytest.raises(CommandError) as failed:
        position_in(TEXT, Place(Path("a.py"), line, column))
    assert str(failed.value) == said


def test_text_is_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes("﻿é = 1\r\n".encode())
    assert read_text(file) == "é = 1\r\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x7fELF\0\0", "is a binary file; name a source file"),
        (b"one\ncaf\xe9\n", "is not UTF-8 (in line 2); save it as UTF-8"),
        ("x = 1\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    ],
)
def test_what_is_no_text(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(content)
    with pytest.raises(CommandError) as failed:
        read_text(file)
    assert str(failed.value) == f"{file} {said}"


def _failure(file: Path) -> str:
    with pytest.raises(CommandError) as failed:
        read_text(file)
    return str(failed.value).removeprefix(str(file))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert _failure(tmp_path / "no.py") == ": there is no such file; check the name and the folder you are in"
    assert _failure(tmp_path) == " is a folder; name a file in it"
    below = tmp_path / "file"
    below.touch()
    assert _failure(below / "a.py") == " cannot be read (Not a directory); check its name and permissions"
    large = tmp_path / "large.py"
    with large.open("wb") as out:
        out.truncate(MAX_FILE_BYTES + 1)
    assert _failure(large) == " is too large (32 MB); name a source file"
    assert "cannot be read" in _failure(tmp_path / "nul\0.py")


@pytest.mark.skipif(os.name != "posix", reason="named pipes are files on POSIX systems only")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _failure(tmp_path / "pipe") == " is not an ordinary file; name a source file"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.touch(mode=0)
    assert _failure(file) == " cannot be read (Permission denied); check its name and permissions"
