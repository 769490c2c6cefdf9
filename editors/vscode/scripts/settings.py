# noqa: INP001  # a script of the extension, in no package
"""The settings of the extension, out of the one schema: `editors/settings.editor.json` into `package.json`.

In: what `ai-lsp config schema --editor` printed. Out: `contributes.configuration`, the list of restricted settings, and
the descriptions in `package.nls.json`. Settings that only the extension reads stand in `package.json` by hand, in the
first group.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import groupby
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent.parent
SCHEMA: Final = HERE.parent / "settings.editor.json"
PACKAGE: Final = HERE / "package.json"
TEXTS: Final = HERE / "package.nls.json"

REPLACED: Final = {"aiLsp.completion.enabled", "aiLsp.completion.disabledLanguages"}
"""`aiLsp.enable` says both, in the way of this editor."""

SAFE_SCOPES: Final = {"machine", "application"}
"""A workspace cannot set these."""

SENDS_OR_SPENDS: Final = re.compile("endpoint|url|key|token|header|proxy|path|command|env", re.IGNORECASE)
"""What such a setting says is never the word of a folder that somebody has downloaded."""

_FIRST: Final = ("provider", "model", "providers")

Table = dict[str, Any]


def generated(package: Table, texts: dict[str, str], schema: Table) -> tuple[Table, dict[str, str]]:
    """Both files as they ought to be."""
    by_hand = package["contributes"]["configuration"][0]
    ours = {name: setting for name, setting in schema.items() if name not in REPLACED}
    groups = [
        by_hand,
        *(_group(title, list(names), ours) for title, names in groupby(sorted(ours, key=_place), _title)),
    ]
    capabilities = package["capabilities"]
    trust = {**capabilities["untrustedWorkspaces"], "restrictedConfigurations": restricted(groups)}
    new_package = {
        **package,
        "capabilities": {**capabilities, "untrustedWorkspaces": trust},
        "contributes": {**package["contributes"], "configuration": groups},
    }
    generated_texts = {f"setting.{name}": ours[name]["description"] for name in sorted(ours)}
    by_hand_too = tuple(f"setting.{name}" for name in by_hand["properties"])
    kept = (
        key for key in texts if not key.startswith("setting.") or key.startswith(by_hand_too) or key in generated_texts
    )
    new_texts = {**{key: texts[key] for key in kept}, **generated_texts}
    return new_package, new_texts


def restricted(groups: list[Table]) -> list[str]:
    """Settings that a workspace which is not trusted must not give."""
    return sorted(
        name for group in groups for name, setting in group["properties"].items() if setting.get("scope") in SAFE_SCOPES
    )


def dumped(table: Table) -> str:
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"


def _group(title: str, names: list[str], settings: Table) -> Table:
    properties = {
        name: {"markdownDescription": f"%setting.{name}%", **_for_the_page(name, settings[name]), "order": order}
        for order, name in enumerate(names)
    }
    return {"title": title, "properties": properties}


def _for_the_page(name: str, schema: Table) -> Table:
    """The page of settings has no field for "a text or nothing": nothing is an empty text there."""
    setting = {key: value for key, value in schema.items() if key != "description"}
    if SENDS_OR_SPENDS.search(name) and setting["scope"] not in SAFE_SCOPES:
        setting["scope"] = "machine"
    kinds = setting["type"] if isinstance(setting["type"], list) else [setting["type"]]
    empty: Table = {"string": "", "array": [], "object": {}}
    kind = next((kind for kind in kinds if kind != "null"), "string")
    if "null" in kinds and kind in empty:
        return {**setting, "type": kind, "default": empty[kind]}
    return setting


def _title(name: str) -> str:
    parts = name.split(".")
    return parts[1].capitalize() if len(parts) > 2 else "Providers"  # aiLsp.<table>.<setting>


def _place(name: str) -> tuple[bool, str, int, str]:
    """What holds for all comes first; in a group, what is chosen most."""
    last = name.rpartition(".")[2]
    return _title(name) != "Providers", _title(name), _FIRST.index(last) if last in _FIRST else len(_FIRST), name


def main() -> int:
    package, texts = generated(*(json.loads(path.read_text(encoding="utf-8")) for path in (PACKAGE, TEXTS, SCHEMA)))
    PACKAGE.write_text(dumped(package), encoding="utf-8")
    TEXTS.write_text(dumped(texts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
