"""Show what works, what does not, and the next step. Exits with 1 if something does not work.

No file is written, and no suggestion is asked of a service.
"""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path

from ai_lsp.cli.doors import Doors
from ai_lsp.cli.environment import environment_checks
from ai_lsp.cli.selftest import self_test
from ai_lsp.cli.terminal import Style, has_colour, styled
from ai_lsp.core.check import Check

EXAMPLES = """\
  ai-lsp doctor
  ai-lsp doctor --json
"""

_MARKS = {True: ("ok", Style.GREEN), False: ("FAILED", Style.RED), None: ("note", Style.YELLOW)}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help='a JSON object: {"ok": …, "checks": [{"name", "ok", …}]}')


def run(arguments: Namespace, doors: Doors) -> int:
    checks = [*environment_checks(), *asyncio.run(_house_checks(doors, arguments.config))]
    failed = [check for check in checks if check.ok is False]
    if arguments.json:
        print(json.dumps({"ok": not failed, "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        print(_report(checks, has_colour(sys.stdout)))
    return 1 if failed else 0


async def _house_checks(doors: Doors, config: Path | None) -> Sequence[Check]:
    try:
        async with aclosing(doors.open_house([], config, None, None)) as house:
            checks = await house.checks()
        async with aclosing(doors.open_house([], config, "embedded", None)) as house:
            return [*checks, await self_test(house)]
    except Exception as error:  # noqa: BLE001  # whatever is broken is what the person came to see
        step = "install ai-lsp again; if that does not help, report this line"
        return [Check("completion", ok=False, detail=f"{type(error).__name__}: {error}", next_step=step)]


def _report(checks: Sequence[Check], colour: bool) -> str:
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        mark, style = _MARKS[check.ok]
        lines.append(f"{styled(f'{mark:<7}', style, colour)}{check.name:<{width}}  {check.detail}")
        if check.next_step:
            lines.append(f"{'':<7}{'':<{width}}  -> {check.next_step}")
    failures = sum(check.ok is False for check in checks)
    lines += ["", f"{failures} of {len(checks)} checks failed" if failures else "everything that was looked at works"]
    return "\n".join(lines)
