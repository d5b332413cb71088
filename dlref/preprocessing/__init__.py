"""Data before training: which examples train a model, and which judge it."""

from dlref.preprocessing.split import split

__all__ = ["split"]
