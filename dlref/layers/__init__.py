"""Layers of the lectures, each a `keras.layers.Layer`."""

from dlref.layers.batch_normalization import BatchNormalization
from dlref.layers.dropout import Dropout, VanillaDropout
from dlref.layers.whole_set_statistics import whole_set_statistics

__all__ = ["BatchNormalization", "Dropout", "VanillaDropout", "whole_set_statistics"]
