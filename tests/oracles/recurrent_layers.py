"""Recurrent layers, one example and one step at a time, with a matrix for each gate, as the lecture has them."""

from functools import partial

import numpy as np

from dlref import activations, layers
from tests.oracles.case import Case

_rng = np.random.default_rng(25)
UNITS, FEATURES = 2, 3
X = _rng.normal(size=(2, 4, FEATURES))
MASK = np.array([[False, True, True, False], [True, False, True, True]])
KERNEL, RECURRENT = _rng.normal(size=(FEATURES, 4 * UNITS)), _rng.normal(size=(UNITS, 4 * UNITS))
BIAS = _rng.normal(size=4 * UNITS)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gate(place, a, x, weights):
    """W [a, x] + b, of the columns of one gate."""
    kernel, recurrent, bias = (w[..., place * UNITS : (place + 1) * UNITS] for w in weights)
    w = np.concatenate([recurrent, kernel]).T
    return w @ np.concatenate([a, x]) + bias


def simple(x, states, weights):
    (a,) = states
    a = np.tanh(gate(0, a, x, weights))
    return a, [a]


def gru(x, states, weights):
    (c,) = states
    update, relevance = (sigmoid(gate(place, c, x, weights)) for place in (0, 1))
    candidate = np.tanh(gate(2, relevance * c, x, weights))
    c = update * candidate + (1 - update) * c
    return c, [c]


def simplified_gru(x, states, weights):
    (c,) = states
    update = sigmoid(gate(0, c, x, weights))
    c = update * np.tanh(gate(1, c, x, weights)) + (1 - update) * c
    return c, [c]


def lstm(x, states, weights):
    a, c = states
    update, forget, output = (sigmoid(gate(place, a, x, weights)) for place in (0, 1, 3))
    c = update * np.tanh(gate(2, a, x, weights)) + forget * c
    a = output * np.tanh(c)
    return a, [a, c]


def unrolled(x, *weights, step, states=1, mask=None, backwards=False):
    """The outputs of all steps, of each example alone."""
    outputs = np.zeros((*x.shape[:2], UNITS))
    for e in range(len(x)):
        carried, shown = [np.zeros(UNITS)] * states, np.zeros(UNITS)
        order = range(x.shape[1])[::-1] if backwards else range(x.shape[1])
        for place, t in enumerate(order):
            if mask is None or mask[e, t]:
                shown, carried = step(x[e, t], carried, weights)
            outputs[e, place] = shown
    return outputs


def recurrent(kind, mask=None, backwards=False):
    def outputs(x, *weights):
        exact = {} if kind is layers.SimpleRNN else {"recurrent_activation": activations.sigmoid}
        exact["recurrent_initializer"] = "zeros"
        layer = kind(
            UNITS, activations.tanh, return_sequences=True, go_backwards=backwards, **exact
        )
        layer.build(x.shape)
        kept = [v.value for v in layer.non_trainable_variables]
        return layer.stateless_call(weights, kept, x, mask=mask)[0]

    return outputs


ORACLES = {
    f"layers.{kind.__name__}": [
        Case(
            recurrent(kind, **given),
            partial(unrolled, step=step, **more, **given),
            (X, *(w[..., : gates * UNITS] for w in (KERNEL, RECURRENT, BIAS))),
            not given,
        )
        for given in ({}, {"mask": MASK}, {"backwards": True})
    ]
    for kind, step, gates, more in (
        (layers.SimpleRNN, simple, 1, {}),
        (layers.GRU, gru, 3, {}),
        (layers.SimplifiedGRU, simplified_gru, 2, {}),
        (layers.LSTM, lstm, 4, {"states": 2}),
    )
}
