"""Metrics of the lectures, each a `keras.metrics.Metric`."""

from dlref.metrics.f1_score import F1Score
from dlref.metrics.mean_average_precision import MeanAveragePrecision

__all__ = ["F1Score", "MeanAveragePrecision"]
