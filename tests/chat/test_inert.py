from __future__ import annotations

import random

import pytest

from ai_lsp.chat.inert import Inert
from tests.chat.support_markdown import AROUND, DOCUMENTS, HOSTILE, code, cuts_of, inert, live, words

BENIGN = """\
# Ein Überblick

Use `Vec<String>` and *https* such as <b>, see [the book](https://doc.example/book "title") or https://doc.example/a?b=c.

1. First, `a | b`:
   ```rust
   let v: Vec<String> = vec![1]; // ![x](http://e) <b>

   \tprintln!("{}", v[0]);
   ```
2. Then
   - nested, with `![code](http://kept)`

     ~~~sh
     curl http://localhost:8080 | jq '.[0]'
     ~~~
10. At last:

    ```
    <xml/>
    ```

| a | b |
|---|---|
| `x` | 1 |

Done:

    indented <code> ![x](http://e)
    \tmore

`` a ` b `` and ```` ``` ````; سلام دنیا, می‌خواهم, 👩‍👩‍👧‍👦 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿, `می‌خواهم`.
"""


def test_the_attacks_are_attacks() -> None:
    harmful = [document for document in DOCUMENTS if live(document)]
    assert len(harmful) > len(DOCUMENTS) / 2
    assert all(any(live(place.replace("{}", attack)) for place in AROUND) for attack in HOSTILE if "\\" not in attack)


@pytest.mark.parametrize("place", AROUND)
def test_nothing_is_live_wherever_it_stands_and_however_it_is_cut(place: str) -> None:
    for attack in HOSTILE:
        document = place.replace("{}", attack)
        whole = inert(document)
        assert live(whole) == [], document
        assert {inert(document, [cut]) for cut in range(len(document) + 1)} == {whole}, document


CHANCE = random.Random(7)
PARTS = [
    *HOSTILE,
    "```",
    "````",
    "~~~",
    "`",
    "a",
    "",
    "===",
    "---",
    "|-|",
    "* b",
    "`a|b`",
    "\\",
    "[x]:",
    "](",
    "]",
    "!",
]
BEGINNINGS = ["", "", "  ", "    ", "\t", "- ", "2. ", "> "]
RANDOM = ["\n".join(CHANCE.choice(BEGINNINGS) + CHANCE.choice(PARTS) for _ in range(6)) for _ in range(400)]


def test_ten_thousand_random_cuts_make_no_difference() -> None:
    wholes = {document: inert(document) for document in (*DOCUMENTS[::4], *RANDOM, BENIGN)}
    for _ in range(10_000):
        document, whole = CHANCE.choice(list(wholes.items()))
        assert inert(document, cuts_of(document, CHANCE)) == whole, document


def test_random_documents_are_not_live() -> None:
    assert [document for document in RANDOM if live(inert(document))] == []


def test_code_and_words_stay_as_they_are() -> None:
    whole = inert(BENIGN)
    assert code(whole) == code(BENIGN)
    assert len(code(whole)) == 11
    assert words(whole) == words(BENIGN).replace("such as , see", "such as <b>, see")
    assert '[the book](https://doc.example/book "title")' in whole
    changed = [pair for pair in zip(BENIGN.splitlines(), whole.splitlines(), strict=True) if pair[0] != pair[1]]
    assert changed == [(BENIGN.splitlines()[2], BENIGN.splitlines()[2].replace("<b>", "\\<b>"))]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("vec![1]", r"vec!\[1]"),
        ("Vec<String> a < b <= c", r"Vec\<String> a < b <= c"),
        ("at http://localhost:80, me@a.example.", "at http:`//localhost:80`, me@`a.example`."),
        ("www.a.example file:///etc //b.example 7//2 // c", "www`.a.example` file:`///etc` `//b.example` 7//2 // c"),
        ("ftp://a`b` https://a.example. http://", "ftp:`//a` `b` https://a.example. http://"),
        ("see [1]: this", r"see [1]\: this"),
        ("[1]: https://a.example", "[1]: https://a.example"),
        ("a `b", r"a \`b"),
        ("x[a](b.md)", r"x[a]\(b.md)"),
        ("Also:\n2. two", "Also:\n2\\. two"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("```", "```\n```\n"),
        ("- ```py\n  a\n```\nb", "- ```py\n  a\n  ```\nb"),
        ("- ~~~\n  a\nb", "- ~~~\n  a\n  ~~~\nb"),
        ('```py title="a"\nb\n``` \nc', '```py title="a"\nb\n```\nc'),
        ("```<img>\nb", "```\nb\n```\n"),
        ("https://a.example/`b`", "https://a.example/ `b`"),
        ("a\x1b[31mb\x07\u202ec\U000e0041d", "abcd"),
    ],
)
def test_how_it_looks(said: str, shown: str) -> None:
    assert inert(said) == shown


def test_a_block_that_is_cut_off_is_closed_so_that_what_follows_is_no_code() -> None:
    assert inert("1. a\n   ```py\n   b = 1") == "1. a\n   ```py\n   b = 1\n   ```\n"


def test_text_comes_out_as_soon_as_it_can() -> None:
    stream = Inert()
    assert stream.feed("Hello, wor") == "Hello, wor"
    assert stream.feed("ld `co") == "ld "
    assert stream.feed("de` and") == "`code` and"
    assert stream.feed("\n```py") == "\n"
    assert stream.feed("\ndef f") == "```py\ndef f"
    assert stream.feed("(): ...\n") == "(): ...\n"


UNITS = (
    "[",
    "](",
    "![",
    "`",
    "``a`",
    "<",
    "\\",
    "~",
    "*",
    "- ",
    "> ",
    "1. ",
    "#",
    "|",
    " ",
    "\t",
    "\n",
    "\r",
    "://",
    "`a\n",
)


@pytest.mark.parametrize("unit", UNITS)
def test_a_flood_of_anything_ends_and_is_not_held_back(unit: str) -> None:
    """What takes more than its length in time would not end within the time that a test has."""
    text = unit * (1_000_000 // len(unit) if unit == "[" else 200_000 // len(unit))
    whole = inert(text)
    stream = Inert()
    shown = sum(len(stream.feed(text[start : start + 1000])) for start in range(0, len(text), 1000))
    assert len(whole) - shown < 10_000
