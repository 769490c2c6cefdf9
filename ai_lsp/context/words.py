"""The names in code. In: any text. Out: its identifiers, without the words that every program has."""

from __future__ import annotations

import re

_NAME = re.compile(r"[^\W\d]\w{2,}")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    abstract and any args array async auto await bool boolean break byte case cast catch char class const constexpr continue
    def default defer del delete dict elif else elsif end enum except export extends extern false final finally float for
    foreach from func function global goto impl implements import include inline instanceof int interface internal into is
    isset kwargs lambda let list long map match mod module mut namespace new nil none nonlocal not null number object
    operator optional override package pass private protected pub public raise range readonly ref require return returns
    sealed self set short signed sizeof static std str string struct super switch template this throw throws trait true try
    tuple type typedef typename typeof undefined union unless unsafe unsigned use using var virtual void volatile when where
    while with yield None True False String
    """,
    )
)


def names_in(text: str) -> list[str]:
    """In the order they stand there, as often as they do."""
    return [name for name in _NAME.findall(text) if name not in _COMMON]
