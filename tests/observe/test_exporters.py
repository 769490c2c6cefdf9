from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from prometheus_client.parser import text_string_to_metric_families

from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage
from ai_lsp.observe.otel import OpenTelemetryFigures
from ai_lsp.observe.prometheus import PrometheusFigures
from ai_lsp.observe.record import CallRecord

DONE = CallRecord(
    1_790_000_000.0,
    "ada",
    "work",
    "m1",
    "chat",
    Source.UPSTREAM,
    "done",
    1500.0,
    Usage(100, 10, 40, cost=0.5),
    first_ms=250.0,
)
FAILED = replace(DONE, outcome="failed", error="RateLimitedError", usage=Usage(cost=0.0), first_ms=None)


def samples(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, sample.labels.get("direction", sample.labels.get("outcome", ""))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_prometheus_reads_our_figures_back(tmp_path: Path) -> None:
    figures = PrometheusFigures()
    figures(DONE)
    figures(FAILED)
    path = tmp_path / "ai-lsp.prom"
    figures.write(path)
    figures.write(path)
    read = samples(path.read_text())
    assert read["ai_lsp_calls_total", "done"] == read["ai_lsp_calls_total", "failed"] == 1
    assert read["ai_lsp_tokens_total", "input"] == 100
    assert read["ai_lsp_tokens_total", "cached_input"] == 40
    assert read["ai_lsp_tokens_total", "output"] == 10
    assert read["ai_lsp_cost_dollars_total", ""] == 0.5
    assert (read["ai_lsp_call_seconds_count", ""], read["ai_lsp_call_seconds_sum", ""]) == (2, 3.0)
    assert read["ai_lsp_first_content_seconds_sum", ""] == 0.25
    assert [file.name for file in tmp_path.iterdir()] == ["ai-lsp.prom"]


def test_opentelemetry_gets_a_span_and_the_figures_of_each_call() -> None:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(spans))
    figures = OpenTelemetryFigures(traces, MeterProvider([reader]))
    figures(DONE)
    figures(FAILED)

    done, failed = spans.get_finished_spans()
    assert done.name == "chat m1"
    assert done.attributes is not None
    assert done.attributes["gen_ai.provider.name"] == "work"
    assert done.attributes["gen_ai.usage.input_tokens"] == 100
    assert done.start_time is not None
    assert done.end_time == done.start_time + 1_500_000_000
    assert failed.status.status_code is StatusCode.ERROR
    assert failed.attributes is not None
    assert failed.attributes["error.type"] == "RateLimitedError"
    assert "ada" not in str([dict(span.attributes or {}) for span in (done, failed)])

    data = reader.get_metrics_data()
    assert data is not None
    sums = {
        (metric.name, point.attributes.get("gen_ai.token.type") if point.attributes else None): point.sum
        for metric in data.resource_metrics[0].scope_metrics[0].metrics
        for point in metric.data.data_points
        if isinstance(point, HistogramDataPoint) and point.attributes and "error.type" not in point.attributes
    }
    assert sums == {
        ("gen_ai.client.operation.duration", None): 1.5,
        ("gen_ai.client.token.usage", "input"): 100,
        ("gen_ai.client.token.usage", "output"): 10,
    }
