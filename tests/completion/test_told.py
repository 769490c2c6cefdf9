"""What an editor tells of the suggestions that it shows."""

from __future__ import annotations

from ai_lsp.completion.learn import SEEN
from ai_lsp.core.completion import Suggestion
from tests.completion.support_typist import Service, Typist


async def shown(typist: Typist) -> Suggestion:
    found = await typist.see()
    assert isinstance(found, Suggestion)
    return found


async def test_a_part_that_the_editor_tells_of_counts_once() -> None:
    typist = Typist(Service("alpha beta gamma"))
    typist.write("x = |")
    found = await shown(typist)
    typist.engine.accepted(found.id, 6)
    typist.engine.accepted(found.id, 6)
    typist.key("alpha ")
    assert await typist.ghost() == "beta gamma"
    assert typist.engine.counts().partly == 1
    assert typist.engine.counts().accepted == 0


async def test_each_further_part_counts_its_length_from_the_start_of_what_was_sent() -> None:
    typist = Typist(Service("alpha beta gamma"))
    typist.write("x = |")
    found = await shown(typist)
    for size in (6, 11, 0, -3):
        typist.engine.accepted(found.id, size)
    assert typist.engine.counts().partly == 2
    typist.key("alpha ")
    rest = await shown(typist)
    typist.engine.accepted(rest.id, 5)
    assert typist.engine.counts().partly == 3


async def test_what_is_shown_late_is_seen_late() -> None:
    """Typed away from sooner than anybody reads, it was not sent away."""
    for told, rejected in ((True, 0), (False, 1)):
        typist = Typist(Service("alpha beta"))
        typist.write("x = |")
        found = await shown(typist)
        await typist.clock.advance(SEEN)
        if told:
            typist.engine.shown(found.id)
        typist.key("123")
        asked = typist.ask()
        await typist.clock.advance(5)
        await asked
        assert typist.engine.counts().rejected == rejected


async def test_suggestions_that_are_gone_are_passed_over() -> None:
    typist = Typist(Service("alpha"))
    typist.engine.shown("none")
    typist.engine.accepted("none", 3)
    assert typist.engine.counts().partly == 0
