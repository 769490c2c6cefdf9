"""Be a language server on standard input and output. Editors start this; a person has no use for it at a terminal."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace

from ai_lsp.cli.doors import Doors

EXAMPLES = """\
  ai-lsp serve                          what an editor's configuration names as the command
  ai-lsp serve --config team.toml       with other settings than the usual ones
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="accepted, as many editors pass it; there is no other way")
    parser.add_argument(
        "--clientProcessId", help=SUPPRESS
    )  # some editors add it to `--stdio`; `initialize` tells it too


def run(arguments: Namespace, doors: Doors) -> int:
    if sys.stdin is not None and sys.stdin.isatty():
        print("ai-lsp: waiting for an editor to speak on standard input; Ctrl-C ends it", file=sys.stderr)
    return doors.serve(arguments.config)
