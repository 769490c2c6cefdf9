"""Figures about calls, handed to whoever the person wants to collect them.

In: the `[metrics]` settings, which may change at any time, and the gateway's records. Out: figures where the settings want
them, and a sentence for each that cannot be had. A figure that cannot be written stops nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ai_lsp.core.clock import Clock
from ai_lsp.observe.record import CallRecord
from ai_lsp.settings.schema import MetricsTable

if TYPE_CHECKING:
    from ai_lsp.observe.prometheus import PrometheusFigures

log = logging.getLogger(__name__)

BETWEEN_WRITES = 5.0
"""Seconds: collectors look every fifteen or so."""


class Exporters:
    """A listener of the gateway's records. Belongs to one event loop."""

    def __init__(self, settings: MetricsTable, clock: Clock) -> None:
        self.listeners: list[Callable[[CallRecord], None]] = []
        self.problems: list[str] = []
        self._settings = settings
        self._clock = clock
        self._file: PrometheusFile | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._begin()

    def __call__(self, record: CallRecord) -> None:
        for listener in self.listeners:
            listener(record)

    def obey(self, settings: MetricsTable) -> None:
        """Take over new settings for the next call."""
        if settings == self._settings:
            return
        self._settings, left = settings, self._file
        if left is not None:
            task = asyncio.get_running_loop().create_task(left.aclose())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        self._begin()

    async def aclose(self) -> None:
        if self._file is not None:
            await self._file.aclose()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    def _begin(self) -> None:
        self.listeners, self.problems, self._file = [], [], None
        try:
            if self._settings.prometheus_file is not None:
                from ai_lsp.observe.prometheus import PrometheusFigures  # noqa: PLC0415  # an extra

                path = Path(self._settings.prometheus_file).expanduser()
                self._file = PrometheusFile(PrometheusFigures(), path, self._clock)
                self.listeners.append(self._file)
        except ImportError:
            self.problems.append("metrics.prometheus_file needs one more package: install ai-lsp[metrics]")
        try:
            if self._settings.opentelemetry:
                from ai_lsp.observe.otel import OpenTelemetryFigures  # noqa: PLC0415  # an extra

                self.listeners.append(OpenTelemetryFigures())
        except ImportError:
            self.problems.append("metrics.opentelemetry needs one more package: install ai-lsp[otel]")


class PrometheusFile:
    """Keeps a file up to date, beside the event loop and not at every call."""

    def __init__(self, figures: PrometheusFigures, path: Path, clock: Clock) -> None:
        self._figures = figures
        self._path = path
        self._clock = clock
        self._writing: asyncio.Task[None] | None = None

    def __call__(self, record: CallRecord) -> None:
        self._figures(record)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write_later())

    async def aclose(self) -> None:
        """Write what the last calls were."""
        if self._writing is not None:
            self._writing.cancel()
            await self._write()

    async def _write_later(self) -> None:
        await self._clock.sleep(BETWEEN_WRITES)
        await self._write()

    async def _write(self) -> None:
        try:
            await asyncio.to_thread(self._figures.write, self._path)
        except OSError as error:
            log.warning("figures cannot be written to %s: %s", self._path, error.strerror)
