"""How long an automatic request waits before it may cost something.

In: the place, the editor's name, and how the last suggestions were received. Out: seconds. Editors that wait by
themselves before they ask are not made to wait a second time.
"""

from __future__ import annotations

import re

from ai_lsp.completion.anchors import Place
from ai_lsp.core.clock import Clock

DEBOUNCE = 0.075
"""Seconds."""
_DEBOUNCING = re.compile(
    r"neovim|visual studio code|vscode|vscodium|code - oss|cursor|windsurf|zed|helix", re.IGNORECASE
)
"""Editors that let a pause pass after a key before they ask for ghost text."""
_PATIENT = re.compile(r"neovim", re.IGNORECASE)
"""Those whose pause is several keys long."""
_TRIGGERS = ".([{=:,"
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 3.0
FORGOTTEN_AFTER = 600.0
"""Seconds without a rejection until all are forgotten."""


class Pace:
    """Grows more patient by half with each suggestion that was sent away, and less by a fifth with each that was taken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pause = 0.0
        self._rejected_at = 0.0
        self._editor_waits = False
        self.editor_waits_long = False
        """Whether keys are typed, as a rule, before the editor asks."""

    def meet(self, editor: str) -> None:
        """The name by which the editor calls itself."""
        self.editor_waits_long = _PATIENT.search(editor) is not None
        self._editor_waits = _DEBOUNCING.search(editor) is not None

    def delay(self, place: Place) -> float:
        return max(self.debounce(place), self._rejected_at + self.pause - self._clock.monotonic(), 0.0)

    def debounce(self, place: Place) -> float:
        before = place.line_prefix
        if self._editor_waits or not before.strip() or before.rstrip()[-1] in _TRIGGERS:
            return 0.0
        return DEBOUNCE

    @property
    def pause(self) -> float:
        """Seconds of rest after a suggestion that was sent away."""
        gone = (self._clock.monotonic() - self._rejected_at) / FORGOTTEN_AFTER
        return self._pause * max(1.0 - gone, 0.0)

    def rejected(self) -> None:
        self._pause = min(max(self.pause, FIRST_PAUSE) * 1.5, LONGEST_PAUSE)
        self._rejected_at = self._clock.monotonic()

    def accepted(self) -> None:
        self._pause *= 0.8
