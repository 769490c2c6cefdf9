"""Which declarations are shown, and in which order: by what is imported, what stands near, and where it is."""

from __future__ import annotations

from ai_lsp.context.definitions import View, definitions, imports_of, near_names, siblings
from ai_lsp.context.index import SymbolIndex, indexed
from ai_lsp.context.outline import outline
from ai_lsp.core.context import SnippetKind

FILES = {
    "shop/prices.py": "RATE = 3\n\n\ndef price(item): ...\n\n\nclass Tax:\n    def due(self, at): ...\n",
    "shop/carts.py": "class Cart:\n    def add(self, item): ...\n    def clear(self): ...\n",
    "far/away.py": "def unrelated(): ...\n",
    "far/carts.py": "def price(item): ...\n",
}


def index_of(files: dict[str, str]) -> SymbolIndex:
    index = SymbolIndex()
    for path, text in files.items():
        file = indexed(path, path, text)
        assert file is not None
        index.add(path, file)
    return index


def view(text: str, line: int, *imports: str) -> View:
    return View("shop/main.py", "shop/main.py", line, imports, near_names(text.splitlines(keepends=True), line))


def test_an_imported_file_comes_before_one_that_only_has_the_name() -> None:
    found = definitions(view("x = price(item)\n", 0, "from shop.prices import price"), index_of(FILES))
    assert [one.path for one in found][:1] == ["shop/prices.py"]
    assert "far/away.py" not in [one.path for one in found]


def test_an_imported_class_comes_with_its_members() -> None:
    [cart] = definitions(
        view("", 0, "from shop.carts import Cart"), index_of({"shop/carts.py": FILES["shop/carts.py"]})
    )
    assert cart.text == "class Cart:\n  def add(self, item): ...\n  def clear(self): ..."


def test_what_is_only_used_is_found_too() -> None:
    found = definitions(view("cart = Cart()\n", 0), index_of(FILES))
    assert found[0].path == "shop/carts.py"


def test_the_order_does_not_depend_on_when_files_were_read() -> None:
    here = view("x = price(item) + unrelated()\n", 0, "import prices")
    assert definitions(here, index_of(FILES)) == definitions(here, index_of(dict(reversed(FILES.items()))))


def test_siblings_are_those_of_the_block_and_the_top() -> None:
    text = "def top(): ...\n\n\nclass A:\n    def one(self): ...\n    def two(self): ...\n\n\nclass B:\n    def three(self): ...\n"
    found = siblings(view(text, 5), outline(text.split("\n"), "python"))
    assert found is not None
    assert found.kind is SnippetKind.OUTLINE
    assert found.text.split("\n") == [
        *("def top(): ...", "class A:", "  def one(self): ...", "  def two(self): ...", "class B:")
    ]


def test_without_imports_there_is_no_snippet_of_them() -> None:
    assert imports_of(view("", 0)) is None
