"""Ids that make a request safe to repeat, and the trace that it belongs to."""

import os
import uuid


def new_request_id() -> str:
    """A fresh `request_id`: make it once per intent and keep it over repeats."""
    return str(uuid.uuid4())


def new_traceparent() -> str:
    """A W3C trace context of a call that begins a trace, left to the server whether to record it."""
    random = os.urandom(24).hex()
    return f"00-{random[:32]}-{random[32:]}-00"
