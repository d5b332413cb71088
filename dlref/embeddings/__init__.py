"""Word embeddings: vectors of words, learned, compared, read and written, and rid of bias."""

from dlref.embeddings.debiasing import bias_direction, equalize, neutralize
from dlref.embeddings.glove import GloVe, GloVeLoss, cooccurrence
from dlref.embeddings.keyed_vectors import KeyedVectors

__all__ = [
    "GloVe",
    "GloVeLoss",
    "KeyedVectors",
    "bias_direction",
    "cooccurrence",
    "equalize",
    "neutralize",
]
