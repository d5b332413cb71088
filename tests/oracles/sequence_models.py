"""Networks of words: the next word after each window, and the blocks of the one that translates, place by place."""

import numpy as np
from keras import ops

from dlref import decoding, models
from dlref.activations import tanh  # Keras' is one of float32 on JAX
from dlref.conformance.models import outputs_of
from tests.oracles.attention_layers import decoder, encoder, positional_encoding
from tests.oracles.case import Case

SIZE, HIDDEN, HEADS = 4, 6, 2
SOURCE = np.array([[3, 1, 2, 4], [2, 4, 0, 0]])
TARGET = np.array([[1, 3, 2], [1, 2, 0]])
NETWORK = [(SIZE, HIDDEN), (HIDDEN,), (HIDDEN, SIZE), (SIZE,)]
OF_HEADS = [*[(SIZE, HEADS, 2), (HEADS, 2)] * 3, (HEADS, 2, SIZE), (SIZE,)]
OF_BLOCKS = [[*NETWORK, *OF_HEADS * n, *[(SIZE,)] * 2 * (n + 1)] for n in (1, 2)]
_rng = np.random.default_rng(41)
WORDS = _rng.normal(size=(5, SIZE)), _rng.normal(size=(4, SIZE))
BLOCKS = [[[_rng.normal(size=s) for s in of_one] for _ in range(2)] for of_one in OF_BLOCKS]
LAST = _rng.normal(size=4)
PREFIXES = [[1]], [[1, 3], [1, 2]], [[1, 2, 2], [1, 2, 1], [1, 3, 1]], [[1, 2, 0, 3]], [[3, 1]]


def transformer(last, sources=SOURCE, targets=TARGET):
    x, y = (
        positional_encoding(2 * words[tokens])  # √4 times
        for words, tokens in zip(WORDS, (sources, targets), strict=True)
    )
    there, own = sources > 0, targets > 0
    for weights in BLOCKS[0]:
        x = encoder(x, *weights, mask=there)
    for weights in BLOCKS[1]:
        y = decoder(y, x, *weights, own=own, read=there)
    return np.array([row @ last + LAST for row in y[own]])


def of_prefixes(last):
    """Each prefix by itself, and the logarithms of the shares that its last place gives to the tokens."""
    found = []
    for source, prefix in ((source, y) for source in SOURCE for beam in PREFIXES for y in beam):
        *_, z = transformer(last, source[None], np.array([prefix]))
        found.append([zj - np.log(sum(np.exp(z))) for zj in z])
    return np.array(found)


def of_cache(last):
    decoders = decoding.cached_decoders(with_weights(last), SOURCE, 4)
    return np.concatenate([after(np.array(y)) for after in decoders for y in PREFIXES])


def of_dlref(last):
    inputs = [ops.convert_to_tensor(tokens, "int32") for tokens in (SOURCE, TARGET)]
    return outputs_of(with_weights(last), inputs)[TARGET > 0]


def with_weights(last):
    model = models.Transformer(5, 4, 2, SIZE, HIDDEN, HEADS, dropout=0.3)  # which is for training
    parts = {
        **{
            f"{side}_embedding": [words]
            for side, words in zip(("source", "target"), WORDS, strict=True)
        },
        **{f"encoder_{i}": weights for i, weights in enumerate(BLOCKS[0], 1)},
        **{f"decoder_{i}": weights for i, weights in enumerate(BLOCKS[1], 1)},
        "logits": [last, LAST],
    }
    for name, weights in parts.items():
        for variable, weight in zip(
            model.get_layer(name).trainable_variables, weights, strict=True
        ):
            variable.assign(weight)
    return model


WINDOWS = np.array([[3, 1, 0], [1, 3, 0], [2, 2, 4], [0, 4, 1]])
OF_WINDOWS = [_rng.normal(size=s) for s in ((5, 2), (6, 4), (4,), (4, 5), (5,))]


def after_windows(E, W1, b1, W2, b2):
    """Window by window, unit by unit."""
    found = []
    for window in WINDOWS:
        e = [entry for word in window for entry in E[word]]
        a = [
            np.tanh(sum(w * x for w, x in zip(W1[:, j], e, strict=True)) + b1[j]) for j in range(4)
        ]
        z = [sum(w * x for w, x in zip(W2[:, j], a, strict=True)) + b2[j] for j in range(5)]
        found.append([np.exp(zj) / sum(np.exp(z)) for zj in z])
    return np.array(found)


def of_windows(*weights):
    model = models.NeuralLanguageModel(5, 2, window=3, units=4, activation=tanh)
    return model.stateless_call([*weights], [], ops.convert_to_tensor(WINDOWS, "int32"))[0]


ORACLES = {
    "decoding.cached_decoders": [Case(of_cache, of_prefixes, (_rng.normal(size=(SIZE, 4)),))],
    "models.Transformer": [Case(of_dlref, transformer, (_rng.normal(size=(SIZE, 4)),))],
    "models.NeuralLanguageModel": [Case(of_windows, after_windows, OF_WINDOWS, gradients=True)],
}
