from __future__ import annotations

from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Call, Events, Next
from ai_lsp.gateway.line import compose
from tests.gateway.support_gateway import behind, collect, completion_call

END = Finished("cloud", "m1")


class Marking:
    """A stage that writes down when it sees the call and each event."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name = name
        self.log = log

    async def __call__(self, call: Call, following: Next) -> Events:
        self.log.append(f"{self.name} call")
        async for event in following(call):
            self.log.append(f"{self.name} {type(event).__name__}")
            yield event


async def test_the_first_stage_sees_the_call_first_and_the_events_last() -> None:
    log: list[str] = []
    line = compose([Marking("outer", log), Marking("inner", log)], behind(END))

    assert await collect(line(completion_call())) == [END]
    assert log == ["outer call", "inner call", "inner Finished", "outer Finished"]


async def test_nothing_is_read_ahead_of_the_reader() -> None:
    log: list[str] = []
    events = compose([Marking("only", log)], behind(TextDelta("a"), TextDelta("b"), END))(completion_call())

    await anext(events)
    assert log == ["only call", "only TextDelta"]
    await events.aclose()
    assert log == ["only call", "only TextDelta"]


async def test_a_line_without_stages_is_what_stands_at_its_end() -> None:
    end = behind(END)
    assert compose([], end) is end
