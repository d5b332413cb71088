r"""Word embeddings as a table: how alike two words are, and what is to a king as a woman is to a man.

Source: Flowchart C5.

$$ u = p - n \tag{1} $$
$$ s = \frac{v^\top u}{\lVert v \rVert \lVert u \rVert} \tag{2} $$
$$ k = \operatorname{argtop}(s, N) \tag{3} $$

$s$ is the cosine similarity of $u$ and the vector $v$ (`v`) of a word: 1 where both have the same direction, 0 where
they stand at a right angle, $-1$ where they are opposite. An analogy looks for the words whose vectors are most like
$u$: $p$ (`p`) is the sum of the vectors of some words, $e_\text{king} + e_\text{woman}$, and $n$ (`n`) that of others,
$e_\text{man}$. $k$ are the places of the $N$ (`topn`) largest $s$, from the largest down; the words asked with are left
out. A vector of zeros has no direction: its $s$ is 0.

Differs from `gensim.models.KeyedVectors`: `most_similar` there divides each vector by its length before it adds them
up; `similar_by_vector` is the same.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from dlref import _checks
from dlref._argtop import argtop
from dlref.embeddings import text_format


class KeyedVectors:
    """Words and their vectors.

    `index_to_key` are the words, `key_to_index` their places, and `vectors` the matrix (words, `vector_size`), which
    cannot be written to. `len(...)`, `word in ...` and `...[word]` work as in a dictionary.

    Args:
        words: strings that are not empty, each once.
        vectors: of the words, in the same order, (words, size). In float64 they stay so; others become float32.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if words are empty or twice there, or `vectors` has another shape or entries that are not finite.
        KeyError: if a word is asked for that is not there.

    Example:
        >>> table = np.array([[-1, 0.01], [1, 0.02], [-0.95, 0.93], [0.97, 0.95], [0, -0.01]])  # gender, royal
        >>> words = KeyedVectors(["man", "woman", "king", "queen", "apple"], table)
        >>> words.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0]
        'queen'
    """

    def __init__(self, words: Any, vectors: Any) -> None:
        keys = [_checks.text(self, "words", w) for w in _checks.sequence(self, "words", words)]
        self.index_to_key = tuple(keys)
        self.key_to_index = {word: place for place, word in enumerate(keys)}
        twice = next((w for i, w in enumerate(keys) if self.key_to_index[w] != i), None)
        if twice is not None or "" in self.key_to_index:
            raise ValueError(
                f"KeyedVectors: `words` must be strings that are not empty, each once. Received: {twice or ''!r}"
                f"{' more than once' if twice else ''}."
            )
        self.vectors = _matrix(vectors, len(keys))

    @property
    def vector_size(self) -> int:
        """How many entries a vector has."""
        return self.vectors.shape[1]

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __contains__(self, word: Any) -> bool:
        return word in self.key_to_index

    def __getitem__(self, words: Any) -> np.ndarray:
        """The vector of a word, or one row for each of several."""
        alone = isinstance(words, str)
        return self.vectors[self._place(words) if alone else [self._place(w) for w in words]]

    def similarity(self, w1: str, w2: str) -> float:
        """The cosine similarity of two words."""
        places = [self._place(w1), self._place(w2)]
        v, u = self.vectors[places]
        a, b = self._lengths[places]
        return float(_cosine(v, u, a, b))

    def most_similar(
        self, positive: Any = (), negative: Any = (), topn: int = 10
    ) -> list[tuple[str, float]]:
        """The words most like the sum of `positive` less that of `negative`, each a word or several, without these."""
        added, taken = (
            [self._place(w) for w in ([words] if isinstance(words, str) else words)]
            for words in (positive, negative)
        )
        if not added + taken:
            raise ValueError(
                "KeyedVectors: `positive` or `negative` must have a word. Received: none in either."
            )
        u = _sought(self.vectors[added].sum(0), self.vectors[taken].sum(0))
        return self._nearest(u, topn, {*added, *taken})

    def similar_by_vector(self, vector: Any, topn: int = 10) -> list[tuple[str, float]]:
        """The words most like a vector, with their similarity."""
        u = _finite("vector", vector).astype(self.vectors.dtype)
        if u.shape != (self.vector_size,):
            raise ValueError(
                f"KeyedVectors: `vector` must have the shape ({self.vector_size},). "
                f"Received: vector.shape={u.shape}."
            )
        return self._nearest(u, topn, set())

    def _nearest(self, u: np.ndarray, topn: int, left_out: set[int]) -> list[tuple[str, float]]:
        N = min(_checks.integer(self, "topn", topn, 1), len(self) - len(left_out))
        s = _cosine(self.vectors, u, self._lengths, _lengths(u))
        s[list(left_out)] = -np.inf
        k = argtop(s, N)  # (3)
        return [(self.index_to_key[i], float(s[i])) for i in k]

    @cached_property
    def _lengths(self) -> np.ndarray:
        return _lengths(self.vectors)

    def _place(self, word: str) -> int:
        if word not in self.key_to_index:
            raise KeyError(f"KeyedVectors: the word {word!r} is not there.")
        return self.key_to_index[word]

    @classmethod
    def load_word2vec_format(
        cls, path: str | Path, no_header: bool = False, limit: int | None = None
    ) -> "KeyedVectors":
        """Reads a text file of word2vec, or of GloVe, which has no header.

        A word may hold spaces, but not the first one of a file without a header. What is wrong in the file raises a
        `ValueError` that names it and the line: a number of words or entries that is not the header's, a word twice,
        what is no finite number.

        Args:
            path: of the file, in UTF-8.
            no_header: whether the first line is a word's, as in GloVe's files. Defaults to False.
            limit: how many words are read, from the first; None stands for all. Defaults to None.
        """
        header = not _checks.boolean(cls.__name__, "no_header", no_header)
        limit = None if limit is None else _checks.integer(cls.__name__, "limit", limit, 1)
        return cls(*text_format.read(Path(path), header, limit))

    def save_word2vec_format(self, path: str | Path, write_header: bool = True) -> None:
        """Writes a text file, which `load_word2vec_format` reads to the same numbers, in float32.

        Args:
            path: of the file.
            write_header: whether the first line says how many words and entries there are; GloVe's files have none.
                Defaults to True.
        """
        header = _checks.boolean(self, "write_header", write_header)
        text_format.write(Path(path), header, self.index_to_key, self.vectors)


def _sought(p: np.ndarray, n: np.ndarray) -> np.ndarray:
    u = p - n  # (1)
    return u


def _cosine(v: np.ndarray, u: np.ndarray, a: Any, b: Any) -> np.ndarray:
    """Of vectors of the lengths `a` and `b`; `v` may be a matrix of many."""
    s = v @ u / (a * b)  # (2)
    return s


def _lengths(x: np.ndarray) -> np.ndarray:
    """Along the last axis; 1 for a vector of zeros, which nothing is divided by then."""
    length = np.sqrt(np.einsum("...i,...i->...", x, x))
    return np.where(length == 0, 1, length).astype(x.dtype)


def _matrix(vectors: Any, words: int) -> np.ndarray:
    """A copy that cannot be written to."""
    found = _finite("vectors", vectors)
    if found.ndim != 2 or len(found) != words or not found.size:
        raise ValueError(
            f"KeyedVectors: `vectors` must have the shape ({words}, size), a row for each word, with at least one word "
            f"and one entry. Received: vectors.shape={found.shape}."
        )
    found.flags.writeable = False
    return found


def _finite(name: str, given: Any) -> np.ndarray:
    if not (isinstance(given, np.ndarray) and given.dtype.kind in "iuf"):
        given = ops.convert_to_numpy(_checks.floating("KeyedVectors", name, given))
    found = np.array(given, "float64" if given.dtype == "float64" else "float32")
    if not np.isfinite(found).all():
        raise ValueError(
            f"KeyedVectors: `{name}` must have finite entries. Received: {found[~np.isfinite(found)][0]}."
        )
    return found
