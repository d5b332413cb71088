"""Where the lecture's GRU and Keras' part: numbers of weights, and which way the gate turns."""

import keras
import numpy as np
from keras import ops

from dlref.layers import GRU, SimplifiedGRU


def test_numbers_of_weights() -> None:
    """Keras' default has a second bias."""
    counted = {}
    for layer in (
        GRU(4),
        SimplifiedGRU(4),
        keras.layers.GRU(4),
        keras.layers.GRU(4, reset_after=False),
    ):
        layer.build((None, None, 3))
        counted[layer] = layer.count_params()
    assert list(counted.values()) == [96, 64, 108, 96]


def test_a_gate_that_stays_shut_keeps_the_memory() -> None:
    """A bias of -1000 for the update gate: here the memory stays; in Keras every step replaces it."""
    bias = [-1000.0] * 2 + [0.0] * 4
    start, x = np.array([[0.5, -0.25]], "float32"), np.ones((1, 9, 3), "float32")
    layers = [GRU(2), keras.layers.GRU(2, reset_after=False)]
    for layer in layers:
        layer.build(x.shape)
        kernel, recurrent, _ = layer.get_weights()
        layer.set_weights([kernel, recurrent, np.array(bias)])
    ours, theirs = (ops.convert_to_numpy(layer(x, initial_state=[start])) for layer in layers)
    np.testing.assert_array_equal(ours, start)
    assert not np.allclose(theirs, start, atol=0.05)
