"""Store keys, see where they come from, and ask the services whether they accept them. No key is ever shown.

A key is looked for in environment variables, in the keyring of the operating system, and in an encrypted file (the
vault). It is sent to no other address than the one that it was stored for.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict
from functools import partial

from ai_lsp.cli import key_changes
from ai_lsp.cli.doors import Doors, House
from ai_lsp.cli.failure import CommandError, UsageError
from ai_lsp.cli.table import columns_of, table
from ai_lsp.cli.terminal import Style, has_colour, styled
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import KeyChange, KeyReport

EXAMPLES = """\
  ai-lsp keys set mistral           asks for the key, tries it, and stores it
  pass mistral | ai-lsp keys set mistral
  ai-lsp keys list                  where each key is, or is looked for
  ai-lsp keys check                 ask every service that there is a key for
  ai-lsp keys delete mistral        forget a stored key
  ai-lsp keys rotate [--master]     lock the vault with new data keys, or with a new key of its own
"""

_VERDICTS = {True: ("accepted", Style.GREEN), False: ("REFUSED", Style.RED), None: ("not known", Style.YELLOW)}
_OPTIONS = {"no_check": "set", "origin": "delete", "master": "rotate"}
"""Which option belongs to which action."""
_NEVER = (
    "a key is never taken from the command line, where others can read it; run `ai-lsp keys set PROVIDER` and paste it,"
    " and take it out of your shell's history"
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("set", "list", "check", "rotate", "delete"), help="what to do")
    parser.add_argument("provider", nargs="?", metavar="PROVIDER", help="only this one")
    parser.add_argument("--json", action="store_true", help="JSON for a script; list and check give a list")
    parser.add_argument("--no-check", action="store_true", help="set: store the key without asking its service")
    parser.add_argument("--origin", metavar="URL", help="delete: the key for this address, such as https://host")
    parser.add_argument("--master", action="store_true", help="rotate: the key that locks the vault itself")
    # so that a key which was given all the same is refused without being repeated
    parser.add_argument("given", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--key", "--api-key", dest="given_too", help=argparse.SUPPRESS)


def run(arguments: Namespace, doors: Doors) -> int:
    _refuse_what_does_not_fit(arguments)
    if arguments.action == "rotate":
        line = key_changes.rotate(arguments, doors)
        print(json.dumps({"done": line}) if arguments.json else line)
        return 0
    if arguments.action in ("set", "delete"):
        changed = (key_changes.store if arguments.action == "set" else key_changes.delete)(arguments, doors)
        _tell(arguments.action, changed, as_json=arguments.json)
        return 0
    return _look(arguments, doors)


def _refuse_what_does_not_fit(arguments: Namespace) -> None:
    action, provider = arguments.action, arguments.provider
    if arguments.given or arguments.given_too:
        raise UsageError(_NEVER)
    for option, belongs in _OPTIONS.items():
        if getattr(arguments, option) and action != belongs:
            raise UsageError(f"--{option.replace('_', '-')} belongs to `ai-lsp keys {belongs}`")
    if action in ("set", "delete") and provider is None:
        raise UsageError(f"say for which provider: `ai-lsp keys {action} PROVIDER`")
    if action == "rotate" and provider is not None:
        raise UsageError(f"rotate locks the whole vault anew; `ai-lsp keys set {provider}` stores another key")


def _tell(action: str, changed: KeyChange, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(changed), indent=2))
    else:
        did = "is in" if action == "set" else "is deleted from"
        detail = f": {one_line(changed.detail)}" if changed.detail else ""
        print(f"the key of {changed.provider} for {changed.origin} {did} the {changed.place}{detail}")
    if changed.hidden_by:
        print(f"ai-lsp: {changed.hidden_by} is set too, and is used instead; unset it", file=sys.stderr)


def _look(arguments: Namespace, doors: Doors) -> int:
    ask = arguments.action == "check"
    said = key_changes.passphrases(doors, arguments.config, partial(_unlock, arguments.provider)) if ask else {}
    reports = asyncio.run(_reports(arguments, doors, said, ask=ask))
    if arguments.provider and not reports:
        raise CommandError(f"{arguments.provider} takes no key; it can be used as it is")
    if not ask:
        _print(reports, _listed(reports), as_json=arguments.json)
        return 0
    # a store that cannot be looked into may well hold a key
    asked = [report for report in reports if report.found or report.detail]
    if arguments.provider and not reports[0].found:
        raise CommandError(_missing(reports[0]))
    _print(asked, _checked(asked, has_colour(sys.stdout)), as_json=arguments.json)
    return 0 if all(report.accepted for report in asked) else 1


async def _unlock(provider: str | None, house: House) -> None:
    await house.key_changes().unlock(provider)


async def _reports(arguments: Namespace, doors: Doors, said: dict[bool, str], *, ask: bool) -> Sequence[KeyReport]:
    async with aclosing(doors.open_house([], arguments.config, None, None)) as house:
        house.key_changes().passphrases.update(said)
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
        if report.found:
            word, style = _VERDICTS[report.accepted]
            lines.append(f"{styled(f'{word:<10}', style, colour)}{report.provider} ({_named(report)}): {_said(report)}")
    word, style = _VERDICTS[None]
    lines += [f"{styled(f'{word:<10}', style, colour)}{', '.join(names)}: {why}" for why, names in _unseen(reports)]
    return lines


def _unseen(reports: Sequence[KeyReport]) -> list[tuple[str, list[str]]]:
    """Why keys cannot be seen, and which. It is nearly always one reason for all of them."""
    found: dict[str, list[str]] = {}
    for report in reports:
        if not report.found and report.detail:
            found.setdefault(one_line(report.detail), []).append(report.provider)
    return list(found.items())


def _said(report: KeyReport) -> str:
    # the person is doing just what the error of a refused key tells them to do
    advice = f"; check the key with `ai-lsp keys check {report.provider}`"
    return one_line(report.detail.removeprefix(f"{report.provider}: ").replace(advice, ""))


def _listed(reports: Sequence[KeyReport]) -> list[str]:
    rows = [("PROVIDER", "FOR", "KEY")]
    rows += [(one_line(report.provider), report.origin, _place(report)) for report in reports]
    lines = table(rows, columns_of(sys.stdout), whole=frozenset({2}))
    return [*lines, *(f"cannot be seen: {why}" for why, _ in _unseen(reports))]


def _place(report: KeyReport) -> str:
    if not report.found:
        return "cannot be seen, as told below" if report.detail else f"missing: {_what_to_do(report)}"
    since = f" since {report.since[:10]}" if report.since else ""
    unused = f", unused: {report.detail}" if not report.kind else ""
    return f"in {_named(report)}{since}{unused}"


def _named(report: KeyReport) -> str:
    """Variables have names of their own, stores do not."""
    return str(report.found) if report.found in report.variables else f"the {report.found}"


def _missing(report: KeyReport) -> str:
    if report.detail:
        return f"the key of {report.provider} cannot be seen: {report.detail}"
    return f"{report.provider} has no key for {report.origin}; {_what_to_do(report)}"


def _what_to_do(report: KeyReport) -> str:
    store = f"`ai-lsp keys set {report.provider}`"
    return f"{store}, or set {' or '.join(report.variables)}" if report.variables else store
