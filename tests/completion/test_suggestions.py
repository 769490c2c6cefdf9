from ai_lsp.completion.present import presented
from ai_lsp.completion.suggestions import ShownSuggestions
from ai_lsp.core.completion import CodeCompletion, Suggestion
from tests.support.places import at


def shown_at(marked: str, text: str) -> ShownSuggestions:
    context = at(marked)
    placed = presented(context, text)
    assert placed is not None
    suggestions = ShownSuggestions()
    suggestions.remember(context, Suggestion("id", *placed, CodeCompletion(text, "embedded", "m")))
    return suggestions


def rest(suggestions: ShownSuggestions, marked: str, uri: str = "file:///work/a.py") -> str | None:
    left = suggestions.rest(at(marked, uri))
    return left[1] if left else None


def test_typing_along_with_a_suggestion_leaves_its_rest() -> None:
    suggestions = shown_at("x = |", "compute(y)")
    assert rest(suggestions, "x = com|") == "pute(y)"
    assert rest(suggestions, "x = compute(y|") == ")"


def test_going_back_within_it_shows_more_of_it_again() -> None:
    suggestions = shown_at("x = |", "compute(y)")
    assert rest(suggestions, "x = compu|") == "te(y)"
    assert rest(suggestions, "x = c|") == "ompute(y)"


def test_going_back_past_its_beginning_ends_it() -> None:
    assert rest(shown_at("x = |", "compute(y)"), "x =|") is None


def test_typing_something_else_ends_it() -> None:
    assert rest(shown_at("x = |", "compute(y)"), "x = d|") is None


def test_having_typed_all_of_it_ends_it() -> None:
    assert rest(shown_at("x = |", "go()"), "x = go()|") is None


def test_other_text_after_the_cursor_ends_it() -> None:
    assert rest(shown_at("f(|)", "a"), "f(|]") is None


def test_a_change_on_another_line_keeps_it() -> None:
    assert rest(shown_at("\nx = |", "compute(y)"), "import z\nx = c|") == "ompute(y)"


def test_another_document_has_its_own() -> None:
    assert rest(shown_at("x = |", "compute(y)"), "x = |", uri="file:///work/b.py") is None


def test_a_forgotten_one_does_not_come_back() -> None:
    suggestions = shown_at("x = |", "compute(y)")
    suggestions.forget("file:///work/a.py")
    assert rest(suggestions, "x = |") is None


def test_an_accepted_one_is_done_with() -> None:
    suggestions = shown_at("x = |", "compute(y)")
    suggestions.accept("id")
    assert rest(suggestions, "x = |") is None


def test_a_rejected_one_stays_away_from_the_line_it_would_make() -> None:
    suggestions = shown_at("x = |", "compute(y)")
    suggestions.reject("id")
    assert rest(suggestions, "x = c|") is None
    assert suggestions.was_rejected(at("x = c|"), "ompute(y)")
    assert not suggestions.was_rejected(at("z = c|"), "ompute(y)")
