"""Word embeddings: vectors of words, learned, compared, read and written, and rid of bias."""

from dlref.embeddings.debiasing import bias_direction, equalize, neutralize
from dlref.embeddings.glove import GloVe, GloVeLoss, cooccurrence
from dlref.embeddings.hierarchical_softmax import hierarchical_softmax, huffman_codes
from dlref.embeddings.keyed_vectors import KeyedVectors
from dlref.embeddings.skip_gram import SkipGram, negative_samples, skip_gram_pairs

__all__ = [
    "GloVe",
    "GloVeLoss",
    "KeyedVectors",
    "SkipGram",
    "bias_direction",
    "cooccurrence",
    "equalize",
    "hierarchical_softmax",
    "huffman_codes",
    "negative_samples",
    "neutralize",
    "skip_gram_pairs",
]
