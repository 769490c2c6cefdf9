"""Show where keys come from, and ask the services whether they accept them. No key is ever shown.

Keys are read from environment variables, and are sent to no other address than the one they belong to.
"""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict

from ai_lsp.cli.doors import Doors
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.table import columns_of, table
from ai_lsp.cli.terminal import Style, has_colour, styled
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import KeyReport

EXAMPLES = """\
  ai-lsp keys check             ask every service that there is a key for
  ai-lsp keys check mistral     ask one
  ai-lsp keys list              where each key is looked for
"""

_CHANGES = ("set", "rotate", "delete")
_VERDICTS = {True: ("accepted", Style.GREEN), False: ("REFUSED", Style.RED), None: ("not known", Style.YELLOW)}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("check", "list", *_CHANGES), help="what to do")
    parser.add_argument("provider", nargs="?", metavar="PROVIDER", help="only this one")
    parser.add_argument("--json", action="store_true", help="a JSON list: one object for each provider")


def run(arguments: Namespace, doors: Doors) -> int:
    ask = arguments.action == "check"
    reports = asyncio.run(_reports(arguments, doors, ask=ask))
    if arguments.provider and not reports:
        raise CommandError(f"{arguments.provider} takes no key; it can be used as it is")
    if arguments.action in _CHANGES:
        raise CommandError(_where_to_change(arguments.action, reports))
    if not ask:
        _print(reports, _listed(reports), as_json=arguments.json)
        return 0
    asked = [report for report in reports if report.found]
    if arguments.provider and not asked:
        raise CommandError(_missing(reports[0]))
    _print(asked, _checked(asked, has_colour(sys.stdout)), as_json=arguments.json)
    return 0 if all(report.accepted for report in asked) else 1


async def _reports(arguments: Namespace, doors: Doors, *, ask: bool) -> Sequence[KeyReport]:
    async with aclosing(doors.open_house([], arguments.config, None, None)) as house:
        try:
            return await house.keys(arguments.provider, ask=ask)
        except AIError as error:
            raise CommandError(one_line(str(error))) from None


def _print(reports: Sequence[KeyReport], lines: Sequence[str], *, as_json: bool) -> None:
    print(json.dumps([asdict(report) for report in reports], indent=2) if as_json else "\n".join(lines))


def _checked(reports: Sequence[KeyReport], colour: bool) -> list[str]:
    if not reports:
        return ["there is no key to check; `ai-lsp keys list` shows where keys are looked for"]
    lines = []
    for report in reports:
        word, style = _VERDICTS[report.accepted]
        lines.append(f"{styled(f'{word:<10}', style, colour)}{report.provider} ({report.found}): {_said(report)}")
    return lines


def _said(report: KeyReport) -> str:
    # the person is doing just what the error of a refused key tells them to do
    advice = f"; check the key with `ai-lsp keys check {report.provider}`"
    return one_line(report.detail.removeprefix(f"{report.provider}: ").replace(advice, ""))


def _listed(reports: Sequence[KeyReport]) -> list[str]:
    rows = [("PROVIDER", "FOR", "KEY")]
    rows += [(one_line(report.provider), report.origin, _place(report)) for report in reports]
    return table(rows, columns_of(sys.stdout), whole=frozenset({2}))


def _place(report: KeyReport) -> str:
    if report.found:
        return f"in {report.found}"
    return f"missing: {_what_to_set(report)}"


def _missing(report: KeyReport) -> str:
    return f"{report.provider} has no key for {report.origin}; {_what_to_set(report)}"


def _what_to_set(report: KeyReport) -> str:
    if report.variables:
        return f"set {' or '.join(report.variables)}"
    # the usual variable of a service is for its usual address only
    return f"name its variable as `api_key_env` in [providers.{report.provider}]"


def _where_to_change(action: str, reports: Sequence[KeyReport]) -> str:
    if len(reports) != 1:
        return "keys are read from environment variables; `ai-lsp keys list` shows which"
    [report] = reports
    if not report.variables:
        return f"keys are read from environment variables; {_what_to_set(report)}"
    variable = report.found or " or ".join(report.variables)
    verb = {"set": "set", "rotate": "change", "delete": "unset"}[action]
    return f"the key of {report.provider} is read from an environment variable; {verb} {variable}"
