"""The process that reads the workspace: `python -P -m ai_lsp.providers.embedded.child`.

In: one line of JSON on standard input, a Task. Out: indexes on standard output (see `wire`). Nothing is written to disk.
Ends when its parent does: the parent holds the other end of standard input, and nothing else ever comes from there.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict

from ai_lsp.providers.embedded.learning import Report, Task, learn
from ai_lsp.providers.embedded.wire import Header, sections_of


def main() -> int:
    task = Task(**json.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    report = Report()
    out = sys.stdout.buffer
    for learned in learn(task, report):
        if learned is not None:
            family, index = learned
            sections = sections_of(index)
            out.write(Header(family, tuple(map(len, sections)), {}).encoded())
            for section in sections:
                out.write(section)
    out.write(Header(None, (), asdict(report)).encoded())
    out.flush()
    return 0


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # not through `sys.stdin`, whose lock would be held at the regular end
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
