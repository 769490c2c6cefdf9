"""Runs what asks for a `dialect` once for every kind of service in the registry."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

import ai_lsp.transport.pool  # noqa: F401  # it silences loggers when it is loaded, and they shall talk here
from ai_lsp.providers.registry import KINDS
from tests.wire.dialect import KEY, Dialect

OWN_ENGINES = {"embedded"}
"""Kinds that speak with no service."""

_FILES = sorted(file.stem for file in (Path(__file__).parent / "dialects").glob("*.py"))
DIALECTS: dict[str, Dialect] = {
    dialect.kind: dialect for dialect in (import_module(f"tests.wire.dialects.{file}").DIALECT for file in _FILES)
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of a `dialect` runs for every kind of service, one of a `refusal` for every error that one answers with."""
    spoken = [DIALECTS[kind] for kind in sorted(set(KINDS) & set(DIALECTS))]
    if "refusal" in metafunc.fixturenames:
        cases = [
            pytest.param(dialect, refusal, id=f"{dialect.kind}-{refusal.name}")
            for dialect in spoken
            for refusal in dialect.refusals
        ]
        metafunc.parametrize(("dialect", "refusal"), cases)
    elif "dialect" in metafunc.fixturenames:
        metafunc.parametrize("dialect", [pytest.param(dialect, id=dialect.kind) for dialect in spoken])


@pytest.fixture
def unspoken() -> set[str]:
    """Kinds of services in the registry that no dialect is written down for."""
    return set(KINDS) - set(DIALECTS) - OWN_ENGINES


class Collected(logging.Handler):
    """Everything that anybody logs, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.name, self.format(record)))


@contextmanager
def collecting() -> Iterator[Collected]:
    collected = Collected()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(collected)
    try:
        yield collected
    finally:
        root.removeHandler(collected)
        root.setLevel(level)
    for name, text in collected.said:
        assert KEY not in text, f"{name} logged the key"


@pytest.fixture
def usual_log() -> Iterator[Collected]:
    """What is logged at the most talkative level, and never a word of the key."""
    with collecting() as collected:
        yield collected


@pytest.fixture
def every_log() -> Iterator[Collected]:
    """The same with all those that we keep silent."""
    silent = [logger for logger in map(logging.getLogger, logging.root.manager.loggerDict) if logger.disabled]
    for logger in silent:
        logger.disabled = False
    with collecting() as collected:
        yield collected
    for logger in silent:
        logger.disabled = True
