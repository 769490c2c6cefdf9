from __future__ import annotations

import pytest

from ai_lsp.core.errors import ConfigurationError
from tests.server.desk import Desk, inline_at
from tests.server.fake_house import SECRET, FakeHouse


class BrokenDoor(Desk):
    """The house does not open until it has been repaired."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.session._open_house = self.open_house

    def open_house(self) -> FakeHouse:
        if self.error is not None:
            raise self.error
        return self.house


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ConfigurationError("config.toml, line 3: unknown key `provder`"), -32803, "config.toml, line 3"),
        (RuntimeError(SECRET), -32603, "internal error (RuntimeError)"),
    ],
)
async def test_a_house_that_does_not_open_is_told_and_tried_again(error: Exception, code: int, message: str) -> None:
    desk = BrokenDoor(error)
    await desk.initialize()
    await desk.open("say x\n")
    answer = await desk.call("textDocument/inlineCompletion", inline_at(0, 3))
    assert answer["error"]["code"] == code
    assert message in answer["error"]["message"]
    assert SECRET not in str(desk.sent)
    desk.error = None
    await desk.open("say x\n")
    assert "result" in await desk.call("textDocument/inlineCompletion", inline_at(0, 3))


async def test_a_house_is_opened_once(desk: Desk) -> None:
    await desk.open("say x\n")
    await desk.call("aiLsp/status")
    assert [call[0] for call in desk.house.calls].count("start") == 1


async def test_a_house_that_was_closed_stays_closed(desk: Desk) -> None:
    await desk.session.close()
    await desk.session.close()
    assert [call[0] for call in desk.house.calls].count("closed") == 1
    assert (await desk.call("aiLsp/status"))["error"]["code"] == -32600


async def test_a_house_that_fails_to_close_is_no_reason_not_to_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise OSError(SECRET)

    monkeypatch.setattr(desk.house, "aclose", fail)
    assert (await desk.call("shutdown"))["result"] is None
    assert "could not close in order: OSError" in caplog.text
    assert SECRET not in caplog.text
