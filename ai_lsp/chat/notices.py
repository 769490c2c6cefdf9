"""Our own words in a chat: a line of Markdown that cannot be taken for the model's.

In: one sentence. Out: a block quote of one line, which is left out again when a client sends it back as part of an answer.
"""

from __future__ import annotations

import re

_BEGIN = "> **ai-lsp:** "
_LINE = re.compile(rf"\n*^{re.escape(_BEGIN)}.*\n*", re.MULTILINE)


def notice(sentence: str) -> str:
    """A line with its line ending."""
    return f"{_BEGIN}{' '.join(sentence.split())}\n"


def without_notices(content: str) -> str:
    """What the model itself said."""
    return _LINE.sub("\n\n", content).strip("\n") if _BEGIN in content else content
