"""A signal through a deep network: the lecture's factors, own widths, and what may be given."""

from typing import Any

import keras
import numpy as np
import pytest

from dlref import initializers
from dlref.diagnostics import signal_propagation


@pytest.mark.parametrize(
    ("gain", "verdict"), [(0.5, "vanishing"), (1.0, "good"), (1.5, "exploding")]
)
def test_multiples_of_the_identity(gain: float, verdict: str) -> None:
    """0.5 and 1.5 to the power of L - 1."""
    start = keras.initializers.Identity(gain)
    found = signal_propagation(start, "linear", units=30, layers=12, examples=20)
    assert found.factor == pytest.approx(gain, rel=1e-6)
    assert found.gradient_factor == pytest.approx(gain, rel=1e-12)
    stds = [each.std for each in found.activations.layers]
    assert stds[-1] / stds[0] == pytest.approx(gain**11, rel=1e-5)
    assert found.gradients[0] / found.gradients[-1] == pytest.approx(gain**11, rel=1e-9)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("start", "activation", "verdict", "factor", "back"),
    [
        (initializers.SmallNormal(0.01), "tanh", "vanishing", 0.14, 0.14),
        (initializers.SmallNormal(1.0), "tanh", "exploding", 1.0, 2.8),
        (initializers.XavierNormal(), "tanh", "good", 0.9, 0.87),
        (initializers.XavierNormal(), "relu", "vanishing", 0.7, 0.7),
        (initializers.HeNormal(), "relu", "good", 1.0, 1.0),
        ("glorot_uniform", "sigmoid", "vanishing", 0.95, 0.23),
    ],
)
def test_ten_layers(start: Any, activation: Any, verdict: str, factor: float, back: float) -> None:
    found = signal_propagation(start, activation, units=200, examples=200)
    assert found.verdict == verdict
    assert found.factor == pytest.approx(factor, abs=0.04)
    assert found.gradient_factor == pytest.approx(back, rel=0.1)


def test_own_widths_and_the_same_seed() -> None:
    found = signal_propagation(units=np.array([8, 30, 20, 10]), examples=50, seed=3)
    assert len(found.gradients) == 3
    assert found == signal_propagation(units=[8, 30, 20, 10], examples=50, seed=3)
    assert found != signal_propagation(units=[8, 30, 20, 10], examples=50, seed=4)


def test_each_layer_draws_its_own() -> None:
    """One object of Keras would give both layers the same weights, and W W has another spread than W V."""
    start = keras.initializers.RandomNormal(stddev=1.0, seed=0)
    found = signal_propagation(start, "linear", units=2, layers=2, examples=9)
    other = signal_propagation(start, "linear", units=2, layers=2, examples=9, seed=1)
    assert found.activations.layers[0].std != other.activations.layers[0].std


def test_all_zeros() -> None:
    found = signal_propagation("zeros", units=20, layers=3, examples=9)
    assert np.isnan(found.factor) and np.isnan(found.gradient_factor)
    assert found.verdict == "vanishing" and set(found.gradients) == {0.0}


def test_a_function_of_one_s_own() -> None:
    start = initializers.HeNormal()
    found = signal_propagation(start, lambda z: keras.ops.maximum(0.01 * z, z), 50, 4, 50)
    assert found.verdict == "good"


def test_the_table() -> None:
    lines = str(signal_propagation("zeros", "sigmoid", units=20, layers=3, examples=9)).splitlines()
    assert len(lines) == 5 and "0% saturated" in lines[1] and lines[-1].endswith(": vanishing.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"layers": 1}, "`layers`"),
        ({"units": 0}, "`units`"),
        ({"units": [4, 4]}, "the input and at least two layers"),
        ({"units": [4, 0, 4]}, "`units`"),
        ({"examples": 0}, "`examples`"),
        ({"seed": -1}, "`seed`"),
        ({"initializer": "she_normal"}, "she_normal"),
        ({"activation": "rely"}, "rely"),
    ],
)
def test_bad_arguments(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        signal_propagation(**{"units": 4, "layers": 2, "examples": 2} | given)


@pytest.mark.parametrize("name", ["layers", "units", "examples", "seed"])
def test_wrong_types(name: str) -> None:
    with pytest.raises(TypeError, match=f"`{name}`"):
        signal_propagation(**{"units": 4, "layers": 2, "examples": 2} | {name: 2.5})


def test_what_overflows_explodes() -> None:
    start = keras.initializers.RandomNormal(stddev=1e8)
    found = signal_propagation(start, "relu", units=20, layers=40, examples=4)
    assert found.verdict == "exploding" and found.factor == np.inf
