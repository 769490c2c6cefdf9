"""Our own words in a chat: a line of Markdown that cannot be taken for the model's.

In: one sentence. Out: a block quote of one line, which is left out again when a client sends it back as part of an answer.
What must never happen: what a service says of itself is more than text in it.
"""

from __future__ import annotations

import re

from ai_lsp.chat.inert import Inert

_BEGIN = "> **ai-lsp:** "
_LINE = re.compile(rf"\n*^{re.escape(_BEGIN)}.*\n*", re.MULTILINE)


def notice(sentence: str) -> str:
    """A line with its line ending."""
    inert = Inert()
    text = inert.feed(" ".join(sentence.split()))
    return f"{_BEGIN}{text}{inert.end()}\n"


def without_notices(content: str) -> str:
    """What the model itself said."""
    return _LINE.sub("\n\n", content).strip("\n") if _BEGIN in content else content
