"""Rows of word embeddings, for those who have gensim, which dlref does not need."""

import importlib.util
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from dlref import embeddings as ours
from dlref.conformance.row import Arrays, Row

WORDS = [*"abcdefgh"]


def of_words(kind: Any) -> Arrays:
    """Similarities, analogies and their order, of vectors that were written to a file and read."""
    drawn = np.random.default_rng(5).normal(size=(len(WORDS), 5)).astype(keras.config.floatx())
    with tempfile.TemporaryDirectory() as folder:
        kind(WORDS, drawn).save_word2vec_format(Path(folder, "words.txt"))
        read = kind.load_word2vec_format(Path(folder, "words.txt"))
    words = kind(WORDS, drawn)
    found = {
        "most similar to a": words.most_similar("a"),
        "to a + c - b": words.most_similar(["a", "c"], ["b"], 4),
        "to - d": words.most_similar(negative=["d"]),
        "to a vector": words.similar_by_vector(drawn[1] + drawn[4]),
    }
    seen = {
        f"{name}: {what}": np.array([change(pair) for pair in pairs])
        for name, pairs in found.items()
        for what, change in (
            ("words", lambda pair: WORDS.index(pair[0])),
            ("similarities", lambda pair: pair[1]),
        )
    }
    each = [words.similarity(w1, w2) for w1 in WORDS for w2 in WORDS]
    return seen | {"similarities": np.array(each), "read": read.vectors}


class _ByGensim:
    """gensim's, made in one call."""

    def __init__(self, words: Any, vectors: Any) -> None:
        from gensim.models import KeyedVectors

        self.table = KeyedVectors(np.shape(vectors)[1], dtype=vectors.dtype)
        self.table.add_vectors(words, vectors)

    @classmethod
    def load_word2vec_format(cls, path: Path) -> Any:
        from gensim.models import KeyedVectors

        return KeyedVectors.load_word2vec_format(str(path))

    def save_word2vec_format(self, path: Path) -> None:
        self.table.save_word2vec_format(str(path))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)


class _ByVector(_ByGensim):
    """An analogy by `similar_by_vector` of the sum, without the words asked with."""

    def most_similar(self, positive: Any = (), negative: Any = (), topn: int = 10) -> Any:
        asked = [*positive, *negative]
        u = sum(self.table[w] for w in positive) - sum(self.table[w] for w in negative)
        found = self.table.similar_by_vector(u, topn + len(asked))
        return [(word, s) for word, s in found if word not in asked][:topn]


ROWS = [
    Row(
        name="embeddings.KeyedVectors",
        builtin="gensim.models.KeyedVectors",
        source="Flowchart C5",
        ours=lambda: ours.KeyedVectors,
        mapped=lambda: _ByVector,
        mapping="similar_by_vector(sum of positive − sum of negative), without these words",
        unmapped=lambda: _ByGensim,
        sentence="`most_similar` divides each vector by its length before it adds them up.",
        probe=of_words,
        modes=("eager",),
        dtypes=("float32",),
    ),
]
if not importlib.util.find_spec("gensim"):
    ROWS = []
