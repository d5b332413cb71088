"""Metrics of the lectures, each a `keras.metrics.Metric`."""

from dlref.metrics.f1_score import F1Score

__all__ = ["F1Score"]
