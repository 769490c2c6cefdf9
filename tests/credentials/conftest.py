from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.credentials.support_backends import Hanging, Memory


@pytest.fixture(autouse=True)
def empty_keyring() -> Iterator[None]:
    Memory.held.clear()
    Memory.asked.clear()
    Hanging.answered.clear()
    yield
    Hanging.answered.set()
