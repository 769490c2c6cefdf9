"""How a test asks for a real part."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from tests.parts.catalogue import PARTS, find
from tests.parts.part import PartMissingError


def need(name: str) -> Path:
    """The program of part `name`. Without it the test is skipped, saying how to get it; with CI=true it fails."""
    try:
        found = find(name)
    except PartMissingError as error:
        _missing(str(error))
    if found is None:
        _missing(f"{name} is not here: get it with `./dev parts {name}`, or name it in {PARTS[name].variable}")
    return found


def _missing(why: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{why} (every part is required where CI=true)")
    pytest.skip(why)
