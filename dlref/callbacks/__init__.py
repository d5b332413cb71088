"""Callbacks of the lectures, each a `keras.callbacks.Callback`."""

from dlref.callbacks.early_stopping import EarlyStopping
from dlref.callbacks.learning_rate_scheduler import LearningRateScheduler
from dlref.callbacks.snapshot_ensemble import SnapshotEnsemble
from dlref.callbacks.weight_average import WeightAverage

__all__ = ["EarlyStopping", "LearningRateScheduler", "SnapshotEnsemble", "WeightAverage"]
