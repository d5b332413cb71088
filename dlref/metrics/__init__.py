"""Metrics of the lectures, each a `keras.metrics.Metric`."""

from dlref.metrics.bleu import BLEU
from dlref.metrics.error_rate import CharacterErrorRate, WordErrorRate
from dlref.metrics.f1_score import F1Score
from dlref.metrics.mean_average_precision import MeanAveragePrecision
from dlref.metrics.mean_iou import MeanIoU
from dlref.metrics.perplexity import Perplexity

__all__ = [
    "BLEU",
    "CharacterErrorRate",
    "F1Score",
    "MeanAveragePrecision",
    "MeanIoU",
    "Perplexity",
    "WordErrorRate",
]
