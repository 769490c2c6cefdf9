"""The store, the streams on their way and what is learned, as a person at the keyboard meets them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.completion.anchors import Place, surroundings
from ai_lsp.completion.engine import Completer
from ai_lsp.completion.flights import ALTOGETHER, PER_DOCUMENT
from ai_lsp.completion.store import DOCUMENTS, MAX_BYTES, Entry, SuggestionStore
from ai_lsp.completion.store import PER_DOCUMENT as ENTRIES
from ai_lsp.core.completion import CodeCompletion, Selected, Suggestion, Trigger
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.documents.store import Change, Documents
from tests.completion.support_typist import Service, Sure, Typist, cursor
from tests.support.clock import FakeClock, settle

OWNER = ("service", None, 64)
LONG = "compute_total(orders, rates)"


async def test_engine_01_typing_through_twenty_characters_asks_once() -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    assert await typist.ghost() == LONG
    for at in range(20):
        typist.key(LONG[at])
        assert await typist.ghost() == LONG[at + 1 :]
    typist.back()
    assert await typist.ghost() == LONG[19:]
    assert len(typist.service.calls) == 1


async def test_engine_01_going_back_past_the_beginning_ends_it() -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    await typist.ghost()
    typist.back()
    await typist.see()
    assert len(typist.service.calls) == 2


@pytest.mark.parametrize("other", ["y = |", "x = |]", "x = |\nnext = 1"])
async def test_engine_02_other_surroundings_are_another_place(other: str) -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    await typist.ghost()
    typist.write(other)
    await typist.see()
    assert len(typist.service.calls) == 2


async def test_engine_02_another_document_model_or_language_has_its_own() -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    await typist.ghost()
    typist.uri = "file:///work/b.py"
    typist.write("x = |")
    await typist.ghost()
    typist.choice = Completer("service", "another")
    await typist.ghost()
    typist.documents.close(typist.uri)
    typist.write("x = |", "go")
    await typist.ghost()
    assert len(typist.service.calls) == 4


async def test_engine_02_edits_elsewhere_keep_it() -> None:
    typist = Typist(Service(LONG))
    typist.write("import os\nx = |\n" + "pass\n" * 300)
    await typist.ghost()
    typist.put(Position(220, 0), Position(220, 4), "go()\ngo()")
    assert await typist.ghost() == LONG
    typist.put(Position(0, 0), Position(0, 0), "import re\n")
    typist.key("c")
    assert await typist.ghost() == LONG[1:]
    assert len(typist.service.calls) == 1


async def test_closers_that_the_editor_adds_while_typing_along_keep_it() -> None:
    typist = Typist(Service("f(a)"))
    typist.write("x = |")
    await typist.ghost()
    typist.write("x = f(|)")
    found = await typist.see()
    assert isinstance(found, Suggestion)
    assert found.text == "a)"
    assert found.range == Range(Position(0, 6), Position(0, 7))
    assert len(typist.service.calls) == 1


TEXTS = st.text(alphabet="ab \n()é😀", max_size=30)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), TEXTS), max_size=6), st.integers(0, 60))
def test_engine_03_what_is_put_at_a_place_is_found_at_that_place(
    text: str, edits: list[tuple[int, int, str]], where: int
) -> None:
    """With random edits: each entry is found where it was put, and wherever its place has moved to it fits there."""
    store = SuggestionStore(FakeClock())
    documents = Documents([store])
    documents.open("u", "python", 1, text)
    for version, (start, length, new) in enumerate(edits, 2):
        document = documents.snapshot("u")
        assert document is not None
        place = Place(document, _at(document, where))
        entry = Entry("id", "u", OWNER, place.position, surroundings(place), 1000.0, "said", 4)
        store.put(entry)
        assert next(store.matching(place, OWNER)) == (entry, "")
        span = Range(_at(document, start), _at(document, start + length))
        documents.change("u", version, [Change(span, new)])
        now = documents.snapshot("u")
        assert now is not None
        if entry.anchor is not None:
            assert now.clamp(entry.anchor) == entry.anchor


def _at(document: DocumentSnapshot, offset: int) -> Position:
    before = document.text[:offset]
    return Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


async def test_engine_04_a_compatible_request_joins_the_stream() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    first = typist.ask()
    await settle()
    typist.key("c")
    first.cancel()  # a newer request takes its place: the server answers it with null
    second = typist.ask()
    await settle()
    await typist.service.calls[0].finish("comp", "ute(y)")
    found = second.result()
    assert isinstance(found, Suggestion)
    assert found.text == "ompute(y)"
    assert len(typist.service.calls) == 1


async def test_engine_04_an_incompatible_request_ends_the_stream_at_once() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    first = typist.ask()
    await settle()
    await typist.service.calls[0].say("compute")
    typist.key("z")
    first.cancel()
    typist.ask()
    await settle()
    assert typist.service.calls[0].closed
    assert len(typist.service.calls) == 2
    await typist.engine.aclose()


async def test_a_stream_that_diverges_while_it_is_waited_for_is_replaced() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    typist.ask().cancel()
    first = typist.ask()
    await settle()
    typist.key("z")
    first.cancel()
    second = typist.ask()
    await settle()
    await typist.service.calls[0].say("compute")
    assert typist.service.calls[0].closed
    await typist.service.calls[1].finish("one")
    found = second.result()
    assert isinstance(found, Suggestion)
    assert found.text == "one"


async def test_engine_05_a_late_answer_never_takes_the_place_of_a_newer_one() -> None:
    """Neovim applies whatever comes: two requests without cancellation, the older text's answer comes last."""
    typist = Typist(Service())
    typist.write("x = |")
    first = typist.ask()
    await settle()
    typist.key("c")
    second = typist.ask()
    await settle()
    await typist.service.calls[0].finish("call()")
    answers = [task.result() for task in (first, second)]
    # both are for the text as it is now
    assert [answer.text for answer in answers if isinstance(answer, Suggestion)] == ["all()", "all()"]
    assert {answer.version for answer in answers if isinstance(answer, Suggestion)} == {2}


async def test_engine_06_a_cancelled_request_leaves_its_stream_to_the_next_key() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    first = typist.ask()
    await settle()
    first.cancel()
    await typist.clock.advance(1.9)
    assert not typist.service.calls[0].closed
    typist.key("c")
    await typist.service.calls[0].say("call()\n")
    assert await typist.ghost() == "all()"
    assert len(typist.service.calls) == 1
    await typist.engine.aclose()


async def test_engine_06_a_stream_that_nobody_waits_for_is_stopped_after_two_seconds() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    first = typist.ask()
    await settle()
    first.cancel()
    await typist.clock.advance(2.1)
    assert typist.service.calls[0].closed


async def test_engine_06_a_stream_whose_beginning_is_on_screen_comes_to_its_end() -> None:
    typist = Typist(Service())
    refreshed: list[str] = []
    typist.engine.on_refresh(refreshed.append)
    await seen(typist, "if x:|", "\n    a()\n    b")
    await typist.clock.advance(10)
    await typist.service.calls[0].finish("()")
    assert refreshed == [typist.uri]
    assert await typist.ghost() == "\n    a()\n    b()"


async def test_engine_06_a_stream_whose_beginning_was_sent_away_is_stopped() -> None:
    typist = Typist(Service())
    found = await seen(typist, "if x:|", "\n    a()\n    b")
    typist.engine.rejected(found.id)
    await typist.clock.advance(2.1)
    assert typist.service.calls[0].closed


async def test_engine_07_a_storm_of_500_cancelled_keys_leaves_nothing_behind() -> None:
    typist = Typist(Service())
    before = len(asyncio.all_tasks())
    typist.write("x = |")
    for at in range(500):
        task = typist.ask()
        await settle()
        for call in typist.service.calls:
            if not call.closed:
                await call.say("q")
        task.cancel()
        typist.key("abcdefghij"[at % 10])
    assert typist.service.most_open <= PER_DOCUMENT
    await typist.engine.aclose()
    await settle()
    assert typist.service.open == 0
    assert len(asyncio.all_tasks()) == before


async def test_at_most_four_streams_run_altogether() -> None:
    typist = Typist(Service())
    for at in range(ALTOGETHER + 3):
        typist.uri = f"file:///work/{at}.py"
        typist.write("x = |")
        typist.ask()
        await settle()
    assert typist.service.open == ALTOGETHER
    await typist.engine.aclose()


async def test_engine_08_after_a_change_of_settings_no_old_result_is_shown() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    task = typist.ask()
    await settle()
    await typist.service.calls[0].say("old")
    typist.engine.settings_changed()
    await settle()
    assert isinstance(answer := task.result(), Silence)
    assert answer.reason is Reason.SUPERSEDED
    assert typist.service.calls[0].closed
    typist.ask()
    await settle()
    assert len(typist.service.calls) == 2
    await typist.engine.aclose()


async def test_who_asked_under_old_settings_is_told_to_ask_again_where_the_text_is_still_the_same() -> None:
    typist, told = Typist(Service()), list[str]()
    typist.engine.on_refresh(told.append)
    typist.write("x = |")
    typist.ask()
    await settle()
    typist.engine.settings_changed()
    await settle()
    assert told == [typist.uri]
    await typist.engine.aclose()


async def test_engine_08_another_model_ends_the_old_ones_stream() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    typist.ask().cancel()
    typist.ask()
    await settle()
    typist.choice = Completer("service", "another")
    typist.ask()
    await settle()
    assert [call.closed for call in typist.service.calls] == [True, False]
    assert typist.service.calls[1].prompt.model == "another"
    await typist.engine.aclose()


async def test_engine_09_what_was_sent_away_does_not_come_back() -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    found = await typist.see()
    assert isinstance(found, Suggestion)
    typist.engine.rejected(found.id)
    assert await typist.see() == Silence(Reason.REJECTED)
    assert len(typist.service.calls) == 1


async def test_engine_09_typing_away_from_what_was_seen_sends_it_away() -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    await typist.ghost()
    await typist.clock.advance(1)
    typist.key("other")
    typist.ask()
    await typist.clock.advance(5)
    assert typist.engine.counts().rejected == 1
    typist.back(5)
    assert await typist.see() == Silence(Reason.REJECTED)


async def test_engine_09_a_suggestion_that_was_followed_for_a_while_was_of_use() -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    await typist.ghost()
    typist.key(LONG[:6])
    await typist.ghost()
    await typist.clock.advance(1)
    typist.key("other")
    typist.ask()
    await settle()
    assert typist.engine.counts().rejected == 0
    assert len(typist.service.calls) == 2, "it is asked again without a rest"


async def test_engine_10_what_comes_after_the_end_of_a_block_is_known_after_the_accept() -> None:
    typist = Typist(Service("return 1\n\ndef g():\n    return 2"))
    typist.write("def f():\n    |")
    found = await typist.see()
    assert isinstance(found, Suggestion)
    assert found.text == "return 1"
    typist.accept(found)
    assert await typist.ghost() == "\n\ndef g():"
    assert len(typist.service.calls) == 1


async def test_the_rest_of_a_block_is_shown_as_soon_as_it_has_come() -> None:
    typist = Typist(Service())
    refreshed: list[str] = []
    typist.engine.on_refresh(refreshed.append)
    found = await seen(typist, "if x:|", "\n    a()\n    b")
    assert found.text == "\n    a()"
    await typist.service.calls[0].finish("()\n    c()")
    assert refreshed == [typist.uri]
    assert await typist.ghost() == "\n    a()\n    b()\n    c()"


async def test_engine_09_an_empty_answer_is_not_asked_for_again_for_30_seconds() -> None:
    typist = Typist(Service(""))
    typist.write("x = |")
    assert await typist.see() == Silence(Reason.NO_MATCH)
    await typist.clock.advance(29)
    assert await typist.see() == Silence(Reason.NO_MATCH)
    assert len(typist.service.calls) == 1
    await typist.clock.advance(2)
    await typist.see()
    assert len(typist.service.calls) == 2


async def test_engine_10_after_an_accept_the_next_ghost_costs_nothing() -> None:
    typist = Typist(Service("first(a)\n    second(b)\n    third(c)"))
    typist.write("def f():\n    |\n")
    found = await typist.see()
    assert isinstance(found, Suggestion)
    assert found.text == "first(a)"
    typist.accept(found)
    after = await typist.see()
    assert isinstance(after, Suggestion)
    assert after.text == "\n    second(b)"
    assert len(typist.service.calls) == 1


async def test_engine_10_also_where_the_accept_replaced_a_closer() -> None:
    typist = Typist(Service("x)\nprint(y)"))
    typist.write("print(|)")
    found = await typist.see()
    assert isinstance(found, Suggestion)
    assert found.range == Range(Position(0, 6), Position(0, 7))
    typist.accept(found)
    assert await typist.ghost() == "\nprint(y)"
    assert len(typist.service.calls) == 1


async def test_a_part_that_was_accepted_leaves_the_rest() -> None:
    typist = Typist(Service("alpha beta gamma"))
    typist.write("x = |")
    await typist.ghost()
    typist.key("alpha ")
    assert await typist.ghost() == "beta gamma"
    assert typist.engine.counts().partly == 1


async def test_engine_25_by_hand_it_is_completed_in_the_middle_of_a_word_and_by_itself_not() -> None:
    typist = Typist(Service("me"))
    typist.write("na|_of")
    assert await typist.see() == Silence(Reason.MID_WORD)
    assert isinstance(await typist.see(Trigger.INVOKED), Suggestion)


async def test_by_hand_all_of_an_answer_is_shown() -> None:
    typist = Typist(Service("one()\ntwo()\nthree()"))
    typist.write("|\n")
    found = await typist.see(Trigger.INVOKED)
    assert isinstance(found, Suggestion)
    assert found.text == "one()\ntwo()\nthree()"


@pytest.mark.parametrize(("menu", "comes"), [("compute_total", True), ("compare", False)])
async def test_engine_25_what_the_menu_has_selected_must_be_continued(menu: str, comes: bool) -> None:
    typist = Typist(Service("pute_total(y)"))
    typist.write("x = com|")
    selected = Selected(Range(Position(0, 4), Position(0, 7)), menu)
    task = typist.ask(selected=selected)
    await settle()
    assert isinstance(task.result(), Suggestion) is comes


async def test_engine_28_closing_a_document_ends_its_stream_without_a_word() -> None:
    typist = Typist(Service())
    typist.write("x = |")
    task = typist.ask()
    await settle()
    typist.documents.close(typist.uri)
    await settle()
    assert typist.service.open == 0
    assert isinstance(answer := task.result(), Silence)
    assert answer.reason is Reason.SUPERSEDED


async def test_engine_28_shutting_down_in_the_middle_leaves_no_task(caplog: pytest.LogCaptureFixture) -> None:
    typist = Typist(Service())
    before = len(asyncio.all_tasks())
    typist.write("x = |")
    task = typist.ask()
    await settle()
    await typist.engine.aclose()
    await settle()
    assert task.done()
    assert len(asyncio.all_tasks()) == before
    assert caplog.records == []


async def test_the_first_line_is_shown_while_the_tail_still_comes() -> None:
    typist = Typist(Service())
    typist.write("x = |\n")
    task = typist.ask()
    await settle()
    await typist.service.calls[0].say("one()\n", "two")
    found = task.result()
    assert isinstance(found, Suggestion)
    assert found.text == "one()"
    assert not typist.service.calls[0].closed
    await typist.engine.aclose()


async def test_a_text_that_goes_on_while_it_is_waited_is_not_asked_about() -> None:
    typist = Typist(Service(LONG), editor="an editor that asks at every key")
    typist.write("x = abc|")
    task = typist.ask()
    await settle()
    typist.key("d")
    await typist.clock.advance(1)
    assert isinstance(answer := task.result(), Silence)
    assert answer.reason is Reason.SUPERSEDED
    assert typist.service.calls == []


async def test_a_sure_companion_answers_at_once_and_the_model_extends_it() -> None:
    typist = Typist(Service(), Sure("compute(", 0.9))
    refreshed: list[str] = []
    typist.engine.on_refresh(refreshed.append)
    typist.write("x = |")
    assert await typist.waited() == "compute("
    await typist.service.calls[0].finish("compute(y)")
    assert refreshed == [typist.uri]
    assert await typist.ghost() == "compute(y)"


async def test_a_model_that_says_something_else_does_not_make_the_screen_flicker() -> None:
    typist = Typist(Service(), Sure("compute(", 0.9))
    refreshed: list[str] = []
    typist.engine.on_refresh(refreshed.append)
    typist.write("x = |")
    assert await typist.waited() == "compute("
    await typist.service.calls[0].finish("other")
    assert refreshed == []
    assert await typist.ghost() == "compute("
    typist.key("o")
    assert await typist.ghost() == "ther"


async def test_an_unsure_companion_stays_silent() -> None:
    typist = Typist(Service(), Sure("compute(", 0.3))
    typist.write("x = |")
    task = typist.ask()
    await typist.clock.advance(1)
    assert not task.done()
    await typist.service.calls[0].finish("other")
    assert isinstance(found := task.result(), Suggestion)
    assert found.text == "other"


async def test_what_was_taken_is_looked_at_later() -> None:
    typist = Typist(Service(LONG))
    typist.write("x = |")
    found = await typist.see()
    assert isinstance(found, Suggestion)
    typist.accept(found)
    await typist.clock.advance(31)
    await typist.see()
    assert typist.engine.counts().kept == ((30.0, 1, 1), (120.0, 0, 0))
    typist.write("|")
    await typist.clock.advance(100)
    await typist.see()
    assert typist.engine.counts().kept == ((30.0, 1, 1), (120.0, 1, 0))


def test_the_store_is_bounded_in_entries_documents_and_bytes() -> None:
    store = SuggestionStore(FakeClock())
    place = cursor("x = |")

    def put(uri: str, text: str) -> None:
        store.put(Entry("id", uri, OWNER, place.position, surroundings(place), 0.0, text, len(text)))

    for _ in range(ENTRIES + 5):
        put("a", "text")
    assert len(store) == ENTRIES
    for number in range(DOCUMENTS + 5):
        put(str(number), "text")
    assert len(store) == DOCUMENTS
    for number in range(10):
        put(f"large {number}", "x" * (MAX_BYTES // 10))
    assert len(store) < 10


def test_a_suggestion_is_kept_for_five_minutes() -> None:
    clock = FakeClock()
    store, place = SuggestionStore(clock), cursor("x = |")
    entry = Entry("id", place.document.uri, OWNER, place.position, surroundings(place), clock.monotonic(), "text", 4)
    entry.completion = CodeCompletion("text", "service", "m")
    store.put(entry)
    clock.move(299)
    assert list(store.matching(place, OWNER)) == [(entry, "")]
    clock.move(2)
    assert list(store.matching(place, OWNER)) == []


async def test_who_asks_by_hand_may_cycle_to_what_the_companion_says() -> None:
    typist = Typist(Service("first(1)\n"), own=Sure("second(2)", 0.4))
    typist.write("x = |")
    found = await typist.see(Trigger.INVOKED)
    assert isinstance(found, Suggestion)
    assert (found.text, [text for text, _ in found.alternatives]) == ("first(1)", ["second(2)"])


async def begun(typist: Typist, marked: str, piece: str) -> asyncio.Task[Suggestion | Silence]:
    """A question whose answer has come as far as this."""
    typist.write(marked)
    asked = typist.ask()
    await settle()
    await typist.service.calls[-1].say(piece)
    return asked


async def seen(typist: Typist, marked: str, piece: str) -> Suggestion:
    """What is shown of an answer that has come as far as this."""
    found = (await begun(typist, marked, piece)).result()
    assert isinstance(found, Suggestion)
    return found


async def test_a_long_line_is_shown_as_it_comes_and_the_editor_hears_when_it_is_whole() -> None:
    typist = Typist(Service())
    refreshed: list[str] = []
    typist.engine.on_refresh(refreshed.append)
    found = await seen(typist, "x = |\n", "compute(first, second, thi")
    assert (found.text, refreshed) == ("compute(first, second,", [])
    await typist.service.calls[0].say("rd)\n")
    assert refreshed == [typist.uri]
    assert await typist.ghost() == "compute(first, second, third)"


async def test_who_takes_a_part_of_a_line_sees_the_rest_of_it_next() -> None:
    typist = Typist(Service())
    typist.engine.on_refresh(lambda _: None)
    typist.accept(await seen(typist, "x = |\n", "compute(first, second, thi"))
    await typist.service.calls[0].say("rd)\n")
    assert await typist.ghost() == " third)"
    assert len(typist.service.calls) == 1


async def test_an_editor_that_hears_of_nothing_gets_whole_lines() -> None:
    typist = Typist(Service())
    asked = await begun(typist, "x = |\n", "compute(first, second, thi")
    assert not asked.done()
    await typist.service.calls[0].say("rd)\n")
    found = asked.result()
    assert isinstance(found, Suggestion)
    assert found.text == "compute(first, second, third)"
