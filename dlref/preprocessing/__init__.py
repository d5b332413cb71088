"""Data before training: which examples train a model, which judge it, which make an update, and their labels."""

from dlref.preprocessing.mini_batches import mini_batches
from dlref.preprocessing.split import split
from dlref.preprocessing.trigger_word_labels import trigger_word_labels

__all__ = ["mini_batches", "split", "trigger_word_labels"]
