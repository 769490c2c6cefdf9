"""Spans and figures for OpenTelemetry, of the extra `otel`, as the semantic conventions for generative AI name them.

In: `CallRecord`s. Out: one span and three measurements each, through the interface of OpenTelemetry only: whether and
where they are sent is up to whoever starts the process with an OpenTelemetry set-up. What must never happen: a prompt,
an answer or a person's name in an attribute.
"""

from __future__ import annotations

from opentelemetry.metrics import MeterProvider, get_meter_provider
from opentelemetry.trace import SpanKind, StatusCode, TracerProvider, get_tracer_provider

from ai_lsp.core.completion import Source
from ai_lsp.observe.record import CallRecord

_SCOPE = "ai_lsp"
_OPERATIONS = {"completion": "text_completion", "chat": "chat"}


class OpenTelemetryFigures:
    """A listener of the gateway's records. Without providers of its own it uses the process's."""

    def __init__(self, traces: TracerProvider | None = None, meters: MeterProvider | None = None) -> None:
        self._tracer = (traces or get_tracer_provider()).get_tracer(_SCOPE)
        meter = (meters or get_meter_provider()).get_meter(_SCOPE)
        self._duration = meter.create_histogram("gen_ai.client.operation.duration", "s", "Duration of a call")
        self._tokens = meter.create_histogram("gen_ai.client.token.usage", "{token}", "Tokens of a call")

    def __call__(self, record: CallRecord) -> None:
        attributes = _attributes(record)
        self._span(record, attributes)
        self._duration.record(record.total_ms / 1000, attributes)
        for kind, tokens in (("input", record.usage.input_tokens), ("output", record.usage.output_tokens)):
            self._tokens.record(tokens, {**attributes, "gen_ai.token.type": kind})

    def _span(self, record: CallRecord, attributes: dict[str, str]) -> None:
        end = int(record.at * 1e9)
        span = self._tracer.start_span(
            f"{attributes['gen_ai.operation.name']} {record.model}".strip(),
            kind=SpanKind.CLIENT,
            start_time=end - int(record.total_ms * 1e6),
            attributes={
                **attributes,
                "gen_ai.usage.input_tokens": record.usage.input_tokens,
                "gen_ai.usage.output_tokens": record.usage.output_tokens,
                "ai_lsp.source": record.source.value,
                "ai_lsp.attempts": record.attempts,
                "ai_lsp.outcome": record.outcome,
            },
        )
        if record.outcome == "failed":
            span.set_status(StatusCode.ERROR)
        span.end(end)


def _attributes(record: CallRecord) -> dict[str, str]:
    attributes = {
        "gen_ai.operation.name": _OPERATIONS[record.kind],
        "gen_ai.provider.name": record.provider,
        "gen_ai.request.model": record.model,
    }
    if record.error is not None:
        attributes["error.type"] = record.error
    if record.source is not Source.CACHE and record.outcome == "done":
        attributes["gen_ai.response.model"] = record.model
    return attributes
