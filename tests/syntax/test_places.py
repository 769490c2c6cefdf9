"""Whether the cursor is in code, a comment or a string, also before the closing quote is typed."""

import pytest

from ai_lsp.core.context import Place
from tests.syntax.support_cursor import Open, drawn

CASES = [
    ("python", "x = ¦", Place.CODE),
    ("python", "x = 1  # so¦", Place.COMMENT),
    ("python", "x = 1  # so\n¦", Place.CODE),
    ("python", "¦# so", Place.CODE),
    ("python", 'x = "a¦"', Place.STRING),
    ("python", 'x = "a"¦', Place.CODE),
    ("python", 'x = "a¦\ny = 1\n', Place.STRING),
    ("python", 'def f():\n    """Do¦\n    """\n', Place.STRING),
    ("python", 'x = f"a {b¦}"', Place.CODE),
    ("python", 'x = call("a", ¦', Place.CODE),
    ("javascript", "const x = `a ${b¦}`;", Place.CODE),
    ("javascript", "const x = `a¦ ${b}`;", Place.STRING),
    ("javascript", "call('a¦\n", Place.STRING),
    ("javascript", "/* a¦ */ b();", Place.COMMENT),
    ("javascript", "/* a */¦ b();", Place.CODE),
    ("javascript", "a(); // b¦\nc();\n", Place.COMMENT),
    ("typescript", 'const x: string = "a¦";', Place.STRING),
    ("go", 'package a\n\nfunc f() {\n\tx := "a¦\n}\n', Place.STRING),
    ("go", "package a\n\n// f does¦\nfunc f() {\n}\n", Place.COMMENT),
    ("go", "package a\n\nvar x = `a¦`\n", Place.STRING),
    ("rust", "/// Does¦\nfn f() {}\n", Place.COMMENT),
    ("rust", "/// Does\n¦fn f() {}\n", Place.CODE),
    ("rust", 'fn f() {\n    let x = "a¦;\n}\n', Place.STRING),
    ("rust", "fn f<'a>(x: &'a str, ¦) {}\n", Place.CODE),
    ("plaintext", '# "a¦', Place.CODE),
    ("python", "¦", Place.CODE),
]


@pytest.mark.parametrize(("language", "source", "expected"), CASES)
def test_place(language: str, source: str, expected: Place) -> None:
    text, position = drawn(source)
    opened = Open(language, text)
    assert opened.trees.place(opened.snapshot, position) is expected
