"""The part of the providers' README that is made from the code."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ai_lsp.providers.http import HTTPProvider
from ai_lsp.providers.options import HTTPOptions
from ai_lsp.providers.registry import KINDS


def settings_table() -> str:
    """A table of every setting, of all kinds first, then of each kind what it has beside them."""
    parts = [_table("every kind but `embedded`", [], HTTPOptions, set())]
    own = {kind: made for kind in KINDS if (made := provider_class(kind)) is not None}
    general = set(HTTPOptions.model_fields)
    parts += [_table(f"`{kind}`", [_usual(made)], made.Options, general) for kind, made in own.items()]
    return "\n".join(parts)


def provider_class(kind: str) -> type[HTTPProvider] | None:
    """The class behind a kind, or None where it is not reached over HTTP."""
    module, _, name = KINDS[kind].partition(":")
    made = getattr(import_module(module), name)
    return made if isinstance(made, type) and issubclass(made, HTTPProvider) else None


def _usual(provider: type[HTTPProvider]) -> str:
    chat, code = provider.default_model, provider.default_code_model
    told = {"Endpoint": provider.default_endpoint, "model": chat, "for code": code}
    return ", ".join(f"{what} `{value}`" for what, value in told.items() if value) + ".\n"


def _table(title: str, lines: list[str], options: type[HTTPOptions], known: set[str]) -> str:
    rows = [
        f"| `{name}` | {_default(field.get_default(call_default_factory=True))} | {field.description} |"
        for name, field in options.model_fields.items()
        if name not in known
    ]
    head = ["| setting | default | what it does |", "|---|---|---|"] if rows else []
    return "\n".join([f"### {title}\n", *lines, *head, *rows, ""])


def _default(value: Any) -> str:
    if value is None or value in ({}, []):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
