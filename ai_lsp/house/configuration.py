"""The settings in force, and what is wrong with those that are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ai_lsp.settings.layers import Layer, Problem, editor_layer, environment_layer, file_layer, merged
from ai_lsp.settings.locations import user_file
from ai_lsp.settings.schema import Settings


class Configuration:
    """Reads the layers anew whenever one of them may have changed."""

    def __init__(self, file: Path | None, command_line: Mapping[str, object]) -> None:
        self.path = user_file(file)
        self._command_line = Layer("command line", command_line)
        self._editor: Mapping[str, object] = {}
        self.settings: Settings
        self.problems: list[Problem]
        self.read()

    def tell(self, editor: Mapping[str, object]) -> None:
        """What the editor says now, in its section `aiLsp`."""
        self._editor = editor
        self.read()

    def read(self) -> None:
        """Never raises: a value that is wrong leaves that of the layers below in force."""
        file, of_file = file_layer(self.path)
        editor, of_editor = editor_layer(self._editor)
        self.settings, of_values = merged([file, environment_layer(), editor, self._command_line])
        self.problems = of_file + of_editor + of_values
