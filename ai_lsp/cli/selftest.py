"""A tiny real completion by the embedded engine, with nothing but a few lines to learn from."""

from __future__ import annotations

import time

from ai_lsp.cli.doors import CompletionHouse
from ai_lsp.core.check import Check
from ai_lsp.core.completion import Suggestion, Trigger
from ai_lsp.core.text import Position

_REPEATED = """\
def area_of_{0}(self, width, height):
    total_area = multiply(width, height)
    return total_area

"""
_LEARNED = "".join(_REPEATED.format(name) for name in ("wall", "floor", "door", "window"))
_TYPED = "def area_of_roof(self, width, height):\n    total_area = mult"
_EXPECTED = "iply(width, height)\n    return total_area\n"


async def self_test(house: CompletionHouse) -> Check:
    """Whether a line that stands four times above, or its start, is completed the fifth time.

    `house` asks the embedded engine.
    """
    uri, text = "untitled:ai-lsp-doctor.py", _LEARNED + _TYPED
    house.documents.open(uri, "python", 1, text)
    cursor = Position(text.count("\n"), len(text) - text.rfind("\n") - 1)
    began = time.perf_counter()
    said = await house.suggest(uri, cursor, Trigger.INVOKED)
    milliseconds = (time.perf_counter() - began) * 1000
    house.documents.close(uri)
    if isinstance(said, Suggestion) and _EXPECTED.startswith(said.text):
        return Check("embedded engine", ok=True, detail=f"completed a test line in {milliseconds:.1f} ms")
    answer = f"answered {said.text!r}" if isinstance(said, Suggestion) else str(said)
    step = "install ai-lsp again; if that does not help, report this line"
    return Check("embedded engine", ok=False, detail=f"did not complete a test line: {answer}", next_step=step)
