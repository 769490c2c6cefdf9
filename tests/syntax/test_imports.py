"""Import statements come out as they are written, also from a file that is broken further down."""

import pytest

from ai_lsp.syntax.imports import import_statements
from tests.syntax.support_cursor import Open

CASES = [
    (
        "python",
        "import os, sys\nfrom a import (\n    b,\n    c as d,\n)\n\nif TYPE_CHECKING:\n    from e import F\n\ndef f(:\n",
        ("import os, sys", "from a import (\n    b,\n    c as d,\n)", "from e import F"),
    ),
    (
        "javascript",
        'import a, { b } from "a";\nimport * as c from "c";\nconst d = require("d");\nlet e = open("e");\nexport * from "f";\nfoo(\n',
        ('import a, { b } from "a";', 'import * as c from "c";', 'const d = require("d")', 'export * from "f";'),
    ),
    (
        "typescript",
        'import type { A } from "a";\nimport {\n  b,\n} from "b";\nimport "c";\nexport class D {\n  e(\n',
        ('import type { A } from "a";', 'import {\n  b,\n} from "b";', 'import "c";'),
    ),
    (
        "go",
        'package a\n\nimport "fmt"\n\nimport (\n\t"os"\n\tstr "strings"\n)\n\nfunc f(\n',
        ('import "fmt"', 'import (\n\t"os"\n\tstr "strings"\n)'),
    ),
    (
        "rust",
        "extern crate a;\nuse std::fmt::{self, Display};\npub use crate::b::*;\n\nfn f(\n",
        ("extern crate a;", "use std::fmt::{self, Display};", "pub use crate::b::*;"),
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_imports(language: str, text: str, expected: tuple[str, ...]) -> None:
    assert import_statements(Open(language, text).tree) == expected


def test_without_a_tree_there_are_none() -> None:
    assert import_statements(Open("plaintext", "import os\n").tree) == ()
