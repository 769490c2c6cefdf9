"""How a command says that it cannot go on."""

from __future__ import annotations


class CommandError(Exception):
    """`str(error)` is one line for the person: what is wrong; what to do."""

    exit_code = 1


class UsageError(CommandError):
    """The arguments themselves are wrong."""

    exit_code = 2
