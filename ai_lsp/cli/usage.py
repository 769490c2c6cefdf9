"""Show what was used: requests, tokens and money, by provider, model, day and user.

The embedded engine costs nothing and is not counted. Figures of other programs on the same accounts are not in here.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import asdict
from datetime import datetime, timedelta

from ai_lsp.cli.doors import Doors
from ai_lsp.cli.failure import UsageError
from ai_lsp.cli.table import columns_of, table
from ai_lsp.cli.terminal import Style, has_colour, styled
from ai_lsp.cli.untrusted import one_line
from ai_lsp.observe.totals import Grouping, Totals, summed_up

EXAMPLES = """\
  ai-lsp usage                       everything that was written down
  ai-lsp usage --since month         since the first of this month
  ai-lsp usage --since 7d --json     the last seven days, for a script
"""

Groups = dict[Grouping, dict[str, Totals]]

_HEADS = ("REQUESTS", "FAILED", "CACHED", "TOKENS IN", "TOKENS OUT", "US$")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--since", metavar="D", help="a date such as 2026-11-01, a number of days such as 7d, `day` or `month`"
    )
    parser.add_argument("--json", action="store_true", help='a JSON object: {"since", "total", "provider": {…}, …}')


def run(arguments: Namespace, doors: Doors) -> int:
    since = None if arguments.since is None else since_of(arguments.since, datetime.now().astimezone())
    everything, groups = asyncio.run(_sums(arguments, doors, since))
    if arguments.json:
        print(json.dumps(_as_json(since, everything, groups), indent=2))
    elif everything.requests == 0:
        print(f"nothing was used{f' since {since:%Y-%m-%d}' if since else ' yet'}: no service was asked for anything")
    else:
        print("\n".join(_report(everything, groups, columns_of(sys.stdout), has_colour(sys.stdout))))
    return 0


def since_of(text: str, now: datetime) -> datetime:
    """The beginning that `--since` names, in the time zone of `now`. Raises UsageError."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "day":
        return midnight
    if text == "month":
        return midnight.replace(day=1)
    try:
        if days := re.fullmatch(r"([0-9]{1,4})d", text):
            return now - timedelta(days=int(days[1]))
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=now.tzinfo)
    except (ValueError, OverflowError):
        what = "write a date such as 2026-11-01, a number of days such as 7d, `day` or `month`"
        raise UsageError(f"--since {text!r} is no date; {what}") from None


async def _sums(arguments: Namespace, doors: Doors, since: datetime | None) -> tuple[Totals, Groups]:
    async with aclosing(doors.open_house([], arguments.config, None, None)) as house:
        return await asyncio.to_thread(summed_up, house.usage(since))


def _as_json(since: datetime | None, everything: Totals, groups: Groups) -> dict[str, object]:
    sums: dict[str, object] = {}
    for group, found in groups.items():
        sums[group] = {name: asdict(totals) for name, totals in found.items()}
    return {"since": since.isoformat() if since else None, "total": asdict(everything), **sums}


def _report(everything: Totals, groups: Groups, width: int, colour: bool) -> Iterator[str]:
    for group, found in groups.items():
        rows: list[tuple[str, ...]] = [(group.upper(), *_HEADS)]
        rows += [(one_line(name) or "(none)", *_figures(totals)) for name, totals in found.items()]
        head, *lines = table(rows, width, right=frozenset(range(1, 7)))
        yield styled(head, Style.BOLD, colour)
        yield from lines
        yield ""
    _, line = table([("", *_HEADS), ("total", *_figures(everything))], width, right=frozenset(range(1, 7)))
    yield line
    if everything.estimated:
        are = "request that is" if everything.estimated == 1 else "requests that are"
        yield f"~ holds figures of {everything.estimated} {are} estimated: broken off, or not counted by the service"
    if everything.unpriced:
        plural = "" if everything.unpriced == 1 else "s"
        yield f"? leaves out {everything.unpriced} request{plural} of unknown price; set `price` in [providers.NAME]"


def _figures(totals: Totals) -> tuple[str, ...]:
    guessed = "~" if totals.estimated else ""
    money = f"{guessed}{totals.cost:.4f}{'?' if totals.unpriced else ''}"
    counts = (totals.requests, totals.failed, totals.from_cache)
    tokens = (totals.input_tokens, totals.output_tokens)
    return (*(f"{count:,}" for count in counts), *(f"{guessed}{count:,}" for count in tokens), money)
