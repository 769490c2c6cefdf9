from __future__ import annotations

import pytest

from ai_lsp.chat.placing_tests import is_test, is_test_of, path_of_tests

ROOTS = ["/work", "/work/inner"]


@pytest.mark.parametrize(
    ("path", "language", "expected"),
    [
        ("/work/shop/orders.py", "python", "/work/tests/test_orders.py"),
        ("/work/inner/shop/orders.py", "python", "/work/inner/tests/test_orders.py"),
        ("/elsewhere/orders.py", "python", "/elsewhere/test_orders.py"),
        ("/work/src/cart.ts", "typescript", "/work/src/cart.test.ts"),
        ("/work/src/Cart.tsx", "typescriptreact", "/work/src/Cart.test.tsx"),
        ("/work/cart/cart.go", "go", "/work/cart/cart_test.go"),
        ("/work/src/lib.rs", "rust", "/work/tests/lib.rs"),
        ("/work/src/main/java/a/Cart.java", "java", "/work/src/test/java/a/CartTest.java"),
        ("/work/a/Cart.java", "java", "/work/a/CartTest.java"),
        ("/work/Cart.cs", "csharp", "/work/CartTests.cs"),
        ("/work/lib/cart.rb", "ruby", "/work/test/cart_test.rb"),
        ("/work/lib/cart.ex", "elixir", "/work/test/cart_test.exs"),
        ("/work/run.sh", "shellscript", "/work/test/run.bats"),
        ("/work/a.xyz", "unheard of", "/work/a_test.xyz"),
        ("C:/work/shop/orders.py", "python", "C:/work/shop/test_orders.py"),
        ("/work/Makefile", "makefile", "/work/Makefile_test"),
    ],
)
def test_tests_lie_where_the_language_has_them(path: str, language: str, expected: str) -> None:
    assert path_of_tests(path, language, ROOTS) == expected
    assert is_test(expected)


@pytest.mark.parametrize(
    ("candidate", "path", "expected"),
    [
        ("/work/tests/test_orders.py", "/work/shop/orders.py", True),
        ("/work/tests/shop/test_orders.py", "/work/shop/orders.py", True),
        ("/work/src/cart.spec.ts", "/work/src/cart.ts", True),
        ("/work/src/__tests__/cart.js", "/work/src/cart.js", True),
        ("/work/cart/cart_test.go", "/work/cart/cart.go", True),
        ("/work/src/test/java/a/CartTest.java", "/work/src/main/java/a/Cart.java", True),
        ("/work/tests/test_stock.py", "/work/shop/orders.py", False),
        ("/work/shop/orders.py", "/work/shop/orders.py", False),
        ("/work/tests/test_orders.js", "/work/shop/orders.py", False),
        ("/work/shop/my_orders.py", "/work/shop/orders.py", False),
    ],
)
def test_which_file_has_the_tests_of_another(candidate: str, path: str, expected: bool) -> None:
    assert is_test_of(candidate, path) is expected


@pytest.mark.parametrize(
    "path", ["/work/shop/orders.py", "/work/contest.py", "/work/latest/a.py", "/work/attestation.go"]
)
def test_other_files_are_no_tests(path: str) -> None:
    assert not is_test(path)
