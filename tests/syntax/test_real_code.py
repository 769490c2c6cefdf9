"""In modules of the standard library, whole and with a line cut short, scopes are those that Python's own parser finds."""

import ast
import importlib
import inspect
import random
from collections.abc import Iterator

import pytest

from ai_lsp.core.text import Position
from ai_lsp.syntax.scopes import enclosing_scopes
from tests.syntax.support_cursor import Open

MODULES = ["argparse", "dataclasses", "textwrap", "configparser", "shlex", "tarfile", "http.client", "asyncio.queues"]
LINES = 12


def enclosing_names(tree: ast.AST, line: int) -> list[str]:
    """Names of the classes and functions whose bodies hold a line."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if child.body[0].lineno <= line + 1 <= (child.end_lineno or 0):
                return [child.name, *enclosing_names(child, line)]
    return []


def versions(line: str, column: int) -> Iterator[tuple[str, int]]:
    """The line as it is, and as it is while somebody types it."""
    yield line, column
    yield line[:column], column
    yield line[:column] + "(", column + 1
    yield line[:column] + '"', column + 1


@pytest.mark.parametrize("name", MODULES)
def test_scopes_of_real_code(name: str) -> None:
    text = inspect.getsource(importlib.import_module(name))
    tree, lines, draw = ast.parse(text), text.split("\n"), random.Random(name)
    wrong = []
    for number in draw.sample([number for number, line in enumerate(lines) if line.strip()], LINES):
        line, expected = lines[number], enclosing_names(tree, number)
        column = draw.randrange(len(line) - len(line.lstrip()) + 1, len(line) + 1)
        for typed, cursor in versions(line, column):
            opened = Open("python", "\n".join([*lines[:number], typed, *lines[number + 1 :]]))
            found = [scope.name for scope in enclosing_scopes(opened.tree, opened.snapshot, Position(number, cursor))]
            begun = found[len(expected) :]  # a line may begin one declaration of its own
            if found[: len(expected)] != expected or len(begun) > 1:
                wrong.append(f"line {number + 1}: {typed!r} is in {expected}, not in {found}")
    assert len(wrong) <= 1, "\n".join(wrong)  # in 48: the modules differ from one Python to the next
