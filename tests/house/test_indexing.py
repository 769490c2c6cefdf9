"""The workspace is read once somebody makes use of it, and nothing outside of it or excluded is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.context.edits import EditLog
from ai_lsp.context.related import RelatedCode
from ai_lsp.documents.store import Documents
from ai_lsp.house.indexing import Indexing, is_excluded_by_name
from tests.support.clock import FakeClock


class Desk:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.related = RelatedCode(Documents(), EditLog(self.clock), self.clock, is_excluded_by_name)
        self.indexing = Indexing(self.related, self.clock, is_excluded_by_name)
        self.folder = folder / "work"
        self.folder.mkdir()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def declaring(self, name: str) -> list[str]:
        return [Path(path).relative_to(self.folder).as_posix() for path in self.related.index.declaring(name)]

    async def done(self) -> None:
        await self.clock.run(self.indexing.ready())


async def test_nothing_is_read_before_somebody_wants_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("shop/prices.py", "def price(): ...\n")
    desk.indexing.learn([desk.folder])
    await desk.done()
    assert (len(desk.related.index), desk.related.index_ready) == (0, False)
    desk.related.wanted()
    await desk.done()
    assert desk.declaring("price") == ["shop/prices.py"]
    assert desk.related.index_ready
    assert desk.related.shown(str(desk.folder / "shop/prices.py")) == "shop/prices.py"
    assert desk.related.shown("/elsewhere/secret/place.py") == "place.py"


async def test_engine_15_links_secrets_and_ignored_files_are_not_read(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    outside = tmp_path / "outside.py"
    outside.write_text("def canary(): ...\n", encoding="utf-8")
    (desk.folder / "link.py").symlink_to(outside)
    for name in (".env", "id_rsa", "key.pem", ".hidden/a.py", "ignored.py", "node_modules/a.js"):
        desk.write(name, "def canary(): ...\nfunction canary() {\n")
    desk.write(".gitignore", "ignored.py\n")
    desk.indexing.learn([desk.folder])
    desk.indexing.want()
    await desk.done()
    desk.indexing.changed_on_disk([desk.folder / "link.py", outside, desk.folder / ".env", desk.folder / "gone.py"])
    await desk.done()
    assert desk.declaring("canary") == []


async def test_what_changes_on_disk_is_read_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    path = desk.write("a.py", "def one(): ...\n")
    desk.indexing.learn([desk.folder])
    desk.indexing.want()
    await desk.done()
    path.write_text("def two(): ...\n", encoding="utf-8")
    desk.indexing.changed_on_disk([path])
    await desk.done()
    assert (desk.declaring("one"), desk.declaring("two")) == ([], ["a.py"])
    path.unlink()
    desk.indexing.changed_on_disk([path])
    await desk.done()
    assert desk.declaring("two") == []


async def test_closing_ends_the_reading(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("a.py", "def one(): ...\n")
    desk.indexing.learn([desk.folder])
    desk.indexing.want()
    await desk.indexing.aclose()
    assert desk.indexing._tasks == set()


@pytest.mark.parametrize(("name", "expected"), [("a.py", False), (".env", True), ("id_rsa", True), ("a.pem", True)])
def test_names_that_are_left_out(name: str, expected: bool) -> None:
    assert is_excluded_by_name(f"/w/{name}") is expected
