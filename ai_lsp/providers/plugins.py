"""Providers from other people's packages: entry points of the group `ai_lsp.providers`, loaded by name only.

In: the names that the user's own file lists. Out: a builder for each kind. What must never happen: code of a package is
run that the person has not listed.
"""

from __future__ import annotations

from collections.abc import Iterable

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.providers.services import Builder

GROUP = "ai_lsp.providers"


def load_plugins(names: Iterable[str]) -> tuple[dict[str, Builder], list[ConfigurationError]]:
    """The builders of the plug-ins of these names, and what went wrong. Reads files: not for the event loop."""
    from importlib.metadata import entry_points  # noqa: PLC0415  # costs start-up time, and most people list no plug-in

    found: dict[str, Builder] = {}
    problems = []
    for name in names:
        points = entry_points(group=GROUP, name=name)
        if not points:
            problems.append(
                ConfigurationError(f"no installed package offers the provider plug-in {name!r}; install it")
            )
            continue
        try:
            found[name] = next(iter(points)).load()
        except Exception as error:  # noqa: BLE001  # other people's code may fail in any way
            reason = f"{type(error).__name__}: {error}"
            problems.append(
                ConfigurationError(f"the provider plug-in {name!r} cannot be loaded ({reason}); reinstall it")
            )
    return found, problems
