"""An open document's tokens after any edit are those of reading the whole text anew."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.providers.embedded.buffer import Buffer
from ai_lsp.providers.embedded.vocabulary import Vocabulary

lines = st.lists(st.sampled_from(["", "if a:", "    b = c(d)", "\te", "        return x", "ünï = 'ß'"]), max_size=150)


def facts(buffer: Buffer) -> tuple[object, ...]:
    text = [buffer.vocabulary.text[token] for token in buffer.tokens]
    pairs = {
        (before, last): sorted(start + p for start, found in buffer.places_of_pair(before, last) for p in found)
        for before, last in zip(buffer.bare, buffer.bare[1:], strict=False)
    }
    names = [[buffer.vocabulary.text[token] for token in pair] for pair in pairs]
    texts = buffer.vocabulary.text
    counted = ({texts[token]: times for token, times in counts.items()} for counts in (buffer.counts, buffer.known))
    return text, names, list(pairs.values()), *counted


@settings(deadline=None)  # a busy machine is no failure
@given(lines, st.data())
def test_after_every_edit_it_equals_a_buffer_that_read_all_lines(first: list[str], data: st.DataObject) -> None:
    kept = Buffer(Vocabulary())
    current = list(first)
    kept.update(current)
    for _ in range(3):
        start = data.draw(st.integers(0, len(current)))
        end = data.draw(st.integers(start, min(len(current), start + 60)))
        current[start:end] = data.draw(lines)
        cursor = data.draw(st.integers(0, len(current) - 1)) if current else None
        kept.update(current, cursor)
        anew = Buffer(Vocabulary())
        anew.update(current, cursor)
        assert facts(kept) == facts(anew)
        for line in range(len(current)):
            assert kept.tokens_before(line) == anew.tokens_before(line)


def test_typing_in_a_line_reads_nothing_again() -> None:
    text = [f"value_{n} = {n}" for n in range(500)]
    buffer = Buffer(Vocabulary())
    buffer.update(text, 250)
    for typed in ("v", "va", "val"):
        assert list(buffer.updating([*text[:250], typed, *text[251:]], 250)) == []


def test_a_changed_line_reads_only_what_stands_near_it_again() -> None:
    text = [f"value_{n} = {n}" for n in range(5000)]
    buffer = Buffer(Vocabulary())
    buffer.update(text)
    assert len(list(buffer.updating([*text[:2500], "new = 1", *text[2500:]]))) <= 3


def test_an_update_that_was_given_up_half_way_is_made_good_by_the_next() -> None:
    text = [f"value_{n} = {n}" for n in range(500)]
    buffer = Buffer(Vocabulary())
    next(iter(buffer.updating(text)))
    buffer.update(text)
    anew = Buffer(Vocabulary())
    anew.update(text)
    assert facts(buffer) == facts(anew)


def test_lines_end_as_they_like() -> None:
    vocabulary = Vocabulary()
    unix, windows = Buffer(vocabulary), Buffer(vocabulary)
    unix.update(["if a:\n", "    b\n", ""])
    windows.update(["if a:\r\n", "    b\r\n", ""])
    assert unix.tokens == windows.tokens
