from __future__ import annotations

import os
from pathlib import Path

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file
from ai_lsp.credentials.kek.file import FileKeks


def put(path: Path, *keys: str, mode: int = 0o600) -> FileKeks:
    path.write_text("".join(f"{key}\n" for key in keys))
    path.chmod(mode)
    return FileKeks(path)


async def test_a_file_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    keks = FileKeks(tmp_path / "master")
    made = await keks.make(None)
    assert (tmp_path / "master").stat().st_mode & 0o777 == 0o600
    assert (await keks.recall(made.header)).header == made.header


async def test_the_key_that_the_person_put_there_is_taken(tmp_path: Path) -> None:
    keks = put(tmp_path / "master", "ab" * 32)
    await keks.make(None)
    assert (tmp_path / "master").read_text() == "ab" * 32 + "\n"


async def test_a_rotation_puts_a_new_key_above_the_old_one_until_that_is_forgotten(tmp_path: Path) -> None:
    keks = put(tmp_path / "master", "ab" * 32)
    old = await keks.make(None)
    new = await keks.make(old.header)
    lines = (tmp_path / "master").read_text().split()
    assert lines[1:] == ["ab" * 32]
    assert (await keks.recall(old.header)).header == old.header
    await keks.forget(old.header)
    assert (tmp_path / "master").read_text().split() == lines[:1]
    assert (await keks.recall(new.header)).header == new.header


async def test_a_new_first_line_of_the_persons_own_is_rotated_to(tmp_path: Path) -> None:
    old = await put(tmp_path / "master", "ab" * 32).make(None)
    keks = put(tmp_path / "master", "cd" * 32, "ab" * 32)
    await keks.make(old.header)
    assert (tmp_path / "master").read_text().split() == ["cd" * 32, "ab" * 32]


async def test_where_the_file_is_not_ours_to_write_its_owner_forgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await put(tmp_path / "master", "ab" * 32).make(None)
    keks = put(tmp_path / "master", "cd" * 32, "ab" * 32)

    def refuse(path: Path, data: bytes) -> None:
        raise ConfigurationError("read-only")

    monkeypatch.setattr(private_file, "replace", refuse)
    await keks.forget(old.header)
    assert len((tmp_path / "master").read_text().split()) == 2


async def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="run `chmod 600 "):
        await put(tmp_path / "master", "ab" * 32, mode=0o640).make(None)


@pytest.mark.parametrize("line", ["password", "ab" * 16, "ab" * 33, "\u00e9"])
async def test_what_is_no_key_is_told_without_being_shown(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigurationError, match="each is 64 hexadecimal digits") as refused:
        await put(tmp_path / "master", line).make(None)
    assert line not in str(refused.value).replace(os.fspath(tmp_path), "")


async def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(ConfigurationError, match="name that file in AI_LSP_MASTER_KEY_FILE"):
        await FileKeks(None).make(None)
