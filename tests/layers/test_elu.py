"""ELU: the function of the same name, saturation, and small inputs in half precision."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref import activations
from dlref.layers import ELU
from tests.populations.searching import check_against_fit, network

Z = np.random.default_rng(0).normal(0, 2, (6, 4)).astype("float32")


def test_it_is_the_function() -> None:
    for alpha in (1.0, 0.5):
        ours, function = ELU(alpha)(Z), activations.elu(Z, alpha)
        np.testing.assert_array_equal(ops.convert_to_numpy(ours), ops.convert_to_numpy(function))


def test_saturates_at_minus_alpha() -> None:
    assert float(ELU(0.5)(ops.convert_to_tensor([-1000.0]))[0]) == -0.5


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_small_inputs_in_half_precision(dtype: str) -> None:
    """e^z - 1 would be 0: 1 - 2^-14 is no number of half precision, and is rounded to 1."""
    z = ops.convert_to_tensor([-(2.0**-14)], dtype)
    assert float(ops.cast(ELU(dtype=dtype)(z), "float32")[0]) == -(2.0**-14)
    assert float(ops.cast(ops.exp(z) - 1, "float32")[0]) == 0


def test_alphas_of_a_population(tmp_path: Any) -> None:
    def build(hp: Any) -> keras.Model:
        return network(keras.layers.Dense(5), ELU(hp.Float("alpha", 0.1, 2.0)))

    heard = check_against_fit(build, tmp_path)
    assert heard.populations == ["3 trials, mini-batch 32"]
