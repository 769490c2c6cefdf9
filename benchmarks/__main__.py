"""`./dev bench [NAME ...]`: prints the tables of the benchmarks named, or of all; `./dev bench NAME OPTION ...` passes its
options to one. One file a benchmark.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from inspect import signature
from itertools import takewhile
from pathlib import Path

HERE = Path(__file__).parent


def known() -> dict[str, str]:
    """Name -> what it measures, in the words of its own first line."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(HERE)]) if not m.ispkg and not m.name.startswith("_"))
    return {name: (HERE / f"{name}.py").read_text("utf-8").split("\n", 1)[0].strip('"') for name in names}


def main(arguments: list[str]) -> int:
    benchmarks = known()
    names = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
    options = arguments[len(names) :]
    unknown = [name for name in names if name not in benchmarks]
    if unknown or (options and len(names) != 1):
        print("\n".join(f"{name:18} {what}" for name, what in benchmarks.items()))
        return 0 if options == ["--help"] and not names else 2
    if options:
        return _with_options(names[0], options)
    failed = 0
    for name in names or benchmarks:
        print(f"\n== {name}: {benchmarks[name]}\n", flush=True)
        failed |= importlib.import_module(f"benchmarks.{name}").main()
    return failed


def _with_options(name: str, options: list[str]) -> int:
    run = importlib.import_module(f"benchmarks.{name}").main
    if not signature(run).parameters:
        print(f"{name} has no options", file=sys.stderr)
        return 2
    return int(run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
