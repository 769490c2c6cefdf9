"""The entry of the command line. In: arguments. Out: an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

What must never happen: a traceback for something that the person did, or an import that `ai-lsp serve` has no use for.
"""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import ai_lsp
from ai_lsp.cli.commands import SUMMARIES, Command, load
from ai_lsp.cli.doors import Doors
from ai_lsp.cli.failure import CommandError, UsageError

DONE, INTERRUPTED = 0, 130

_EXAMPLES = """examples:
  ai-lsp demo                           see it work
  ai-lsp complete app/models.py:120     the suggestion at the end of line 120
  ai-lsp doctor                         what works, what does not, and the next step

An editor starts `ai-lsp serve`, or `ai-lsp` alone, and speaks the Language Server Protocol with it.
`ai-lsp COMMAND --help` tells more of each command.
"""


class _Parser(ArgumentParser):
    """Says what is wrong in one line, as everything here does."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; `{self.prog} --help` shows how it is used")


def main(argv: Sequence[str], doors: Doors) -> int:
    """Run the command that `argv` (without the program's name) asks for."""
    _prepare_streams()
    try:
        code = _exit_code(list(argv), doors)
        sys.stdout.flush()
    except CommandError as error:
        return _fail(f"ai-lsp: {error}", error.exit_code)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        _drop_output()
        return DONE
    except OSError as error:
        _drop_output()
        return _fail(f"ai-lsp: the system refused: {error}", CommandError.exit_code)
    return code


def _exit_code(argv: list[str], doors: Doors) -> int:
    try:
        return _run(argv, doors)
    except SystemExit as exited:  # argparse has printed help or the version
        return exited.code if isinstance(exited.code, int) else DONE


def _run(argv: list[str], doors: Doors) -> int:
    if not argv and sys.stdin is not None and sys.stdin.isatty():
        _top_parser().print_help(sys.stderr)
        return UsageError.exit_code
    at = _command_index(argv)
    if at is None:
        if {"-h", "--help", "--version"} & set(argv):
            _top_parser().parse_args(argv)
        name, rest = "serve", argv
    else:
        name, rest = argv[at], argv[:at] + argv[at + 1 :]
    if name not in SUMMARIES:
        raise UsageError(_no_such_command(name))
    command = load(name)
    arguments = _parser_of(name, command).parse_args(rest)
    if arguments.config is not None and not arguments.config.is_file():
        raise CommandError(f"--config {arguments.config}: there is no such file; name the settings file that you mean")
    return command.run(arguments, doors)


def _prepare_streams() -> None:
    """A closed stream swallows what is written to it, and a terminal without UTF-8 shows `?`: neither is an error."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # it stays open to the end
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _drop_output() -> None:
    """So that Python does not try to write the rest when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command_index(argv: list[str]) -> int | None:
    """Where the name of the command stands: it is the first argument that is neither an option nor an option's value."""
    at = 0
    while at < len(argv) and argv[at].startswith("-"):
        at += 2 if argv[at] == "--config" else 1
    return at if at < len(argv) else None


def _top_parser() -> ArgumentParser:
    parser = _Parser(
        prog="ai-lsp",
        usage="ai-lsp [--config FILE] [COMMAND] …",
        description="AI code completion for every editor, with any model or with none.",
        epilog="commands:\n" + "".join(f"  {n:<12}{s}\n" for n, s in SUMMARIES.items()) + "\n" + _EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ai-lsp {ai_lsp.__version__}")
    _add_config(parser)
    return parser


def _parser_of(name: str, command: Command) -> ArgumentParser:
    parser = _Parser(
        prog=f"ai-lsp {name}",
        description=command.__doc__,
        epilog=f"examples:\n{command.EXAMPLES}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ai-lsp {ai_lsp.__version__}", help=SUPPRESS)
    _add_config(parser)
    command.add_arguments(parser)
    return parser


def _add_config(parser: ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="the user file, instead of the usual one")


def _no_such_command(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only a mistyped command needs it

    near = get_close_matches(name, SUMMARIES, n=1)
    what_to_do = f"did you mean `ai-lsp {near[0]}`?" if near else f"there are {', '.join(SUMMARIES)}"
    return f"there is no command {name!r}; {what_to_do}"


def _fail(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code
