"""The table of commands: a new one is a file beside this one and a line here.

The file has `add_arguments(parser)` and `run(arguments, doors)`, and a docstring and `EXAMPLES` for its help. It is
imported only when the command is called.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import Protocol, cast

from ai_lsp.cli.doors import Doors

SUMMARIES = {
    "serve": "be a language server on standard input and output (what editors start)",
    "complete": "print the suggestion for a place in a file",
    "chat": "ask a model, or talk with it",
    "providers": "show every provider: its model, its key, how it is, and what can be set",
    "keys": "store keys, see where they come from, and ask services whether they accept them",
    "config": "show the settings and where each comes from, check them, see whom they trust",
    "usage": "show what was used: requests, tokens, money",
    "audit": "show the record of changes to settings, trust and keys, and whether it is whole",
    "doctor": "show what works, what does not, and the next step",
    "demo": "type real code back into a real server and watch its ghost text",
}


class Command(Protocol):
    """The shape of a command's file."""

    EXAMPLES: str

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, arguments: Namespace, doors: Doors) -> int:
        """The exit code. Raises CommandError."""


def load(name: str) -> Command:
    """The command of this name, which stands in the table."""
    return cast("Command", import_module(f"ai_lsp.cli.{name}"))
