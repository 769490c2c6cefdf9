"""One prompt with everything in it."""

from __future__ import annotations

from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import Snippet, SnippetKind

PREFIX = "import shop\n\n\ndef total(items):\n    return "
SUFFIX = "\n\n\nprint(total([]))\n"
SNIPPETS = (
    Snippet("shop/prices.py", "def price(item: str) -> int:", SnippetKind.DEFINITION, 11),
    Snippet("shop/main.py", "def first():\ndef last():", SnippetKind.OUTLINE, 3),
    Snippet("shop/carts.py", "for item in cart:\n    add(item)", SnippetKind.SIMILAR, 40),
    Snippet("shop/items.py", "SIZE = 3", SnippetKind.EDIT, 1),
)
PROMPT = CompletionPrompt(PREFIX, SUFFIX, "python", "/home/ada/shop/main.py")
FULL = CompletionPrompt(PREFIX, SUFFIX, "python", "/home/ada/shop/main.py", snippets=SNIPPETS)


def source(lines: int) -> str:
    return "".join(f"line_{number} = compute_{number % 7}({number})\n" for number in range(lines))
