"""Makes `import lsprotocol.types` cheap: its 554 attrs classes are built one by one, on first use.

Building a class means compiling generated code. All of them at once take about two thirds of the time from the start
of the process to the answer to `initialize`; a session uses a few dozen. A class that is built later is the same class
with the same fields: a test compares all of them with those of a plain import.

Applies to the one version it was compared with; any other one is imported plainly, and so is this one when
`AI_LSP_EAGER_TYPES=1` stands in the environment. Never changes attrs for anybody else.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import attrs

COMPARED_VERSION = "2025.0.0"
SWITCH = "AI_LSP_EAGER_TYPES"

_define = attrs.define


def install() -> bool:
    """Import the types lazily. False: they are imported plainly, now or before."""
    if "lsprotocol.types" in sys.modules or os.environ.get(SWITCH) == "1":
        return False
    if not _is_compared_version():
        return False
    attrs.define = _define_later  # only while the one module is imported
    try:
        importlib.import_module("lsprotocol.types")
    finally:
        attrs.define = _define
    # the converter would resolve, and so build, all classes at once; each one is resolved when it is built
    hooks: Any = importlib.import_module("lsprotocol._hooks")
    hooks._resolved_forward_references = True  # noqa: SLF001  # there is no public switch; the version is pinned above
    return True


def _is_compared_version() -> bool:
    """By the folder that installers write; asking `importlib.metadata` takes a twentieth of the whole start."""
    spec = importlib.util.find_spec("lsprotocol")
    folders = spec.submodule_search_locations if spec is not None else None
    return any((Path(folder).parent / f"lsprotocol-{COMPARED_VERSION}.dist-info").is_dir() for folder in folders or ())


class _Unbuilt:
    """Stands in for `__attrs_attrs__`, which is what everybody asks for who wants to know the fields of a class."""

    def __init__(self, cls: type, arguments: dict[str, Any]) -> None:
        self.cls = cls
        self.arguments = arguments

    def __get__(self, instance: object, owner: type) -> Any:
        _build(self.cls)
        return self.cls.__attrs_attrs__  # type: ignore[attr-defined]  # an attrs class now


def _define_later(maybe_cls: type | None = None, **arguments: Any) -> Any:
    def later(cls: type) -> type:
        cls.__init__ = _build_and_initialize  # type: ignore[misc]  # replaced by the real one when it is built
        cls.__attrs_attrs__ = _Unbuilt(cls, arguments)  # type: ignore[attr-defined]  # see _Unbuilt
        return cls

    return later if maybe_cls is None else later(maybe_cls)


def _build_and_initialize(self: Any, *args: Any, **kwargs: Any) -> None:
    _build(type(self))
    type(self).__init__(self, *args, **kwargs)  # the real one by now


def _build(cls: type) -> None:
    unbuilt = cls.__dict__.get("__attrs_attrs__")
    if not isinstance(unbuilt, _Unbuilt):
        return
    del cls.__attrs_attrs__  # type: ignore[attr-defined]  # set in _define_later
    del cls.__init__  # type: ignore[misc]  # the one that was set in _define_later
    # a class with slots would be a new object, and the module holds this one
    _define(cls, slots=False, **unbuilt.arguments)
    all_types = sys.modules["lsprotocol.types"].ALL_TYPES_MAP
    attrs.resolve_types(cls, all_types, {})
