"""Callbacks of the lectures, each a `keras.callbacks.Callback`."""

from dlref.callbacks.weight_average import WeightAverage

__all__ = ["WeightAverage"]
