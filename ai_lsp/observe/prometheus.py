"""Figures for Prometheus, of the extra `metrics`.

In: `CallRecord`s. Out: the text format, for a file that a node exporter collects: no port is opened. What must never
happen: a label with a value of which there is no small number.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from ai_lsp.observe.record import CallRecord

_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class PrometheusFigures:
    """A listener of the gateway's records."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        who = ["provider", "model", "kind"]
        self._calls = self._counter("ai_lsp_calls", "Calls by outcome and source", [*who, "outcome", "source"])
        self._tokens = self._counter("ai_lsp_tokens", "Tokens by direction", [*who, "direction"])
        self._cost = self._counter("ai_lsp_cost_dollars", "US dollars, where known", who)
        self._total = Histogram(
            "ai_lsp_call_seconds", "Seconds until the end of the answer", who, registry=self._registry, buckets=_SECONDS
        )
        self._first = Histogram(
            "ai_lsp_first_content_seconds",
            "Seconds until its first content",
            who,
            registry=self._registry,
            buckets=_SECONDS,
        )

    def __call__(self, record: CallRecord) -> None:
        who = (record.provider, record.model, record.kind)
        usage = record.usage
        self._calls.labels(*who, record.outcome, record.source.value).inc()
        self._tokens.labels(*who, "input").inc(usage.input_tokens)
        self._tokens.labels(*who, "cached_input").inc(usage.cached_input_tokens)
        self._tokens.labels(*who, "output").inc(usage.output_tokens)
        self._cost.labels(*who).inc(usage.cost or 0.0)
        self._total.labels(*who).observe(record.total_ms / 1000)
        if record.first_ms is not None:
            self._first.labels(*who).observe(record.first_ms / 1000)

    def text(self) -> bytes:
        """Everything so far, in the text format."""
        return generate_latest(self._registry)

    def write(self, path: Path) -> None:
        """Replace the file at once, so that nobody collects half of it. Blocks."""
        with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            file.write(self.text())
        os.replace(file.name, path)  # noqa: PTH105  # both names are given as they are

    def _counter(self, name: str, text: str, labels: list[str]) -> Counter:
        return Counter(name, text, labels, registry=self._registry)
