from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.desk import Desk
from tests.support.lsp_client import LspClient

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
async def desk() -> Desk:
    """A server that has been initialized by an editor with inline completion and UTF-16."""
    desk = Desk()
    await desk.initialize()
    desk.sent.clear()
    return desk


@pytest.fixture
def client() -> Iterator[LspClient]:
    """A real server process that has not heard anything yet."""
    with LspClient.start([sys.executable, "-m", "tests.server.fake_house"], cwd=CHECKOUT) as client:
        yield client
