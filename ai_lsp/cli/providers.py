"""Show every provider: kind, model, window, abilities, key, and how its service is. With a name: what can be set for it.

Services are asked how they are, at once and without cost. No key is shown.
"""

from __future__ import annotations

import asyncio
import json
import sys
import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict

from ai_lsp.cli.doors import Doors
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.table import columns_of, table
from ai_lsp.cli.terminal import Style, has_colour, styled
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import OptionReport, ProviderReport

EXAMPLES = """\
  ai-lsp providers                 all of them; `*` marks the one that completes code
  ai-lsp providers --json          for a script
  ai-lsp providers ollama          what can be set in [providers.NAME] with kind = "ollama"
"""

_STATES = {True: ("ok", Style.GREEN), False: ("FAILED", Style.RED), None: ("-", Style.YELLOW)}
_HEADS = ("  NAME", "KIND", "MODEL", "WINDOW", "KEY", "STATE")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="show what can be set for this provider or kind")
    parser.add_argument("--json", action="store_true", help="a JSON list: one object for each provider, or setting")


def run(arguments: Namespace, doors: Doors) -> int:
    if arguments.name is None:
        reports = asyncio.run(_reports(arguments, doors))
        lines = _overview(reports, columns_of(sys.stdout), has_colour(sys.stdout))
        found: Sequence[ProviderReport | OptionReport] = reports
    else:
        options = asyncio.run(_options(arguments, doors))
        lines = _settings(arguments.name, options, columns_of(sys.stdout), has_colour(sys.stdout))
        found = options
    if arguments.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        print("\n".join(lines))
    return 0


async def _reports(arguments: Namespace, doors: Doors) -> Sequence[ProviderReport]:
    async with aclosing(doors.open_house([], arguments.config, None, None)) as house:
        return await house.providers()


async def _options(arguments: Namespace, doors: Doors) -> Sequence[OptionReport]:
    async with aclosing(doors.open_house([], arguments.config, None, None)) as house:
        try:
            return await house.options(arguments.name)
        except AIError as error:
            raise CommandError(one_line(str(error))) from None


def _overview(reports: Sequence[ProviderReport], width: int, colour: bool) -> Iterator[str]:
    shown = [report for report in reports if _is_set_up(report)]
    head, *lines = table([_HEADS, *map(_row, shown)], width, right=frozenset({3}))
    yield styled(head, Style.BOLD, colour)
    for report, line in zip(shown, lines, strict=True):
        word, style = _STATES[report.ok]
        yield line.removesuffix(word) + styled(word, style, colour)
        for part in textwrap.wrap(" · ".join(_details(report)), width, initial_indent="    ", subsequent_indent="    "):
            yield styled(part, Style.FAINT, colour)
    others = [report for report in reports if not _is_set_up(report)]
    if others:
        yield ""
        yield "not set up:"
        yield from table([(f"  {report.name}", _said(report)) for report in others], width)
    yield ""
    if not any("chat" in report.used_for for report in reports):
        yield "nobody chats yet: set a key, start a local server, or set `provider` in [chat]"
    yield "`ai-lsp providers NAME` shows what can be set"


def _is_set_up(report: ProviderReport) -> bool:
    """Whether the person has chosen it, or it can be used as it is."""
    return report.configured or bool(report.used_for) or report.key.startswith("found") or report.ok is True


def _row(report: ProviderReport) -> tuple[str, ...]:
    key = report.key.partition(" ")[0] if report.key.startswith("found") else report.key
    return (
        f"{'*' if report.active else ' '} {one_line(report.name)}",
        one_line(report.kind),
        one_line(report.model or "-"),
        _tokens(report.context_window),
        {"not needed": "-", "unknown": "?"}.get(key, key),
        _STATES[report.ok][0],
    )


def _tokens(number: int | None) -> str:
    if number is None:
        return "-"
    return f"{number / 1e6:.3g}M" if number >= 1_000_000 else f"{number // 1000}k" if number >= 1000 else str(number)


def _details(report: ProviderReport) -> Iterator[str]:
    """What does not fit into the row, for the line below it."""
    if report.used_for:
        does = {"completion": "completes code", "chat": "chats"}
        yield " and ".join(does.get(purpose, purpose) for purpose in report.used_for)
    detail = _said(report)
    if report.origin and report.origin not in detail:
        yield report.origin
    if report.abilities:
        yield f"can: {', '.join(report.abilities)}"
    if report.key.startswith("found"):
        yield f"key {one_line(report.key)}"
    if report.circuit not in (None, "closed"):
        yield f"breaker {report.circuit}"
    if detail:
        yield detail


def _said(report: ProviderReport) -> str:
    """Its detail without its name, which stands before it already."""
    return one_line(report.detail).removeprefix(f"{report.name}: ")


def _settings(name: str, options: Sequence[OptionReport], width: int, colour: bool) -> Iterator[str]:
    kind = next((option.default for option in options if option.name == "kind"), name)
    section = name if name != kind else "NAME"
    yield f'in the settings file, under [providers.{section}] with kind = "{kind}":'
    yield ""
    for option in options:
        if option.name == "kind":
            continue
        default = f", default {option.default}" if option.default else ""
        yield f"  {styled(option.name, Style.BOLD, colour)}  ({option.type}{default})"
        if option.meaning:
            yield from textwrap.wrap(option.meaning, width, initial_indent="      ", subsequent_indent="      ")
