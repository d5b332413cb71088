"""Rows of networks of words: one for the next word, one that translates, and what asks it token by token."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import models as ours
from dlref.conformance.attention_layers import Table
from dlref.conformance.models import outputs_of
from dlref.conformance.row import Arrays, Row
from dlref.conformance.transformer_layers import Decoder, Encoder
from dlref.decoding import cached_decoders
from dlref.gradients import named

SIZE, BLOCKS = 8, 2  # each block has two heads and six hidden units
SOURCE = np.array([[3, 4, 8, 1, 2], [5, 1, 2, 0, 0]])
PREFIXES = (
    [[1]],
    [[1, 4], [1, 3], [1, 6]],
    [[1, 6, 2], [1, 4, 3], [1, 6, 0]],
    [[1, 6, 0, 3]],
    [[5, 4]],
)
TARGET = np.array([[1, 4, 3, 6], [1, 2, 5, 0]])


def of_windows(model: Any) -> Arrays:
    """The probabilities of the word behind 8 windows, and the gradients by all weights."""
    rng = np.random.default_rng(0)
    weights = {f"weight {i}": rng.normal(size=w.shape) for i, w in enumerate(model.weights)}
    words = ops.convert_to_tensor(rng.integers(0, 9, (8, 4)), "int32")
    upstream = rng.normal(size=(8, *model.output_shape[1:]))
    found = named(lambda *w: model.stateless_call([*w], [], words)[0], weights, upstream)
    return {"parameters": np.array(model.count_params(), "float64"), **found}


def _by_layers() -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(9, 3),
            layers.Flatten(),
            layers.Dense(5, "tanh"),
            layers.Dense(9, "softmax"),
        ]
    )


class _Model(keras.Model):
    """Layers of keras.layers, put together as the transformer is, with the weights in the order of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = [keras.layers.Embedding(n, SIZE) for n in (9, 7)]
        self.blocks = [[kind() for _ in range(BLOCKS)] for kind in (Encoder, Decoder)]
        self.logits = keras.layers.Dense(7)
        self.places = Table()
        self([SOURCE, TARGET])

    def call(self, inputs: Any) -> Any:
        there, own = (tokens != 0 for tokens in inputs)
        x, y = (
            self.places(embedding(tokens) * SIZE**0.5)
            for embedding, tokens in zip(self.embeddings, inputs, strict=True)
        )
        for block in self.blocks[0]:
            x = block(x, mask=there)
        for block in self.blocks[1]:
            y = block(y, x, decoder_sequence_mask=own, encoder_sequence_mask=there)
        return self.logits(y)


def of_translation(model: Any) -> Arrays:
    """The logits of two targets, one with padding as its source has."""
    rng = np.random.default_rng(0)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    logits = outputs_of(model, [ops.convert_to_tensor(x, "int32") for x in (SOURCE, TARGET)])
    seen = ops.convert_to_numpy(logits)[TARGET > 0]  # what becomes of padding is left open
    return {"parameters": np.array(model.count_params(), "float64"), "value": seen}


def of_prefixes(decoders: Any) -> Arrays:
    """What is said after prefixes of a search, which go on from one another in another order, and begin anew."""
    model, rng = ours.Transformer(9, 7, BLOCKS, SIZE, 6, 2), np.random.default_rng(0)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    found = {}
    for source, after in enumerate(decoders(model, SOURCE, 4)):
        for i, prefixes in enumerate(PREFIXES):
            found[f"source {source}, prefixes {i}"] = ops.convert_to_numpy(
                after(np.array(prefixes))
            )
    return found


def _whole(model: Any, sources: Any, max_length: int) -> Any:
    """The logits of each whole prefix, computed anew."""

    def after(prefixes: Any, source: Any) -> Any:
        both = [np.tile(source, (len(prefixes), 1)), prefixes]
        z = outputs_of(model, [ops.convert_to_tensor(x, "int32") for x in both])
        return ops.log_softmax(z[:, -1])

    return [partial(after, source=source) for source in sources]


ROWS = [
    Row(
        name="decoding.cached_decoders",
        builtin="keras.ops.log_softmax",
        source="Flowchart C5; Vaswani et al. 2017",
        ours=lambda: cached_decoders,
        mapped=lambda: _whole,
        mapping="of the transformer's logits for each whole prefix",
        probe=of_prefixes,
        dtypes=("float64", "float32"),
        modes=("eager",),
        steps=100,
    ),
    Row(
        name="models.Transformer",
        builtin="keras.Model",
        source="Flowchart C5; Vaswani et al. 2017",
        ours=lambda: ours.Transformer(9, 7, BLOCKS, SIZE, 6, 2, dropout=0.0),
        mapped=_Model,
        mapping="Embedding, MultiHeadAttention, LayerNormalization and Dense put together in the same way",
        sentence="On JAX, Keras' layer normalization computes float64 inputs in float32.",
        probe=of_translation,
        dtypes=("float64", "float32"),
        modes=("eager",),
        steps=20,
        computes={"jax": "float32"},
    ),
    Row(
        name="models.NeuralLanguageModel",
        builtin="keras.Sequential",
        source="Flowchart C5; Bengio et al. 2003",
        ours=partial(ours.NeuralLanguageModel, vocabulary_size=9, vector_size=3, units=5),
        mapped=_by_layers,
        mapping="Embedding, Flatten and two Dense",
        probe=of_windows,
        gradients=True,
        dtypes=("float64", "float32"),
        steps=5,
    ),
]
