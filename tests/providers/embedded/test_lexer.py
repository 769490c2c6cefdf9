"""Lines become tokens without a grammar, and nothing but blanks is lost."""

from __future__ import annotations

from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.providers.embedded.lexer import MAX_LINE, Margin, lex_lines, pieces
from ai_lsp.providers.embedded.vocabulary import BOUNDARY, Vocabulary


def lexed(text: str, vocabulary: Vocabulary | None = None) -> list[str]:
    vocabulary = vocabulary or Vocabulary()
    tokens = array("i")
    lex_lines(text.split("\n"), vocabulary, Margin(), tokens, [])
    return ["START" if token == BOUNDARY else vocabulary.text[token] for token in tokens]


def test_a_token_is_a_word_or_one_other_character_with_the_blanks_before_it() -> None:
    assert pieces("foo(bar, 'ünï') += 1") == ["foo", "(", "bar", ",", " '", "ünï", "'", ")", " +", "=", " 1"]


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(st.characters(exclude_characters="\n\r")))
def test_the_tokens_of_a_line_joined_are_the_line(line: str) -> None:
    assert "".join(pieces(line)) == line.rstrip()


def test_a_newline_token_tells_how_many_line_ends_and_how_the_indentation_changed() -> None:
    assert lexed("if a:\n    b\n\n\n\n\nc\n") == ["START", "if", " a", ":", "\n+4", "b", "\n\n\n-4", "c"]


def test_code_at_another_depth_has_the_same_tokens_after_its_first() -> None:
    assert lexed("if a:\n    b\n    c")[1:] == lexed("        if a:\n            b\n            c")[1:]


def test_mixed_indentation_counts_tabs_where_there_are_any() -> None:
    assert lexed("a\n\tb\n  \tc\n    d") == ["START", "a", "\n+1", "b", "\n+0", "c", "\n+3", "d"]


def test_blank_lines_and_lines_that_are_data_have_no_tokens() -> None:
    assert lexed("a\n   \n" + "x" * (MAX_LINE + 1) + "\nb") == ["START", "a", "\n\n\n+0", "b"]


def test_a_surface_keeps_its_blanks_and_its_bare_form_has_none() -> None:
    vocabulary = Vocabulary()
    with_blanks, without = vocabulary["  name"], vocabulary["name"]
    assert vocabulary.text[with_blanks] == "  name"
    assert vocabulary.bare[with_blanks] == vocabulary.bare[without] == without


def test_words_are_found_by_what_is_typed_of_them() -> None:
    vocabulary = Vocabulary()
    ids = {text: vocabulary[text] for text in (" format", "form", "for", "of")}
    vocabulary.settle()
    ids["forest"] = vocabulary["forest"]
    assert vocabulary.starting(" form", "form") == {ids[" format"], ids["form"], vocabulary["format"]}
    assert vocabulary.starting("fore", "fore") == {ids["forest"]}
    assert vocabulary.starting("zz", "zz") == set()
