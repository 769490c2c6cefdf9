"""The person's own file, and the profile in it that is in force.

In: a path. Out: what the file says, or why it cannot be read. What must never happen: a file that cannot be understood
counts as one that says nothing; code that it kept on this machine would go to whatever service there is a key for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ai_lsp.settings.layers import Layer, Problem, problems_of, shown
from ai_lsp.settings.paths import KeyPath, Values, unknown
from ai_lsp.settings.schema import Profile, Settings

_LARGEST = 1024 * 1024

Stamp = tuple[int, ...] | None
"""Changes when the file does. None: there is no file."""


@dataclass(frozen=True, slots=True)
class UserFile:
    """`fault` says why nothing is known of what the file says; None: `values` holds it."""

    path: Path
    values: Values = field(default_factory=dict)
    stamp: Stamp = None
    fault: str | None = None

    @property
    def profile(self) -> str | None:
        """The profile that the file itself chooses."""
        name = self.values.get("profile")
        return name if isinstance(name, str) else None

    def layers(self, profile: str | None) -> list[Layer]:
        """The file, and on top of it the profile of this name."""
        name, profiles = str(self.path), self.values.get("profiles")
        if profile is None or not isinstance(profiles, Mapping) or not isinstance(profiles.get(profile), Mapping):
            return [Layer(name, self.values)]
        # each profile is checked once: the chosen one as a layer of its own
        others = {key: value for key, value in profiles.items() if key != profile}
        return [
            Layer(name, {**self.values, "profiles": others}),
            Layer(f"{name} [profiles.{profile}]", profiles[profile], Profile),
        ]

    def problems(self, profile: str | None) -> list[tuple[KeyPath, Problem]]:
        """Everything that is wrong in it."""
        name = str(self.path)
        if self.fault is not None:
            return [((), Problem(name, "", self.fault))]
        found = [problem for layer in self.layers(profile) for problem in problems_of(layer)]
        profiles = self.values.get("profiles")
        known = list(map(str, profiles)) if isinstance(profiles, Mapping) else []
        if profile is not None and profile not in known:
            text = unknown(profile, known).replace("such setting", f"profile {shown(profile)!r}")
            found.append((("profile",), Problem(name, "profile", text)))
        return found


def read_file(path: Path) -> UserFile:
    """Never raises. A file that does not exist says nothing, and has no fault."""
    stamp = stamp_of(path)
    if stamp is None:
        return UserFile(path)
    values: dict[str, Any] = {}
    fault = None
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            fault = "is far too large for settings"
        else:
            values = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        fault = f"cannot be read ({error.strerror or type(error).__name__})"
    except UnicodeDecodeError:
        fault = "is not UTF-8 text; save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        fault = f"is not TOML ({error})"
    except RecursionError:
        fault = "is nested too deeply"
    return UserFile(path, values, stamp, None if fault is None else f"{fault}; its settings are not in force")


def stamp_of(path: Path) -> Stamp:
    """Cheap to look at: the file is not opened."""
    try:
        found = path.stat()
    except OSError as error:
        # that nobody may look is not the same as that there is nothing
        return None if isinstance(error, FileNotFoundError) else (error.errno or 0,)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def decides_where_code_goes(path: KeyPath) -> bool:
    """Whether a value of this path, were it understood, could keep code from a service: its loss must not send any."""
    return len(path) <= 1 or path[0] == "privacy" or path[-1] == "provider" or path not in _PATHS_OF_NO_CONCERN


_PATHS_OF_NO_CONCERN = frozenset(
    (table, name)
    for table in ("completion", "chat", "cache")
    for name in getattr(Settings.model_fields[table].annotation, "model_fields", ())
    if name not in {"provider", "enabled", "disabled_languages", "url"}
)
