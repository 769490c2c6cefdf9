"""Ten more languages: what stands around the cursor in whole code and in code that is being typed, imports, and places."""

import sys

import pytest

from ai_lsp.core.context import Place
from ai_lsp.syntax import languages
from ai_lsp.syntax.imports import import_statements
from ai_lsp.syntax.languages import load
from ai_lsp.syntax.scopes import enclosing_scopes
from tests.syntax.support_cursor import Open, drawn

JAVA = """
    package shop.store;

    import java.util.List;
    import static java.util.Map.entry;

    @Service
    public class Store<T extends Item> extends Base implements Shop {
        private final List<T> items = new ArrayList<>();

        public Store(List<T> items) { this.items = items; }

        @Override
        public <K> Optional<T> second(
            K key,
            int limit
        ) throws IOException {
            for (T item : items) {
                HERE
            }
        }

        interface Visitor { void visit(Item item); }
    }
"""

C = """
    #include <stdio.h>
    #include "store.h"

    #define LIMIT 3

    struct store {
        int size;
    };

    static struct item *second(struct store *store,
                               const char *key)
    {
        for (int i = 0; i < LIMIT; i++) {
            HERE
        }
        return NULL;
    }

    int main(void)
    {
        return 0;
    }
"""

CPP = """
    #include <vector>
    using std::string;

    namespace shop {

    template <typename T>
    class Store : public Base<T> {
     public:
      explicit Store(int size) : size_(size) {}

      const T& second(const string& key, int limit = 3) const override {
        for (const auto& item : items_) {
          HERE
        }
        return fallback_;
      }

     private:
      std::vector<T> items_;
    };

    }  // namespace shop
"""

CSHARP = """
    using System;
    using static System.Math;

    namespace Shop.Stores
    {
        public sealed class Store<T> : Base, IShop where T : Item
        {
            public int Size { get; private set; }

            public async Task<T?> Second<K>(K key, int limit = 3)
                where K : notnull
            {
                foreach (var item in items)
                {
                    HERE
                }
                return null;
            }
        }
    }
"""

RUBY = """
    require "json"
    require_relative "base"

    module Shop
      class Store < Base
        attr_reader :items

        def first
          @items.first
        end

        def second(key, limit: 3)
          @items.each do |item|
            HERE
          end
        end
      end
    end
"""

PHP = """
    <?php

    namespace Shop;

    use Shop\\\\Base;
    require_once "helpers.php";

    final class Store extends Base implements Countable
    {
        private array $items = [];

        public function second(string $key, int $limit = 3): ?Item
        {
            foreach ($this->items as $item) {
                HERE
            }
            return null;
        }
    }
"""

BASH = """
    #!/usr/bin/env bash
    source ./common.sh
    . lib.sh

    second() {
        local key="$1"
        for item in "${items[@]}"; do
            HERE
        done
    }

    second "$@"
"""

CSS = """
    @import "base.css";

    @media (min-width: 40em) {
      .store > .item {
        color: red;
        HERE
      }
    }
"""

CASES = {
    "java": (
        JAVA,
        ["class Store", "method second"],
        ["¦", "int x = ¦", "call(item, ¦", 'String s = "abc¦', "if (item != null) {¦", "item.¦", "List<¦"],
    ),
    "c": (C, ["function second"], ["¦", "int x = ¦", "call(store, ¦", 'char *s = "abc¦', "if (i) {¦", "store->¦"]),
    "cpp": (
        CPP,
        ["class Store", "method second"],
        ["auto x = ¦", "call(item, ¦", 'string s = "abc¦', "if (item) {¦", "item.¦", "std::vector<int> x{1, ¦"],
    ),
    "csharp": (
        CSHARP,
        ["namespace Shop.Stores", "class Store", "method Second"],
        ["¦", "var x = ¦", "Call(item, ¦", 'var s = "abc¦', "if (item != null) {¦", "item.¦"],
    ),
    "ruby": (
        RUBY,
        ["module Shop", "class Store", "method second"],
        ["¦", "x = ¦", "call(item, ¦", 's = "abc¦', "if item¦", "item.¦", "x = items.map do |y|¦", "# so ¦"],
    ),
    "php": (
        PHP,
        ["class Store", "method second"],
        ["¦", "$x = ¦", "call($item, ¦", "$s = 'abc¦", "if ($item) {¦", "$item->¦"],
    ),
    "shellscript": (
        BASH,
        ["function second"],
        ["¦", "x=¦", "echo $(cat ¦", 'echo "abc¦', "if [ $item ]; then¦", "cat |¦"],
    ),
    "css": (CSS, ["media (min-width: 40em)", "rule .store > .item"], ["¦", "margin: ¦", "background: url(¦", "--x:¦"]),
}


def around(language: str, source: str) -> list[str]:
    text, position = drawn(source)
    opened = Open(language, text)
    return [f"{scope.kind} {scope.name}" for scope in enclosing_scopes(opened.tree, opened.snapshot, position)]


@pytest.mark.parametrize(("language", "typed"), [(name, typed) for name, case in CASES.items() for typed in case[2]])
def test_scopes(language: str, typed: str) -> None:
    source, expected, _ = CASES[language]
    assert around(language, source.replace("HERE", typed)) == expected


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("java", "class A {\n    void one() {}\n\n    int two(String a, ¦\n}\n", ["class A", "method two"]),
        ("java", "record A(int b) {\n    A {\n        ¦\n    }\n}\n", ["record A", "method A"]),
        ("java", "enum A {\n    B;\n\n    int one() {\n        return 1;¦\n    }\n}\n", ["enum A", "method one"]),
        ("c", "struct a {\n    int b;\n    ¦\n};\n", ["struct a"]),
        ("c", "typedef struct {\n    int b;\n    ¦\n} a;\n", ["type a"]),
        ("c", "char **a(int b)\n{\n    return ¦;\n}\n", ["function a"]),
        ("cpp", "int A::b(int c) {\n  auto d = [&](int e) {\n    return ¦;\n  };\n}\n", ["function A::b"]),
        ("cpp", "enum class A {\n  B,\n  ¦\n};\n", ["enum A"]),
        ("csharp", "interface A\n{\n    void B(¦);\n}\n", ["interface A", "method B"]),
        ("csharp", "class A\n{\n    A() : base()\n    {\n        ¦\n    }\n}\n", ["class A", "method A"]),
        (
            "ruby",
            "class A\n  class << self\n    def b\n      ¦\n    end\n  end\nend\n",
            ["class A", "class self", "method b"],
        ),
        ("php", "<?php\n$a = function ($b) {\n    return ¦;\n};\n", ["function $a"]),
        ("php", "<?php\ntrait A {\n    function b() {\n        ¦\n    }\n}\n", ["trait A", "method b"]),
        (
            "html",
            '<html>\n<body>\n  <div class="a">\n    <p>¦</p>\n  </div>\n</body>\n</html>\n',
            ["html", "body", "div", "p"],
        ),
        ("html", "<script>\n  let a = ¦;\n</script>\n", ["script"]),
        ("css", "@keyframes a {\n  from { top: ¦; }\n}\n", ["keyframes a"]),
        ("json", '{\n  "a": {\n    "b": [1, ¦2]\n  }\n}\n', ["key a", "key b"]),
        ("jsonc", '// so\n{"a": {"b": ¦1}}\n', ["key a"]),
    ],
)
def test_other_places(language: str, source: str, expected: list[str]) -> None:
    found = around(language, source)
    assert [each.removeprefix("element ") for each in found] == expected


def test_a_header_is_what_stands_before_the_body() -> None:
    text, position = drawn(CPP.replace("HERE", "¦"))
    opened = Open("cpp", text)
    found = enclosing_scopes(opened.tree, opened.snapshot, position)
    assert [scope.header for scope in found] == [
        "namespace shop",
        "class Store : public Base<T>",
        "const T& second(const string& key, int limit = 3) const override",
    ]


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("java", JAVA, ("import java.util.List;", "import static java.util.Map.entry;")),
        ("c", C, ("#include <stdio.h>", '#include "store.h"')),
        ("cpp", CPP, ("#include <vector>", "using std::string;")),
        ("csharp", CSHARP, ("using System;", "using static System.Math;")),
        ("ruby", RUBY, ('require "json"', 'require_relative "base"')),
        ("php", PHP, ("use Shop\\\\Base;", 'require_once "helpers.php";')),
        ("shellscript", BASH, ("source ./common.sh", ". lib.sh")),
        ("css", CSS, ('@import "base.css";',)),
        ("html", '<link rel="stylesheet" href="a.css">\n<script src="a.js"></script>\n<p>\n', None),
        ("json", '{"a": 1}', ()),
    ],
)
def test_imports(language: str, source: str, expected: tuple[str, ...] | None) -> None:
    text, _ = drawn(source.replace("HERE", "¦") if "HERE" in source else source + "¦")
    found = import_statements(Open(language, text).tree)
    wanted = ('<link rel="stylesheet" href="a.css">', '<script src="a.js"></script>') if expected is None else expected
    assert found == wanted


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("java", 'class A { String b = "c¦"; }', Place.STRING),
        ("java", "class A { /* b¦ */ }", Place.COMMENT),
        ("java", 'class A {\n    void b() {\n        call("c¦\n    }\n}\n', Place.STRING),
        ("c", '#include "a¦"', Place.STRING),
        ("c", "int a; // b¦\n", Place.COMMENT),
        ("cpp", 'auto a = R"(b¦)";', Place.STRING),
        ("csharp", 'var a = $"b{c¦}";', Place.CODE),
        ("csharp", 'var a = $"b¦{c}";', Place.STRING),
        ("ruby", 'a = "b#{c¦}"', Place.CODE),
        ("ruby", "a = <<~B\n  c¦\nB\n", Place.STRING),
        ("ruby", "# a¦", Place.COMMENT),
        ("php", '<?php $a = "b¦";', Place.STRING),
        ("php", "<?php\nfunction a() {\n    echo 'b¦\n}\n", Place.STRING),
        ("php", "<?php # a¦", Place.COMMENT),
        ("shellscript", 'a="b¦"', Place.STRING),
        ("shellscript", 'a="$(b ¦)"', Place.CODE),
        ("shellscript", "cat <<A\nb¦\nA\n", Place.STRING),
        ("sh", "# a¦", Place.COMMENT),
        ("html", '<a href="b¦"></a>', Place.STRING),
        ("html", "<!-- a¦ -->", Place.COMMENT),
        ("html", "<p>a¦</p>", Place.CODE),
        ("css", 'a { content: "b¦" }', Place.STRING),
        ("css", "/* a¦ */", Place.COMMENT),
        ("json", '{"a": "b¦"}', Place.STRING),
        ("json", '{"a": ¦}', Place.CODE),
    ],
)
def test_place(language: str, source: str, expected: Place) -> None:
    text, position = drawn(source)
    opened = Open(language, text)
    assert opened.trees.place(opened.snapshot, position) is expected


class Pack:
    """Stands for the language pack: it knows Lua by the grammar of another language."""

    @staticmethod
    def get_language(name: str) -> object:
        if name != "lua":
            raise LookupError(name)
        syntax = load("python")
        assert syntax is not None
        return syntax.language


@pytest.mark.parametrize(("pack", "expected"), [("0.13.0", Place.COMMENT), ("1.0.0", Place.CODE), ("2.3", Place.CODE)])
def test_other_languages_come_from_the_pack_unless_it_would_download_them(
    pack: str, expected: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "version", lambda name: pack)
    monkeypatch.setitem(sys.modules, "tree_sitter_language_pack", Pack)
    load.cache_clear()
    text, position = drawn("x = 1  # so¦")
    opened = Open("lua", text)
    assert opened.trees.place(opened.snapshot, position) is expected
    assert load("no-such-language") is None
    load.cache_clear()
