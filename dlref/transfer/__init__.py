"""Transfer learning: a trained model on other data."""

from dlref.transfer.freeze import freeze

__all__ = ["freeze"]
