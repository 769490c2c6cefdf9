import inspect

import pytest

from ai_lsp.core import errors
from ai_lsp.core.errors import AIError, RateLimitedError

TREE = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, AIError)]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_stands_in_the_tree_at_the_head_of_the_file(kind: type[AIError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("kind", TREE)
def test_every_error_is_made_from_one_sentence_for_the_person(kind: type[AIError]) -> None:
    assert str(kind("the service said no; try later", provider="mine")) == "the service said no; try later"


def test_a_rate_limit_says_how_long_to_wait() -> None:
    assert RateLimitedError("too many requests", retry_after=2.5).retry_after == 2.5
