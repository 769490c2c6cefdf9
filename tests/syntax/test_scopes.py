"""The declarations around the cursor come out right in code as people write it, and while they write it."""

import pytest

from ai_lsp.core.context import Scope
from ai_lsp.syntax.scopes import enclosing_scopes
from tests.syntax.support_cursor import Open, drawn

PYTHON = '''
    import os


    class Store(Base):
        """Keeps things.
    A line of this text is not indented.
        """

        def first(self):
            return 1

        @cached
        async def second(
            self,
            limit: int = 3,
        ) -> str:  # why not
            # a comment
            query = """
    SELECT *
    """
            for number in range(3):
                HERE
            return query

        def third(self) -> int:
            return 2


    def tail():
        pass
'''
SECOND = ("class Store(Base):", "async def second(\n        self,\n        limit: int = 3,\n    ) -> str:")

JAVASCRIPT = """
    import base from "./base";

    export default class Store extends base.Base {
      first() { return 1; }

      async second(one, two = [1, 2]) {
        const inner = async (value) => {
          if (value) {
            one();
          } else {
            HERE
          }
        };
        return inner;
      }

      third() {
        return 3;
      }
    }
"""
INNER = (
    "export default class Store extends base.Base",
    "async second(one, two = [1, 2])",
    "const inner = async (value) =>",
)

TYPESCRIPT = """
    import { Base } from "./base";

    namespace Shop {
      interface Item<T> {
        name: string;
      }

      export abstract class Store<T> extends Base implements Shop {
        private readonly limit = 3;

        constructor(private readonly name: string) {
          super();
        }

        public async second<K extends keyof T>(
          key: K,
          fallback?: T[K],
        ): Promise<T[K] | undefined> {
          for (const each of this.all()) {
            HERE
          }
        }
      }
    }
"""
GENERIC = (
    "namespace Shop",
    "export abstract class Store<T> extends Base implements Shop",
    "public async second<K extends keyof T>(\n      key: K,\n      fallback?: T[K],\n    ): Promise<T[K] | undefined>",
)

GO = """
    package store

    import "fmt"

    type Store struct {
    \tname string
    }

    func (s *Store) Second(
    \tw http.ResponseWriter,
    \tr *http.Request,
    ) error {
    \tif r == nil {
    \t\tHERE
    \t}
    again:
    \treturn nil
    }

    func main() {
    \tfmt.Println("x")
    }
"""
SECOND_GO = ("func (s *Store) Second(\n\tw http.ResponseWriter,\n\tr *http.Request,\n) error",)

RUST = """
    use std::fmt;

    mod inner {
        pub struct Point<T> {
            x: T,
        }

        impl<T: fmt::Display> fmt::Display for Point<T>
        where
            T: Copy,
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.x {
                    Some(value) => {
                        HERE
                    }
                    None => Ok(()),
                }
            }

            fn other<'a>(&'a self) -> &'a str {
                "x"
            }
        }
    }
"""
FMT = (
    "mod inner",
    "impl<T: fmt::Display> fmt::Display for Point<T>\n    where\n        T: Copy,",
    "fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result",
)


def scopes(language: str, source: str) -> tuple[Scope, ...]:
    text, position = drawn(source)
    opened = Open(language, text)
    return enclosing_scopes(opened.tree, opened.snapshot, position)


def headers(language: str, source: str) -> tuple[str, ...]:
    return tuple(scope.header for scope in scopes(language, source))


def kinds(language: str, source: str) -> list[str]:
    return [f"{scope.kind} {scope.name}" for scope in scopes(language, source)]


@pytest.mark.parametrize(
    "typed", ["¦", "x = ¦", "call(one, ¦", "text = 'abc¦", "if one:¦", "self.¦", "[n for ¦", "# so ¦", "f'{a¦"]
)
def test_python(typed: str) -> None:
    assert headers("python", PYTHON.replace("HERE", typed)) == SECOND


@pytest.mark.parametrize(
    "typed", ["¦", "const x = ¦", "call(one, ¦", 'x = "abc¦', "if (one) {¦", "this.¦", "[1, 2, ¦", "// so ¦"]
)
@pytest.mark.parametrize("language", ["javascript", "javascriptreact", "typescript", "typescriptreact"])
def test_javascript(language: str, typed: str) -> None:
    assert headers(language, JAVASCRIPT.replace("HERE", typed)) == INNER


@pytest.mark.parametrize("typed", ["¦", "const x: T = ¦", "call<T>(one, ¦", "`abc${¦", "if (one) {¦", "return { a: ¦"])
@pytest.mark.parametrize("language", ["typescript", "typescriptreact"])
def test_typescript(language: str, typed: str) -> None:
    assert headers(language, TYPESCRIPT.replace("HERE", typed)) == GENERIC


@pytest.mark.parametrize(
    "typed", ["¦", "x := ¦", "fmt.Println(one, ¦", 'x := "abc¦', "if x != nil {¦", "r.¦", "[]int{1, ¦", "go func() {¦"]
)
def test_go(typed: str) -> None:
    assert headers("go", GO.replace("HERE", typed)) == SECOND_GO


@pytest.mark.parametrize(
    "typed", ["¦", "let x = ¦", "write!(f, ¦", 'let x = "abc¦', "if let Some(y) = z {¦", "self.¦", "vec![1, ¦"]
)
def test_rust(typed: str) -> None:
    assert headers("rust", RUST.replace("HERE", typed)) == FMT


def test_kinds_names_and_lines() -> None:
    found = scopes("python", PYTHON.replace("HERE", "print(¦"))
    assert [(each.kind, each.name, each.first_line, each.last_line) for each in found] == [
        ("class", "Store", 3, 25),
        ("method", "second", 12, 22),
    ]
    whole = scopes("typescript", TYPESCRIPT.replace("HERE", "one();¦"))
    broken = scopes("typescript", TYPESCRIPT.replace("HERE", "one(¦"))
    assert whole == broken
    assert [(each.kind, each.name) for each in whole] == [
        ("namespace", "Shop"),
        ("class", "Store"),
        ("method", "second"),
    ]
    assert kinds("go", GO.replace("HERE", "¦")) == ["method Second"]
    assert kinds("rust", RUST.replace("HERE", "¦")) == ["module inner", "impl Point<T>", "method fmt"]


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("python", "class A:\n    def f(¦", ["class A", "method f"]),
        (
            "python",
            "class A:\n    def f(\n        a: int,\n        b¦\n\n    def g(self): ...\n",
            ["class A", "method f"],
        ),
        ("javascript", "class A {\n  one() {}\n  two(a, b¦\n  three() {}\n}\n", ["class A", "method two"]),
        ("typescript", "class A {\n  one() {}\n  private two<T>(a: T, ¦\n}\n", ["class A", "method two"]),
        ("go", "package a\n\nfunc One() {}\n\nfunc Two(a int¦", ["function Two"]),
        (
            "rust",
            "impl A {\n    fn one(&self) {}\n    pub fn two(&self, a¦\n\n    fn x() {}\n}\n",
            ["impl A", "method two"],
        ),
    ],
)
def test_a_header_that_is_being_typed_is_the_innermost_scope(language: str, source: str, expected: list[str]) -> None:
    assert kinds(language, source) == expected


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("python", "def f():\n    x = 1\n    # a comment ends it\n    ¦", ["function f"]),
        ("python", "def f():\n    x = 1\n\n¦\n    y = 2\n", ["function f"]),
        ("python", "def f():\n    x = 1\n\n¦\n\ndef g():\n    pass\n", []),
        ("python", "class A:\n    def f(self):\n        pass\n\n    ¦", ["class A"]),
        ("python", "def f():\n    if x:\n        pass\n    else:\n        ¦", ["function f"]),
        (
            "python",
            "class A:\n    def f(self):\n        try:\n            g()\n        except E:\n            ¦",
            ["class A", "method f"],
        ),
        ("javascript", "function f() {\n¦\n}\n", ["function f"]),
        ("javascript", "function f() {}\n¦\nfunction g() {}\n", []),
        ("javascript", "const a = {\n  run: (x) => {\n    ¦\n  },\n};\n", ["function run"]),
        ("javascript", "it('works', () => {\n  const f = function (x) {\n    call(¦\n  };\n});\n", ["function f"]),
        (
            "javascriptreact",
            "export function App() {\n  return (\n    <div>\n      <p title={¦\n    </div>\n  );\n}\n",
            ["function App"],
        ),
        (
            "javascript",
            "class A {\n  f() {\n    if (x) {\n      g();\n    } el¦\n  }\n}\n",
            ["class A", "method f"],
        ),
        (
            "javascript",
            "class A {\n  static f ({\n    one,\n    two,\n  }) {\n    call(¦\n  }\n}\n",
            ["class A", "method f"],
        ),
        (
            "javascript",
            "function f() {\n  const x = `\n; text\n${a}\n`;\n  call(¦\n}\n",
            ["function f"],
        ),
        (
            "javascript",
            "const a = {\n    run: function (one,\n    // a comment\n    two) {\n        call(¦\n    }\n};\n",
            ["function run"],
        ),
        ("go", "package a\n\nfunc f() {\nagain:\n\tx := call(¦\n\tgoto again\n}\n", ["function f"]),
        ("rust", "fn f() {\n    match x {\n        A => {\n            call(¦\n        }\n    }\n}\n", ["function f"]),
        ("typescript", "interface A {\n  name: ¦\n}\n", ["interface A"]),
        ("typescript", "enum Color {\n  Red,\n  ¦\n}\n", ["enum Color"]),
        ("go", "package a\n\ntype A interface {\n\tGet(key string) (string, ¦\n}\n\nfunc f() {\n}\n", ["interface A"]),
        ("go", "package a\n\ntype A struct {\n\tname ¦\n}\n", ["struct A"]),
        ("rust", "trait A {\n    fn one(&self) {\n        ¦\n    }\n}\n", ["trait A", "method one"]),
        ("rust", "pub enum A {\n    One,\n    ¦\n}\n", ["enum A"]),
    ],
)
def test_other_places(language: str, source: str, expected: list[str]) -> None:
    assert kinds(language, source) == expected


def test_scopes_need_no_tree() -> None:
    text, position = drawn("class A:\n    def f(self):\n        for x in y:\n            call(¦\n")
    opened = Open("python", text)
    found = enclosing_scopes(None, opened.snapshot, position)
    assert [scope.name for scope in found] == ["A", "f"]


def test_without_a_grammar_there_are_none() -> None:
    assert scopes("brainfuck", "def f():\n    ¦") == ()
