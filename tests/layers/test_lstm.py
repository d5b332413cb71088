"""Where the weights of LSTM begin, and that it keeps what the forget gate lets it keep."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.layers import LSTM


@pytest.mark.parametrize("forget", [True, False])
def test_the_bias_begins_as_keras_own_does(forget: bool) -> None:
    given = {"unit_forget_bias": forget, "bias_initializer": keras.initializers.Constant(0.25)}
    biases = []
    for kind in (LSTM, keras.layers.LSTM):
        layer = kind(2, **given)
        layer.build((None, None, 3))
        biases.append(layer.get_weights()[2].tolist())
    assert biases[0] == biases[1] == [0.25, 0.25, *[1.0 if forget else 0.25] * 2, *[0.25] * 4]


def test_the_memory_lasts_as_long_as_its_gate_is_open() -> None:
    """Forget gate 1, update gate 0: the memory after 500 steps is that of the beginning."""
    layer = LSTM(1, return_state=True)
    layer.build((None, None, 1))
    zeros = [np.zeros(weight.shape) for weight in layer.weights[:2]]
    layer.set_weights([*zeros, np.array([-1000.0, 1000.0, 0.0, 1000.0])])
    a, _, c = layer(
        np.ones((1, 500, 1), "float32"), initial_state=[np.zeros((1, 1)), np.full((1, 1), 0.5)]
    )
    assert float(c[0, 0]) == 0.5
    assert float(a[0, 0]) == pytest.approx(float(ops.tanh(0.5)))
