"""Show the settings in force and where each comes from, find what is wrong with them, and see to whom code may be sent.

`show`          every value that is not a default, with its layer (`--all`: every value)
`check [FILE]`  everything that is wrong, a line each; exits with 1 if there is anything
`path`          where the user file is, or would be
`schema`        the JSON Schema of the user file (`--editor`: the settings that editors may offer; `--table`: Markdown)
`trust`         the addresses that you have judged when an editor named them: `trust list`, `allow ORIGIN`, `revoke ORIGIN`

What an editor sends is on top of what is shown here while it runs.
"""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from ai_lsp.cli.doors import Doors, Inspection
from ai_lsp.cli.failure import CommandError, UsageError
from ai_lsp.cli.table import columns_of, table
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.errors import AIError

EXAMPLES = """\
  ai-lsp config show                               what is set, and by which layer
  ai-lsp config check team.toml                    is this file right?
  ai-lsp config trust revoke https://ai.example    be asked about it again
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("show", "check", "path", "schema", "trust"), help="what to do")
    parser.add_argument("rest", nargs="*", metavar="…", help="FILE for `check`; list, allow or revoke for `trust`")
    parser.add_argument("--all", action="store_true", help="`show` the defaults too")
    parser.add_argument("--json", action="store_true", help="`show` as a JSON list of {path, value, layer}")
    parser.add_argument("--editor", action="store_true", help="the `schema` of the settings that editors offer")
    parser.add_argument("--table", action="store_true", help="the `schema` as a table in Markdown")


def run(arguments: Namespace, doors: Doors) -> int:
    action, rest = arguments.action, arguments.rest
    if rest and action not in ("check", "trust"):
        raise UsageError(
            f"`ai-lsp config {action}` takes nothing behind it; `ai-lsp config --help` shows how it is used"
        )
    try:
        if action == "schema":
            return _schema(arguments, doors)
        if action == "check":
            return _check(arguments.config, rest, doors)
        inspection = doors.inspect(arguments.config)
        if action == "path":
            print(inspection.path)
            return 0
        return _trust(rest, inspection) if action == "trust" else _show(arguments, inspection)
    except AIError as error:
        raise CommandError(one_line(str(error))) from None


def _schema(arguments: Namespace, doors: Doors) -> int:
    if arguments.table:
        from ai_lsp.settings.reference import reference_table  # noqa: PLC0415  # brings pydantic

        print(reference_table(), end="")
    elif arguments.editor:
        from ai_lsp.settings.document import editor_settings  # noqa: PLC0415  # brings pydantic

        print(editor_settings(), end="")
    else:
        print(doors.inspect(arguments.config).schema(), end="")
    return 0


def _show(arguments: Namespace, inspection: Inspection) -> int:
    values = inspection.values(everything=arguments.all)
    if faults := inspection.faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        print(f"ai-lsp: {one_line(faults[0])}{more}; `ai-lsp config check` shows all", file=sys.stderr)
    if arguments.json:
        print(json.dumps([asdict(value) for value in values], indent=2))
        return 0
    if not values:
        print(
            f"nothing is set, the defaults are in force (`--all` shows them); the user file would be {inspection.path}"
        )
        return 0
    rows = [("SETTING", "VALUE", "FROM")]
    rows += [(one_line(found.path), one_line(_toml(found.value)), one_line(found.layer)) for found in values]
    print("\n".join(table(rows, columns_of(sys.stdout))))
    return 0


def _check(config: Path | None, rest: Sequence[str], doors: Doors) -> int:
    if len(rest) > 1:
        raise UsageError("`ai-lsp config check` looks at one file at a time")
    named = Path(rest[0]) if rest else config
    if named is not None and not named.is_file():
        raise CommandError(f"{named}: there is no such file; name the settings file that you mean")
    inspection = doors.inspect(named)
    problems = asyncio.run(inspection.problems())
    if problems:
        print("\n".join(map(one_line, problems)))
        return 1
    there = inspection.path.is_file()
    print(f"{inspection.path}: {'everything in it is right' if there else 'not there; the defaults are in force'}")
    return 0


def _trust(rest: Sequence[str], inspection: Inspection) -> int:
    match list(rest):
        case [] | ["list"]:
            print("\n".join(_answers(inspection)))
        case ["allow", address]:
            print(f"providers at {inspection.allow(address)} may be used where an editor names them")
        case ["revoke", address]:
            origin = inspection.revoke(address)
            if origin is None:
                raise CommandError(f"nothing is remembered of {one_line(address)}; `ai-lsp config trust` shows what is")
            print(f"{origin} is forgotten: it is not used, and you will be asked again")
        case _:
            raise UsageError("write `ai-lsp config trust list`, `… allow ORIGIN` or `… revoke ORIGIN`")
    return 0


def _answers(inspection: Inspection) -> list[str]:
    answers = inspection.answers()
    if not answers:
        return ["no editor has named an address that you have judged"]
    rows = [("ORIGIN", "YOU SAID", "ON")]
    for answer in answers:
        day = f"{datetime.fromtimestamp(answer.at).astimezone():%Y-%m-%d %H:%M}"
        rows.append((one_line(answer.origin), "allowed" if answer.allowed else "refused", day))
    return table(rows, columns_of(sys.stdout))


def _toml(value: object) -> str:
    """As it would be written in the user file, where it can be; what is not set is left blank."""
    return "" if value is None else json.dumps(value, ensure_ascii=False)
