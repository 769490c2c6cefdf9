import asyncio
import sys
from pathlib import Path

import pytest

from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage
from ai_lsp.house.exporters import BETWEEN_WRITES, Exporters
from ai_lsp.observe.record import CallRecord
from ai_lsp.settings.schema import MetricsTable
from tests.support.clock import FakeClock

RECORD = CallRecord(0.0, "somebody", "work", "m1", "completion", Source.UPSTREAM, "done", 12.0, Usage(100, 5))


def read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


async def written(path: Path) -> str:
    """Written by a thread: the file is there when the loop has had a few turns."""
    while not (text := read(path)):  # noqa: ASYNC110  # a thread writes it, and tells nobody
        await asyncio.sleep(0.001)
    return text


async def test_calls_are_counted_in_a_file_that_is_kept_up_to_date(tmp_path: Path) -> None:
    path, clock = tmp_path / "ai-lsp.prom", FakeClock()
    exporters = Exporters(MetricsTable(prometheus_file=str(path)), clock)
    for listener in exporters.listeners * 2:
        listener(RECORD)
    await asyncio.sleep(0)
    assert read(path) == ""
    await clock.advance(BETWEEN_WRITES)
    assert 'ai_lsp_calls_total{kind="completion",model="m1",outcome="done",provider="work",source="upstream"} 2.0' in (
        await written(path)
    )


async def test_the_last_calls_are_written_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "ai-lsp.prom"
    exporters = Exporters(MetricsTable(prometheus_file=str(path)), FakeClock())
    exporters.listeners[0](RECORD)
    await exporters.aclose()
    assert 'direction="input",kind="completion",model="m1",provider="work"} 100.0' in read(path)


async def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    exporters = Exporters(MetricsTable(prometheus_file=str(tmp_path / "no" / "such" / "folder")), FakeClock())
    exporters.listeners[0](RECORD)
    await exporters.aclose()


def test_a_missing_package_is_one_line_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("ai_lsp.observe.prometheus", "ai_lsp.observe.otel"):
        monkeypatch.setitem(sys.modules, module, None)
    exporters = Exporters(MetricsTable(prometheus_file="x", opentelemetry=True), FakeClock())
    assert exporters.listeners == []
    assert exporters.problems == [
        "metrics.prometheus_file needs one more package: install ai-lsp[metrics]",
        "metrics.opentelemetry needs one more package: install ai-lsp[otel]",
    ]


def test_nothing_listens_unless_it_is_set() -> None:
    exporters = Exporters(MetricsTable(), FakeClock())
    assert (exporters.listeners, exporters.problems) == ([], [])
