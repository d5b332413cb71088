"""Word embeddings: vectors of words, compared, read and written."""

from dlref.embeddings.keyed_vectors import KeyedVectors

__all__ = ["KeyedVectors"]
