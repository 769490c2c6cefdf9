"""`python -m tests.parts [NAME…]`: fetch the real parts that the tests use into `.parts`, and say where each is."""

from __future__ import annotations

import sys

from tests.parts.catalogue import PARTS, fetch
from tests.parts.part import PartMissingError


def main(names: list[str]) -> int:
    """Exit code 0 when every part is there, 1 when one cannot be had, 2 for a name that is none."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.stderr.write(f"no part is called {', '.join(unknown)}; the parts are: {', '.join(PARTS)}\n")
        return 2
    missing = 0
    for name in names or PARTS:
        try:
            program = fetch(name)
        except PartMissingError as error:
            sys.stderr.write(f"{error}\n")
            missing += 1
        else:
            sys.stdout.write(f"{name} {PARTS[name].version(program)}: {program}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
