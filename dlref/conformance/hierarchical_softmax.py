"""Rows of the hierarchical softmax; the codes are compared with gensim's for those who have it."""

import importlib.util
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import embeddings as ours
from dlref.conformance.embeddings import drawn
from dlref.conformance.row import Arrays, Row

FREQUENCIES = np.random.default_rng(6).permutation(10**6)[:40]  # no two alike


def of_frequencies(make: Any) -> Arrays:
    """Nodes and turns of 40 words, and of two."""
    return {
        f"{what} of {n}": each
        for n in (40, 2)
        for what, each in zip(("nodes", "turns"), make(FREQUENCIES[:n]), strict=True)
    }


def _by_gensim(frequencies: Any) -> Any:
    from gensim.models import Word2Vec

    model = Word2Vec(vector_size=1, min_count=1, hs=1, negative=0)
    model.build_vocab_from_freq({str(i): int(f) for i, f in enumerate(frequencies)})
    ways = [
        [model.wv.get_vecattr(str(i), name) for i in range(len(frequencies))]
        for name in ("point", "code")
    ]
    longest = max(map(len, ways[0]))
    nodes = [[*way, *[0] * (longest - len(way))] for way in ways[0]]
    turns = [
        [*(1 - turn for turn in map(int, way)), *[-1] * (longest - len(way))] for way in ways[1]
    ]
    return np.array(nodes), np.array(turns)


def of_scores(softmax: Any) -> Arrays:
    """The probabilities of 12 words in two contexts."""
    nodes, labels = ours.huffman_codes(FREQUENCIES[:12])
    return {"probabilities": ops.convert_to_numpy(softmax(drawn("s", 2, 11), nodes, labels))}


def _by_sigmoid(scores: Any, nodes: Any, labels: Any) -> Any:
    left = ops.convert_to_numpy(keras.activations.sigmoid(scores))
    right = ops.convert_to_numpy(keras.activations.sigmoid(-scores))
    turned = np.where(labels == 1, left[:, nodes], right[:, nodes])
    return np.prod(np.where(labels < 0, 1, turned), -1)


ROWS = [
    Row(
        name="embeddings.huffman_codes",
        builtin="gensim.models.Word2Vec",
        source="Flowchart C5",
        ours=lambda: ours.huffman_codes,
        mapped=lambda: _by_gensim,
        mapping="hs=1; point, and 1 − code",
        probe=of_frequencies,
        modes=("eager",),
        dtypes=("float32",),
    )
]
if not importlib.util.find_spec("gensim"):
    ROWS = []
ROWS += [
    Row(
        name="embeddings.hierarchical_softmax",
        builtin="keras.activations.sigmoid",
        source="Flowchart C5",
        ours=lambda: ours.hierarchical_softmax,
        mapped=lambda: _by_sigmoid,
        mapping="the product of sigmoid(±scores) along each way",
        probe=of_scores,
        modes=("eager",),
        dtypes=("float64", "float32"),
    )
]
