"""Rows of word embeddings; that of gensim for those who have it, since dlref does not need it."""

import importlib.util
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

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


def drawn(name: str, *shape: int) -> Any:
    """Vectors, the same for each name."""
    numbers = np.random.default_rng(len(name)).normal(size=shape)
    return ops.convert_to_tensor(numbers, keras.config.floatx())


def of_pairs(direction: Any) -> Arrays:
    """The bias direction of twelve pairs."""
    return {"direction": ops.convert_to_numpy(direction(drawn("a", 12, 4), drawn("ab", 12, 4)))}


def of_vectors(neutralize: Any) -> Arrays:
    """What is left of six words, and of one."""
    v, g = drawn("v", 6, 4), drawn("direction", 4)
    return {
        name: ops.convert_to_numpy(neutralize(each, g))
        for name, each in (("of six", v), ("of one", v[0]))
    }


def of_pairs_and_direction(equalize: Any) -> Arrays:
    """Twelve pairs, some on the other side, made equal."""
    a, b = equalize(drawn("a", 12, 4), drawn("ab", 12, 4), drawn("direction", 4))
    return {"a": ops.convert_to_numpy(a), "b": ops.convert_to_numpy(b)}


def _by_least_squares(v: Any, g: Any) -> Any:
    """What a regression on the direction does not explain."""
    v, g = (ops.convert_to_numpy(x) for x in (v, g))
    found, *_ = np.linalg.lstsq(g[:, None], v.T)
    return v - (g[:, None] @ found).T if v.ndim > 1 else v - g * found


def _by_rotation(a: Any, b: Any, g: Any) -> Any:
    """In coordinates of which the first is the direction, all others are those of the mean."""
    a, b, g = (ops.convert_to_numpy(x) for x in (a, b, g))
    axes, _ = np.linalg.qr(np.column_stack([g, np.eye(len(g), dtype=g.dtype)[:, 1:]]))
    first, second = a @ axes, b @ axes
    rest = (first + second)[:, 1:] / 2
    square = np.mean([np.sum(x**2, 1) for x in (first, second)], 0) - np.sum(rest**2, 1)
    side = np.sign((first - second)[:, :1]) * np.sqrt(square)[:, None]
    return tuple(np.hstack([sign * side, rest]) @ axes.T for sign in (1, -1))


_DEBIASING = partial(Row, source="Flowchart C5", modes=("eager",), dtypes=("float64", "float32"))
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
ROWS += [
    _DEBIASING(
        name="embeddings.bias_direction",
        builtin="numpy.mean",
        ours=lambda: ours.bias_direction,
        mapped=lambda: lambda a, b: np.mean(ops.convert_to_numpy(a) - ops.convert_to_numpy(b), 0),
        mapping="np.mean(a − b, axis=0)",
        probe=of_pairs,
    ),
    _DEBIASING(
        name="embeddings.neutralize",
        builtin="numpy.linalg.lstsq",
        ours=lambda: ours.neutralize,
        mapped=lambda: _by_least_squares,
        mapping="the residual of v as a multiple of g",
        probe=of_vectors,
    ),
    _DEBIASING(
        name="embeddings.equalize",
        builtin="numpy.linalg.qr",
        ours=lambda: ours.equalize,
        mapped=lambda: _by_rotation,
        mapping="in orthonormal coordinates whose first is g",
        probe=of_pairs_and_direction,
    ),
]
