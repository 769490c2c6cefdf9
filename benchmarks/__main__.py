"""`./dev bench [NAME ...]`: prints the tables of the benchmarks named, or of all. One file a benchmark."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def known() -> dict[str, str]:
    """Name -> what it measures, in the words of its own first line."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(HERE)]) if not m.ispkg and not m.name.startswith("_"))
    return {name: (HERE / f"{name}.py").read_text("utf-8").split("\n", 1)[0].strip('"') for name in names}


def main(names: list[str]) -> int:
    benchmarks = known()
    unknown = [name for name in names if name not in benchmarks]
    if unknown or names == ["--help"]:
        print("\n".join(f"{name:18} {what}" for name, what in benchmarks.items()))
        return 2 if unknown and names != ["--help"] else 0
    failed = 0
    for name in names or benchmarks:
        print(f"\n== {name}: {benchmarks[name]}\n", flush=True)
        failed |= importlib.import_module(f"benchmarks.{name}").main()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
