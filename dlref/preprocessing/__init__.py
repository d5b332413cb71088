"""Data before training: which examples train a model, which judge it, and which make an update."""

from dlref.preprocessing.mini_batches import mini_batches
from dlref.preprocessing.split import split

__all__ = ["mini_batches", "split"]
