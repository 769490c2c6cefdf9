"""Runs what asks for a `dialect` once for every kind of service in the registry."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

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


@pytest.fixture
def every_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every logger at its most talkative, and never a word of the key."""
    caplog.set_level(logging.DEBUG)
    yield
    for record in caplog.records:
        shown = logging.Formatter().format(record)
        assert KEY not in shown, f"{record.name} logged the key"
