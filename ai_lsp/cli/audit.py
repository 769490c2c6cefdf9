"""Show the record of changes to settings, trust and keys, and find out whether somebody has tampered with it.

Values of secrets are never in it. Each entry holds the hash of the one before it, so that a change, a removal or another
order shows; somebody with your own rights on this machine can still write the whole record anew.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from ai_lsp.cli.doors import Doors
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.errors import AIError
from ai_lsp.observe.audit import AuditLog, Entry

EXAMPLES = """\
  ai-lsp audit show      what was changed, oldest first
  ai-lsp audit verify    is the record whole?
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("show", "verify"), help="what to do")
    parser.add_argument("--json", action="store_true", help="a JSON list of entries, or the verdict as a JSON object")


def run(arguments: Namespace, doors: Doors) -> int:
    audit = doors.audit()
    try:
        return _show(audit, as_json=arguments.json) if arguments.action == "show" else _verify(audit, arguments.json)
    except AIError as error:
        raise CommandError(one_line(str(error))) from None


def _show(audit: AuditLog, *, as_json: bool) -> int:
    entries = list(audit.entries())
    if as_json:
        print(json.dumps([asdict(entry) for entry in entries], indent=2))
    elif not entries:
        print("nothing was written down yet")
    else:
        print("\n".join(_lines(entries)))
    return 0


def _verify(audit: AuditLog, as_json: bool) -> int:
    verdict = audit.verify()
    if as_json:
        print(json.dumps({"ok": verdict.problem is None, **asdict(verdict)}))
    elif verdict.problem is None and verdict.entries == 0:
        print("nothing was written down yet")
    elif verdict.problem is None:
        count = "1 entry" if verdict.entries == 1 else f"{verdict.entries} entries, each"
        print(f"{count} as it was written ({audit.path})")
    else:
        raise CommandError(f"{audit.path}: {verdict.problem}; {audit.way_out}")
    return 0 if verdict.problem is None else 1


def _lines(entries: list[Entry]) -> Iterator[str]:
    before: Mapping[str, Any] = {}
    for entry in entries:
        values = entry.detail.get("values")
        if isinstance(values, dict):
            told, before = list(_changes(before, values)), values
        else:
            told = [f"{name}: {_text(value)}" for name, value in entry.detail.items()]
        yield one_line(f"{entry.number}  {entry.at}  {entry.kind}")
        yield from (f"      {one_line(line)}" for line in told)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for path in sorted({*before, *after}):
        if path not in after:
            yield f"{path}: no longer set"
        elif before.get(path) != after[path]:
            value, layer = (
                after[path] if isinstance(after[path], list) and len(after[path]) == 2 else (after[path], "?")
            )
            yield f"{path} = {json.dumps(value, ensure_ascii=False)}  ({layer})"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
