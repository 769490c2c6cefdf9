from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file
from ai_lsp.settings.trust import Answer, Trust

ORIGIN = "https://ai.example"


def opened(folder: Path) -> Trust:
    trust = Trust(folder / "private" / "trust.json", private_file, lambda: 5.0)
    trust.read()
    return trust


def test_nothing_is_trusted_that_nobody_was_asked_about(tmp_path: Path) -> None:
    trust = opened(tmp_path)
    assert (trust.allows(ORIGIN), trust.on_disk(), trust.problem) == (None, [], None)


@pytest.mark.parametrize("allowed", [True, False])
def test_an_answer_holds_for_this_origin_and_for_every_process(tmp_path: Path, allowed: bool) -> None:
    trust = opened(tmp_path)
    trust.remember(ORIGIN, allowed=allowed)
    for other in (trust, opened(tmp_path)):
        assert other.allows(ORIGIN) is allowed
        assert other.on_disk() == [Answer(ORIGIN, allowed, 5.0)]
        for near in (f"{ORIGIN}:8443", "http://ai.example", f"{ORIGIN}.evil.test", "https://AI.example"):
            assert other.allows(near) is None


def test_processes_that_remember_different_things_do_not_forget_each_others(tmp_path: Path) -> None:
    one, two = opened(tmp_path), opened(tmp_path)
    one.remember(ORIGIN, allowed=True)
    two.remember("https://b.example", allowed=False)
    assert [answer.origin for answer in one.on_disk()] == [ORIGIN, "https://b.example"]


def test_an_answer_can_be_taken_back(tmp_path: Path) -> None:
    trust = opened(tmp_path)
    trust.remember(ORIGIN, allowed=True)
    assert trust.revoke(ORIGIN)
    assert not trust.revoke(ORIGIN)
    assert (trust.allows(ORIGIN), opened(tmp_path).allows(ORIGIN)) == (None, None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"origins": 5}',
        b'{"origins": {"https://ai.example": true}}',
        b'{"origins": {"https://ai.example": {"allowed": "yes", "at": 1}}}',
        b'{"origins": {"https://ai.example": {"allowed": true}}}',
        b'{"origins": {"https://ai.example": {"allowed": true, "at": 1, "more": 1}}}',
        b"\xff",
        b'{"a":' * 90000,
    ],
)
def test_of_a_damaged_record_nothing_is_trusted_and_nothing_is_lost(tmp_path: Path, content: bytes) -> None:
    trust = opened(tmp_path)
    trust.remember(ORIGIN, allowed=True)
    trust.path.write_bytes(content)
    trust.read()
    assert trust.allows(ORIGIN) is None
    assert trust.problem is not None
    assert "is damaged; remove it" in trust.problem
    with pytest.raises(ConfigurationError):
        trust.remember("https://b.example", allowed=True)
    assert trust.path.read_bytes() == content


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
def test_a_record_that_others_may_have_written_is_not_trusted(tmp_path: Path, mode: int) -> None:
    trust = opened(tmp_path)
    trust.remember(ORIGIN, allowed=True)
    trust.path.chmod(mode)
    trust.read()
    assert trust.allows(ORIGIN) is None
    assert "chmod 600" in str(trust.problem)
    trust.path.chmod(0o600)
    trust.read()
    assert (trust.allows(ORIGIN), trust.problem) == (True, None)


def test_it_is_nobody_elses_to_read(tmp_path: Path) -> None:
    trust = opened(tmp_path)
    trust.remember(ORIGIN, allowed=True)
    assert trust.path.stat().st_mode & 0o777 == 0o600
