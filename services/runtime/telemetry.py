"""Traces and metrics: a W3C trace context travels in gRPC metadata, event rows and NATS headers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram

from services.runtime.settings import Settings

TRACEPARENT = "traceparent"
_TRACEPARENT_LENGTH = 55
_propagator = TraceContextTextMapPropagator()
_current: ContextVar[str] = ContextVar("traceparent", default="")
_exporting = False

RPC_SECONDS = Histogram("ilgam_rpc_seconds", "Seconds per call", ["method", "code"])
RPC_LIVE = Gauge("ilgam_rpc_live", "Calls being worked on")
EVENTS_SENT = Counter("ilgam_events_sent", "Events the broker has acknowledged")
EVENTS_HANDLED = Counter("ilgam_events_handled", "Events applied", ["event_type"])
EVENTS_FAILED = Counter("ilgam_events_failed", "Events that failed, once or for good", ["event_type", "outcome"])
EVENTS_UNSENT = Gauge("ilgam_events_unsent", "Logged events that are not sent yet")
EVENTS_UNSENT_AGE = Gauge("ilgam_events_unsent_age_seconds", "Age of the oldest unsent event")
EVENTS_PARKED = Gauge("ilgam_events_parked", "Events that wait for something unknown")
EVENTS_PARKED_AGE = Gauge("ilgam_events_parked_age_seconds", "Age of the oldest parked event; over 900 is an alarm")
EVENTS_DEAD = Gauge("ilgam_events_dead", "Dead letters")
EVENT_DELAY_SECONDS = Histogram(
    "ilgam_event_delay_seconds", "Seconds from an event's occurrence until it was applied", ["producer"]
)


def configure_traces(settings: Settings) -> None:
    """Exports spans where an endpoint is set; without one the trace context still travels."""
    global _exporting  # noqa: PLW0603 - the process has one tracer provider
    if not settings.otlp_endpoint:
        return
    # Loaded only where spans are exported: it would be a fifth of every start.
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - see above
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - see above
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - see above
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - see above

    provider = TracerProvider(resource=Resource.create({"service.name": f"ilgam-{settings.service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.otlp_endpoint)))
    trace.set_tracer_provider(provider)
    _exporting = True


@contextmanager
def traced(name: str, headers: Mapping[str, str]) -> Iterator[None]:
    """Works under the trace of the given headers, or a new one; a span of its own where spans are exported."""
    incoming = headers.get(TRACEPARENT, "")
    traceparent = incoming if len(incoming) == _TRACEPARENT_LENGTH else new_traceparent()
    if not _exporting:
        token = _current.set(traceparent)
        try:
            yield
        finally:
            _current.reset(token)
        return
    context = _propagator.extract({TRACEPARENT: traceparent})
    with trace.get_tracer("ilgam").start_as_current_span(name, context=context):
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        token = _current.set(carrier.get(TRACEPARENT, traceparent))
        try:
            yield
        finally:
            _current.reset(token)


def outgoing_headers() -> dict[str, str]:
    """The headers that carry the present trace on; {} outside of any."""
    traceparent = _current.get()
    return {TRACEPARENT: traceparent} if traceparent else {}


def new_traceparent() -> str:
    """A new trace (W3C Trace Context, version 00), sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
