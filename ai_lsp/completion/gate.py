"""Whether a completion is worth computing here at all. In: the context and the trigger. Out: None, or why not.

When the person asks by hand, only the size rule holds.
"""

from __future__ import annotations

import re

from ai_lsp.core.completion import Trigger
from ai_lsp.core.context import CodeContext
from ai_lsp.core.reasons import Reason, Silence

MAX_LINES = 60_000
MAX_LINE_LENGTH = 4_000

# What editors insert by themselves behind the cursor, and what usually closes a statement there: code may be put
# before it. Anything else after the cursor means that the person edits in the middle of a line.
_CLOSERS = re.compile(r"""\s*[)>}\]"'`]*\s*[:{;,]?\s*""")


def refusal(context: CodeContext, trigger: Trigger) -> Silence | None:
    """The reason to stay silent, or None to go on."""
    document = context.document
    if len(document.lines) > MAX_LINES:
        return Silence(Reason.TOO_LARGE, f"{len(document.lines)} lines, the limit is {MAX_LINES}")
    if len(document.lines[context.position.line]) > MAX_LINE_LENGTH:
        return Silence(Reason.TOO_LARGE, f"this line is longer than {MAX_LINE_LENGTH} characters")
    if trigger is Trigger.INVOKED:
        return None
    if not _CLOSERS.fullmatch(context.line_suffix):
        return Silence(Reason.MID_WORD)
    return None
