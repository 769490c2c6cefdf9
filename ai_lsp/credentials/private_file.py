"""Files that only their owner may read.

In: a path and bytes. Out: the bytes, or a ConfigurationError with one line that says what is wrong and the command that
puts it right. What must never happen: a file of ours is open to others for any moment, whatever the umask; a link that
somebody planted is followed; a process that is killed leaves half a file where a whole one was.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ai_lsp.core.errors import ConfigurationError

_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_LARGEST = 4 * 1024 * 1024


def read(path: Path) -> bytes | None:
    """Everything in the file; None: there is none. Refuses links, and what others may read or write."""
    if not _NO_LINKS:
        _check_no_link(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_LINKS | _NO_WAITING | _BINARY)
    except FileNotFoundError:
        _check_no_link(path)
        return None
    except OSError as error:
        _check_no_link(path)
        raise ConfigurationError(f"{path} cannot be read ({_reason(error)}); see who owns it") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            raise ConfigurationError(f"{path} is not a file of ours; move it away")
        _check_mode(path, found, 0o600)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file in one step: whoever reads at any moment finds the old or the new bytes.

    The folder is made for the owner alone where it is missing. Callers hold `locked(path)`.
    """
    _check_no_link(path)
    draft = path.with_name(f"{path.name}.new")
    with _refusals_of(path):
        with suppress(FileNotFoundError):
            draft.unlink()  # what a killed process left; a link is removed, not followed
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS | _BINARY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if sys.platform != "win32":
                    os.fchmod(file.fileno(), 0o600)  # an umask may have taken the owner's own rights
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
        _sync_folder(path.parent)


def remove(path: Path) -> None:
    """No file afterwards, whether or not there was one."""
    with _refusals_of(path):
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else who asks for this lock changes the file meanwhile. Ends with the process, however that ends."""
    make_folder(path.parent)
    with _refusals_of(path):
        lock = path.with_name(f"{path.name}.lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | _NO_LINKS | _BINARY, 0o600)
    try:
        with _refusals_of(path):
            _wait_for(descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait_for(lock: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # Windows only

        msvcrt.locking(lock, msvcrt.LK_LOCK, 1)
    else:
        import fcntl  # noqa: PLC0415  # not on Windows

        fcntl.flock(lock, fcntl.LOCK_EX)


def make_folder(folder: Path) -> None:
    """A folder that its owner alone may look into. One that is open to others is refused, not repaired."""
    with _refusals_of(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
        except FileExistsError:
            check_folder(folder)


def check_folder(folder: Path) -> None:
    """Raises ConfigurationError where others could plant or take files. A folder that is missing is fine."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be looked at ({_reason(error)})") from None
    if not stat.S_ISDIR(found.st_mode):
        raise ConfigurationError(f"{folder} is not a folder but a link or a file; move it away")
    _check_mode(folder, found, 0o700)


def _check_no_link(path: Path) -> None:
    if path.is_symlink():
        raise ConfigurationError(f"{path} is a link, and keys are never kept behind one; remove it")


def _check_mode(path: Path, found: os.stat_result, mode: int) -> None:
    if sys.platform == "win32":  # the profile's own access list guards it there
        return
    if found.st_uid != os.geteuid():
        raise ConfigurationError(f"{path} belongs to somebody else, so its keys are not used; see who put it there")
    if found.st_mode & 0o077:
        raise ConfigurationError(
            f"{path} is open to others, so it is not used; run `chmod {mode:o} {shlex.quote(str(path))}`"
        )


def _sync_folder(folder: Path) -> None:
    """So that the new name survives a power cut too."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems have no such thing for folders
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _refusals_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({_reason(error)}); nothing was changed") from None


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
