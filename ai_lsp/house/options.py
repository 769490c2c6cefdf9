"""What can be set for a provider, read out of the very models that check it.

In: the name of a provider or kind. Out: one `OptionReport` for each key of its `[providers.NAME]` section.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ai_lsp.core.provider_report import OptionReport
from ai_lsp.credentials.environment import USUAL
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.registry import KINDS
from ai_lsp.settings.schema import ProviderTable

_TYPES = {str: "text", int: "number", float: "number", bool: "true or false", Any: "anything"}


def option_reports(name: str, factory: AIProviderFactory) -> list[OptionReport]:
    """Of the provider or kind of this name. Raises AIError where there is none."""
    kind = factory.settings_of(name).kind
    maker = _class_of(kind, name, factory)
    told = {
        "kind": kind,
        "model": getattr(maker, "default_model", ""),
        "endpoint": getattr(maker, "default_endpoint", ""),
        "api_key_env": " or ".join(variable for found in USUAL.get(kind, {}).values() for variable in found),
    }
    general = [_with_default(report, told.get(report.name)) for report in _of(ProviderTable)]
    options = getattr(maker, "Options", None)
    return [*general, *(_of(options) if options else ())]


def options_by_kind() -> dict[str, type[BaseModel] | None]:
    """What can be set for each kind that is built in, beside what every provider has."""
    return {kind: getattr(_built_in(kind), "Options", None) for kind in KINDS}


def _class_of(kind: str, name: str, factory: AIProviderFactory) -> type:
    """The class itself where it is ours: its settings can be shown while those in the person's file are wrong."""
    if kind not in KINDS:
        return type(factory.get(name))
    return _built_in(kind)


def _built_in(kind: str) -> type:
    module, _, class_name = KINDS[kind].partition(":")
    found: type = getattr(import_module(module), class_name)
    return found


def _of(model: type[BaseModel], above: str = "") -> Iterator[OptionReport]:
    for name, field in model.model_fields.items():
        inner = next((kind for kind in _without_none(field.annotation) if _is_model(kind)), None)
        if inner is not None:
            yield from _of(inner, f"{above}{name}.")
        else:
            meaning = (field.description or "").rstrip(".")
            yield OptionReport(f"{above}{name}", _type(field.annotation), _default(field), meaning)


def _with_default(report: OptionReport, default: str | None) -> OptionReport:
    return OptionReport(report.name, report.type, default or report.default, report.meaning)


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if field.is_required() or value is None or value in ({}, []):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(annotation: Any) -> str:
    kinds = _without_none(annotation)
    return " or ".join(dict.fromkeys(word for kind in kinds for word in _words(kind)))


def _words(kind: Any) -> list[str]:
    origin = get_origin(kind)
    if origin is Literal:
        return [str(value) for value in get_args(kind)]
    if origin is list:
        return [f"list of {_type(get_args(kind)[0])}"]
    return ["table"] if origin is dict else [_TYPES.get(kind, "text")]


def _without_none(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (Union, UnionType):
        return [kind for kind in get_args(annotation) if kind is not NoneType]
    return [annotation]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
