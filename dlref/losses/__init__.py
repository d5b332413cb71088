"""Losses of the lectures, each a `keras.losses.Loss`."""

from dlref.losses.binary_crossentropy import BinaryCrossentropy
from dlref.losses.categorical_crossentropy import CategoricalCrossentropy

__all__ = ["BinaryCrossentropy", "CategoricalCrossentropy"]
