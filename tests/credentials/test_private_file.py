from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder / "vault"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_s12_a_file_and_its_folder_are_the_owners_alone_under_every_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "keys" / "vault"
    with private_file.locked(path):
        private_file.replace(path, b"x")
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert private_file.read(path) == b"x"


def test_s12_a_file_is_never_open_to_others_not_even_while_it_is_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(os, "fchmod", lambda fd, _: seen.append(stat.S_IMODE(os.fstat(fd).st_mode)))
    before = os.umask(0)
    try:
        private_file.replace(path, b"x")
    finally:
        os.umask(before)
    assert seen == [0o600]


def test_what_is_not_there_is_none(path: Path) -> None:
    assert private_file.read(path) is None


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_s12_a_planted_link_is_neither_read_nor_written_through(path: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").write_bytes(b"theirs")
    path.symlink_to(tmp_path / target)
    with pytest.raises(ConfigurationError, match="is a link, and keys are never kept behind one; remove it"):
        private_file.read(path)
    with pytest.raises(ConfigurationError, match="is a link"):
        private_file.replace(path, b"ours")
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs"
    assert not (tmp_path / "nowhere").exists()


def test_a_link_in_the_place_of_the_draft_is_removed_not_followed(path: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"theirs")
    path.with_name("vault.new").symlink_to(theirs)
    private_file.replace(path, b"ours")
    assert (theirs.read_bytes(), path.read_bytes()) == (b"theirs", b"ours")


def test_a_link_in_the_place_of_the_lock_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.with_name("vault.lock").symlink_to(tmp_path / "made-by-us")
    with pytest.raises(ConfigurationError, match="cannot be written"), private_file.locked(path):
        pass
    assert not (tmp_path / "made-by-us").exists()


def test_a_link_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "keys").symlink_to(tmp_path / "theirs")
    with pytest.raises(ConfigurationError, match="is not a folder but a link"):
        private_file.make_folder(tmp_path / "keys")


@pytest.mark.parametrize("open_to", [0o644, 0o640, 0o606, 0o660, 0o610])
def test_a_file_that_others_may_open_is_refused_with_the_way_out(path: Path, open_to: int) -> None:
    path.write_bytes(b"x")
    path.chmod(open_to)
    with pytest.raises(ConfigurationError) as refused:
        private_file.read(path)
    assert str(refused.value) == f"{path} is open to others, so it is not used; run `chmod 600 {path}`"


def test_a_folder_that_others_may_open_is_refused_with_the_way_out(path: Path) -> None:
    path.parent.chmod(0o755)
    with pytest.raises(ConfigurationError, match=f"run `chmod 700 {path.parent}`"):
        private_file.make_folder(path.parent)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_at_once(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    with pytest.raises(ConfigurationError, match="vault is not a file of ours"):
        private_file.read(path)


def test_a_file_that_cannot_be_written_leaves_the_old_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private_file.replace(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match=r"\(No space left on device\); nothing was changed"):
        private_file.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert not path.with_name("vault.new").exists()


def test_what_a_killed_process_left_does_not_stop_the_next(path: Path) -> None:
    path.with_name("vault.new").write_bytes(b"half")
    private_file.replace(path, b"whole")
    assert path.read_bytes() == b"whole"
