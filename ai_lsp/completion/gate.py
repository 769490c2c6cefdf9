"""Whether a completion is worth computing here at all. In: the cursor and the trigger. Out: None, or why not.

When the person asks by hand, only the size rule holds.
"""

from __future__ import annotations

import re

from ai_lsp.completion.anchors import Place
from ai_lsp.core.completion import Trigger
from ai_lsp.core.reasons import Reason, Silence

MAX_LINES = 60_000
MAX_LINE_LENGTH = 4_000

# What editors insert by themselves behind the cursor, and what usually closes a statement there: code may be put
# before it. Anything else after the cursor means that the person edits in the middle of a line.
_CLOSERS = re.compile(r"""\s*[)>}\]"'`]*\s*[:{;,]?\s*""")

_HEADER = re.compile(
    r"\s*[})]?\s*(?:async\s+)?(?:if|elif|else|for|foreach|while|with|match|switch|catch|except|def|class|func|fn|function|impl|pub"
    r"|public|private|protected|static|export|do|unless|until|when|return|yield|await|and|or|not|in)\b"
)
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def refusal(place: Place, trigger: Trigger) -> Silence | None:
    """The reason to stay silent, or None to go on."""
    document = place.document
    if len(document.lines) > MAX_LINES:
        return Silence(Reason.TOO_LARGE, f"{len(document.lines)} lines, the limit is {MAX_LINES}")
    if len(document.lines[place.position.line]) > MAX_LINE_LENGTH:
        return Silence(Reason.TOO_LARGE, f"this line is longer than {MAX_LINE_LENGTH} characters")
    if trigger is Trigger.INVOKED:
        return None
    if not _CLOSERS.fullmatch(place.line_suffix):
        return Silence(Reason.MID_WORD)
    return None


def costly_refusal(place: Place, trigger: Trigger) -> Silence | None:
    """The same for what is asked of a service: a statement that is closed is left alone until the person goes on."""
    if trigger is Trigger.INVOKED or place.line_suffix.strip():
        return None
    line = place.line_prefix.rstrip()
    if line.endswith((";", "}")) or (line.endswith((")", "]")) and _is_whole(line)):
        return Silence(Reason.WHOLE)
    return None


def _is_whole(line: str) -> bool:
    """Whether all brackets are closed in a line that promises nothing more."""
    balanced = all(line.count(opener) == line.count(closer) for opener, closer in _BRACKETS.items())
    return balanced and not _HEADER.match(line)
