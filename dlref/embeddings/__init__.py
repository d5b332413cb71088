"""Word embeddings: vectors of words, compared, read and written, and rid of bias."""

from dlref.embeddings.debiasing import bias_direction, equalize, neutralize
from dlref.embeddings.keyed_vectors import KeyedVectors

__all__ = ["KeyedVectors", "bias_direction", "equalize", "neutralize"]
