"""The one error this package raises on purpose."""

from __future__ import annotations


class AnalysisError(Exception):
    """Says where it happened, what is wrong and what to do next, in one message."""
