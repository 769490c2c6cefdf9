from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.chat.attach import LARGEST, MOST_FILES, Attacher, place_within, read, selected
from ai_lsp.chat.question import Question, Refusal
from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.reasons import Silence
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.documents.store import Documents

ASKED = (ChatMessage("user", "why?"),)


def span(start: tuple[int, int], end: tuple[int, int]) -> Range:
    return Range(Position(*start), Position(*end))


async def allowed(_: str) -> Silence | None:
    return None


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (span((0, 0), (0, 0)), ""),
        (span((0, 1), (0, 3)), "ne"),
        (span((0, 1), (2, 2)), "ne\ntwo\r\nth"),
        (span((1, 3), (2, 0)), "\r\n"),
        (span((-1, 0), (99, 99)), "one\ntwo\r\nthree"),
    ],
)
def test_the_text_of_a_range(where: Range, text: str) -> None:
    assert selected(DocumentSnapshot("u", "python", 1, ("one\n", "two\r\n", "three")), where) == text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a\0b", "it is not a text file"),
        (b"\xff", "it is not UTF-8"),
        (b"x" * (LARGEST + 1), "it is larger than 2 MB"),
        (None, "it cannot be read (No such file or directory)"),
    ],
)
def test_a_file_that_is_no_text_says_so(tmp_path: Path, content: bytes | None, why: str) -> None:
    place = tmp_path / "a.py"
    if content is not None:
        place.write_bytes(content)
    found = read(place)
    assert isinstance(found, Refusal)
    assert found.reason == why


def test_a_file_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes("\ufeffx = 'é'\n".encode())
    assert read(tmp_path / "a.py") == "x = 'é'\n"


def test_a_place_that_has_become_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "a.py").symlink_to(tmp_path / "secret")
    assert isinstance(read(tmp_path / "a.py"), Refusal)


def test_only_what_lies_in_a_folder_of_the_workspace_is_inside(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    inside = folder / "a.py"
    assert place_within(inside, [folder]) == inside
    assert place_within(inside, [tmp_path / "other", folder]) == inside
    for outside in (tmp_path / "work2" / "a.py", folder / ".." / "a.py", Path("a.py"), Path("\0")):
        assert place_within(outside, [folder]) is None
    assert place_within(inside, []) is None


async def test_a_question_has_so_many_files_and_no_more(tmp_path: Path) -> None:
    documents = Documents()
    uris = tuple(f"file:///work/{number}.py" for number in range(MOST_FILES + 2))
    for uri in uris:
        documents.open(uri, "python", 1, "x")
    found, refused = await Attacher(documents, allowed, list).attach(Question(ASKED, files=uris))
    assert len(found) == MOST_FILES
    assert [one.uri for one in refused] == list(uris[MOST_FILES:])


async def test_a_file_that_is_open_is_sent_as_it_is_in_the_editor(tmp_path: Path) -> None:
    documents, uri = Documents(), (tmp_path / "a.py").as_uri()
    documents.open(uri, "python", 1, "in the editor")
    found, refused = await Attacher(documents, allowed, lambda: [tmp_path]).attach(
        Question(ASKED, uri, files=(uri, uri))
    )
    assert ([one.text for one in found], refused) == (["in the editor"], [])
