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


@pytest.fixture(params=sorted(set(KINDS) - OWN_ENGINES))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    kind = request.param
    if kind not in DIALECTS:
        pytest.fail(f"nobody has written down how services of the kind {kind!r} speak: add tests/wire/dialects/*.py")
    return DIALECTS[kind]


@pytest.fixture
def every_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every logger at its most talkative, and never a word of the key."""
    caplog.set_level(logging.DEBUG)
    yield
    for record in caplog.records:
        shown = logging.Formatter().format(record)
        assert KEY not in shown, f"{record.name} logged the key"
