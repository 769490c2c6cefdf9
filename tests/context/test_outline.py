"""What files declare, and which of them declare a name."""

from __future__ import annotations

import pytest

from ai_lsp.context.index import SymbolIndex, indexed
from ai_lsp.context.outline import family_of_path, outline

CASES = [
    ("a.py", "class A(B):\n    x: int\n    def f(self,\n          a: int) -> None:\n        self.y = 1\n", "A x f y"),
    (
        "a.ts",
        "export class A {\n  private x: string;\n  async go(a,\n    b) {\n  }\n}\nexport const f = (x) => {\n",
        "A x go f",
    ),
    ("a.go", "type A struct {\n\tName string\n}\nfunc (a *A) Go(b int) error {\n", "A Name Go"),
    ("a.rs", "pub struct A {\n    pub x: u8,\n}\nimpl B for A {\n    fn go(&self) {\n", "A x go"),
    ("a.java", "public class A<T> extends B {\n  private void go(int a) throws E {\n    return go(1);\n", "A go"),
    ("a.c", "#define X 1\nstruct s {\nstatic int *go(int a,\n    char *b)\n{\n  return go(1);\n", "X s go"),
    ("a.rb", "class A < B\n  attr_reader :x\n  def self.go(a)\n", "A x go"),
    ("a.php", "final class A {\n  private array $x = [];\n  public function go(int $a): int {\n", "A x go"),
    ("a.sh", "go() {\nfunction other {\n", "go other"),
]


@pytest.mark.parametrize(("path", "text", "names"), CASES, ids=[case[0] for case in CASES])
def test_names(path: str, text: str, names: str) -> None:
    family = family_of_path(path)
    assert family is not None
    assert [symbol.name for symbol in outline(text.split("\n"), family)] == names.split()


def test_a_header_goes_on_until_its_brackets_are_closed() -> None:
    [symbol] = outline(["def f(", "    a: int,", "    b: str = '',", ") -> None:", "    pass"], "python")
    assert symbol.header == "def f(a: int, b: str = '', ) -> None:"


@pytest.mark.parametrize("family", ["python", "script", "go", "rust", "c", "ruby", "php", "shell"])
def test_strange_lines_are_survived_quickly(family: str) -> None:
    lines = ["(" * 390, "a " * 190, "public " * 50 + "(", "x" * 100_000, "", "\0\ud800", "def f(" * 60]
    outline(lines * 20, family)


def test_an_index_forgets_and_stays_within_its_limits() -> None:
    index = SymbolIndex(max_files=2)
    for number in range(3):
        file = indexed(f"/w/m{number}.py", f"m{number}.py", "def go(): ...\n")
        assert file is not None
        index.add(f"/w/m{number}.py", file)
    assert index.full
    assert index.declaring("go") == ("/w/m0.py", "/w/m1.py")
    index.remove("/w/m0.py")
    assert (index.declaring("go"), index.called("m0")) == (("/w/m1.py",), ())
    index.clear()
    assert (len(index), index.declaring("go"), index._free > 0) == (0, (), True)
    assert indexed("/w/a.xyz", "a.xyz", "def go(): ...") is None
