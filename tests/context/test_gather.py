"""What stands around the cursor, for a document as it is at this moment."""

import pytest

from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.context import CodeContext, Place
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.syntax.trees import SyntaxTrees
from tests.support.clock import FakeClock

URI = "file:///work/a%20b.py"
TEXT = 'import os\n\n\nclass A:\n    def f(self):\n        return "é😀"\n'


class Desk:
    """Everything that a gatherer needs, with one document open."""

    def __init__(self, text: str = TEXT, language: str = "python", uri: str = URI) -> None:
        self.clock = FakeClock()
        self.trees = SyntaxTrees(self.clock)
        self.documents = Documents([self.trees])
        self.gatherer = ContextGatherer(self.documents, self.trees, self.clock)
        self.documents.open(uri, language, 1, text)

    def gather(self, line: int, column: int, uri: str = URI) -> CodeContext:
        context = self.gatherer.gather(uri, Position(line, column))
        assert isinstance(context, CodeContext)
        return context


def test_a_context_holds_what_is_around_the_cursor() -> None:
    context = Desk().gather(5, 8)
    assert context.path == "/work/a b.py"
    assert context.language == "python"
    assert [scope.header for scope in context.scopes] == ["class A:", "def f(self):"]
    assert context.imports == ("import os",)
    assert context.place is Place.CODE
    assert context.prefix.endswith("def f(self):\n        ")
    assert context.suffix == 'return "é😀"\n'
    assert (context.line_prefix, context.line_suffix) == ("        ", 'return "é😀"')


def test_the_context_follows_what_is_typed() -> None:
    desk = Desk()
    for column, character in enumerate("def g("):
        place = Position(6, column)
        desk.documents.change(URI, column + 2, [Change(Range(place, place), character)])
    context = desk.gather(6, 6)
    assert context.line_prefix == "def g("
    assert [scope.header for scope in context.scopes] == ["def g("]
    assert context.imports == ("import os",)


def test_a_document_that_is_not_open_is_told_so() -> None:
    silence = Desk().gatherer.gather("file:///etc/passwd", Position(0, 0))
    assert silence == Silence(Reason.NOT_OPEN, "file:///etc/passwd")


@pytest.mark.parametrize(
    ("asked", "given"),
    [((5, 99), (5, 19)), ((99, 0), (6, 0)), ((-1, 7), (0, 0)), ((0, -1), (0, 0))],
)
def test_positions_that_do_not_exist_are_moved_to_the_nearest(asked: tuple[int, int], given: tuple[int, int]) -> None:
    assert Desk().gather(*asked).position == Position(*given)


@pytest.mark.parametrize("language", ["brainfuck", "", "python\n", "../../python"])
def test_an_unknown_language_has_its_text(language: str) -> None:
    context = Desk(language=language).gather(5, 8)
    assert (context.scopes, context.imports, context.place) == ((), (), Place.CODE)
    assert context.prefix.startswith("import os")


def test_a_document_without_a_path_has_a_context() -> None:
    uri = "untitled:Untitled-1"
    assert Desk(uri=uri).gather(0, 0, uri).path is None


def test_an_empty_document_has_an_empty_context() -> None:
    context = Desk("").gather(0, 0)
    assert (context.prefix, context.suffix, context.scopes) == ("", "", ())


def test_equal_text_gives_equal_context() -> None:
    one, other = Desk(), Desk("x")
    other.documents.change(URI, 1, [Change(None, TEXT)])
    assert one.gather(5, 8) == other.gather(5, 8)


async def test_warming_parses_in_slices_until_done() -> None:
    desk = Desk("def f(a):\n    return [a]\n" * 2_000)
    await desk.gatherer.warm(URI, Position(0, 0))
    snapshot = desk.documents.snapshot(URI)
    assert snapshot is not None
    assert not desk.trees.unfinished(snapshot)
    await desk.gatherer.warm("file:///not-open", Position(0, 0))
