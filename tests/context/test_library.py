"""The packed texts of a workspace: which files share names with a place, and what they hold."""

from __future__ import annotations

from ai_lsp.context.library import Library, Lines, packed

CARTS = "class Cart:\n    def checkout(self, voucher):\n        return self.total - voucher.amount\n"
OTHER = "def unrelated(quantity):\n    return quantity + 1\n"


def library(**files: str) -> Library:
    found = Library()
    for name, text in files.items():
        found.add(f"/work/{name}.py", packed(f"{name}.py", "python", text))
    return found


def test_files_that_share_rare_names_come_out_ahead() -> None:
    scores, says = library(carts=CARTS, other=OTHER, more=OTHER).alike(
        {"voucher": 1.0, "quantity": 1.0}, "python", "/work/here.py"
    )
    assert max(scores, key=lambda file: file.score).key == "/work/carts.py"
    assert says["voucher"] > says["quantity"]


def test_neither_the_document_itself_nor_another_language_counts() -> None:
    found = library(carts=CARTS)
    assert found.alike({"voucher": 1.0}, "python", "/work/carts.py")[0] == []
    assert found.alike({"voucher": 1.0}, "go", "/work/here.go")[0] == []


def test_lines_come_back_as_they_were() -> None:
    text = CARTS + "\u00e9 \U0001f600 \ud800\n"
    assert "\n".join(library(carts=text).lines("/work/carts.py").lines) == text


def test_what_is_gone_has_no_lines_and_its_room_is_free_again() -> None:
    file = packed("a.py", "python", CARTS)
    small = Library(max_bytes=file.size)
    small.add("a", file)
    small.add("b", packed("b.py", "python", CARTS))
    assert len(small) == 1
    small.remove("a")
    assert small.lines("a").lines == ()
    small.add("b", packed("b.py", "python", CARTS))
    assert small.path("b") == "b.py"
    small.clear()
    assert len(small) == 0


def test_a_document_that_is_read_again_has_the_names_of_its_new_lines() -> None:
    found = Library()
    assert [found.read(CARTS.split("\n")).names(row) for row in range(2)] == [("Cart",), ("checkout", "voucher")]
    again = found.read(["total = voucher", *CARTS.split("\n")])
    assert [again.names(row) for row in range(3)] == [("total", "voucher"), ("Cart",), ("checkout", "voucher")]


def test_rows_and_sizes_of_lines() -> None:
    lines = Lines(["voucher(voucher)\r\n", "x\n", "voucher"])
    assert list(lines.rows_with("voucher")) == [0, 0, 2]
    assert lines.size(range(1, 3)) == len("x\nvoucher\n")
