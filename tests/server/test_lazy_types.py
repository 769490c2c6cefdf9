"""The types that are built late are the types that a plain import builds."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from ai_lsp.server import lazy_types

DESCRIBE = """
import sys
from importlib import metadata
if sys.argv[1] == "lazy":
    from ai_lsp.server import lazy_types
    assert lazy_types.install()
import attrs, enum, json
from lsprotocol import converters, types
converter = converters.get_converter()
SLOTS = {"__slots__", "__getstate__", "__setstate__", "__dict__", "__weakref__", "__attrs_own_setattr__"}
for name, cls in sorted(types.ALL_TYPES_MAP.items()):
    if not (isinstance(cls, type) and attrs.has(cls)):
        continue
    print(name, cls.__module__, cls.__qualname__, cls.__mro__[1:])
    for field in attrs.fields(cls):
        print("  ", field.name, field.type, field.default, field.validator, field.kw_only, field.init, field.eq, field.alias)
    print("  ", cls.__match_args__, sorted(set(vars(cls)) - SLOTS - {field.name for field in attrs.fields(cls)}))
    required = {f.alias: None for f in attrs.fields(cls) if f.default is attrs.NOTHING and f.validator is None}
    try:
        made = cls(**required)
    except TypeError as error:
        print("  ", error)
    else:
        print("  ", made, made == cls(**required), made != object(), cls.__hash__)
for method, (request, response, params, options) in sorted(types.METHOD_TO_TYPES.items()):
    print(method, request, response, params, options)
def place(line, character):
    return {"line": line, "character": character}
span = {"start": place(0, 1), "end": place(2, 3)}
samples = {
    "Range": span,
    "DidChangeTextDocumentParams": {"textDocument": {"uri": "u", "version": 3}, "contentChanges": [{"range": span, "text": "x"}, {"text": "y"}]},
    "CompletionParams": {"textDocument": {"uri": "u"}, "position": place(1, 1), "context": {"triggerKind": 1}},
    "InlineCompletionParams": {"textDocument": {"uri": "u"}, "position": place(1, 1), "context": {"triggerKind": 2, "selectedCompletionInfo": {"range": span, "text": "t"}}},
    "CodeAction": {"title": "t", "kind": "quickfix", "edit": {"changes": {"u": [{"range": span, "newText": "n"}]}}, "data": {"a": [1]}},
    "CompletionItem": {"label": "l", "textEdit": {"range": span, "newText": "n"}, "command": {"title": "t", "command": "c", "arguments": [1, "2"]}},
    "InitializeParams": {"processId": 1, "rootUri": None, "capabilities": {"general": {"positionEncodings": ["utf-8"]}, "textDocument": {"inlineCompletion": {}}}},
}
for name, sample in samples.items():
    made = converter.structure(sample, types.ALL_TYPES_MAP[name])
    print(made, json.dumps(converter.unstructure(made), sort_keys=True))
print(types.Position(1, 2) < types.Position(1, 3), types.Position(1, 2) == types.Position(1, 2), repr(types.Position(1, 2)))
"""


def described(how: str) -> str:
    run = subprocess.run([sys.executable, "-c", DESCRIBE, how], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_all_types_are_the_same_as_after_a_plain_import() -> None:
    eager, lazy = described("eager"), described("lazy")
    assert eager.count("\n") > 2000
    assert without_addresses(lazy) == without_addresses(eager)


def without_addresses(text: str) -> list[str]:
    import re

    return re.sub(r" at 0x[0-9a-f]+", "", text).splitlines()


@pytest.mark.parametrize("prepare", ["import os; os.environ['AI_LSP_EAGER_TYPES'] = '1'", "import lsprotocol.types"])
def test_the_switch_and_an_earlier_import_leave_the_types_plain(prepare: str) -> None:
    program = f"{prepare}\nfrom ai_lsp.server import lazy_types\nassert lazy_types.install() is False\nimport pygls.lsp.server"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_version_that_was_compared_is_the_one_that_is_installed() -> None:
    assert lazy_types._is_compared_version()
    assert metadata.version("lsprotocol") == lazy_types.COMPARED_VERSION


def test_another_version_is_imported_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "lsprotocol.types", raising=False)
    monkeypatch.setattr(lazy_types, "COMPARED_VERSION", "2026.0.0")
    assert lazy_types.install() is False


def test_attrs_is_as_before() -> None:
    program = "import attrs; d = attrs.define; from ai_lsp.server import lazy_types; lazy_types.install(); assert attrs.define is d"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path.cwd())
