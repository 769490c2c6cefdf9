from __future__ import annotations

import json
from dataclasses import asdict

from tests.server.desk import Desk


async def test_the_same_as_on_the_command_line(desk: Desk) -> None:
    result = (await desk.call("aiLsp/providers"))["result"]
    assert json.dumps(result) == json.dumps([asdict(one) for one in await desk.house.providers()])
