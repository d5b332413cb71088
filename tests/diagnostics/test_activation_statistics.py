"""Activations layer by layer: the lecture's ten layers, and which layers count in models of every kind."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.diagnostics import activation_statistics

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 200))


def deep(activation: str, scale: float, norm: bool = False) -> Any:
    """Ten layers of 200 units."""
    model = keras.Sequential([keras.Input((200,))])
    for seed in range(10):
        start = keras.initializers.RandomNormal(stddev=scale, seed=seed)
        model.add(layers.Dense(200, kernel_initializer=start, use_bias=False))
        if norm:
            model.add(layers.BatchNormalization(center=False, scale=False))
        model.add(layers.Activation(activation, name=f"a{seed}"))
    model.add(layers.Dense(3))
    return model


@pytest.mark.parametrize(
    ("activation", "scale", "verdict", "std"),
    [
        ("tanh", 0.01, "shrinking", 0.14),
        ("tanh", 1.0, "saturated", 0.96),
        ("tanh", 200**-0.5, "good", 0.63),
        ("relu", 200**-0.5, "shrinking", 0.58),
        ("relu", 100**-0.5, "good", 0.82),
    ],
)
def test_ten_layers(activation: str, scale: float, verdict: str, std: float) -> None:
    found = activation_statistics(deep(activation, scale), X)
    assert found.verdict == verdict
    assert [each.std for each in found.layers if each.kind][0] == pytest.approx(std, rel=0.03)


def test_batch_normalization_mends_it_in_training_alone() -> None:
    model = deep("tanh", 0.01, norm=True)
    before = [np.array(v) for v in model.variables]
    assert activation_statistics(model, X).verdict == "good"
    assert activation_statistics(model, X, training=False).verdict == "shrinking"
    for old, new in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, np.array(new))


def named(model: Any, x: Any, **kwargs: Any) -> dict[str, str | None]:
    return {each.layer: each.kind for each in activation_statistics(model, x, **kwargs).layers}


def test_which_layers_count() -> None:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4, "relu", name="inside")])
    x = keras.Input((6,), dtype="int32")
    h = layers.Embedding(9, 4, name="words")(x)
    h = layers.SimpleRNN(4, return_sequences=True, name="simple")(h)
    h = layers.Bidirectional(layers.LSTM(2), name="both")(h)
    h = inner(inner(h))
    h = layers.ReLU(name="relu")(layers.LeakyReLU(name="leaky")(h))
    model = keras.Model(x, layers.Dense(2, "tanh", name="last")(h))
    found = activation_statistics(model, RNG.integers(0, 9, (5, 6)))
    names = [each.layer for each in found.layers]
    assert names == ["words", "simple", "both", "inside", "inside", "leaky", "relu", "last"]
    assert [each.kind for each in found.layers] == [
        None, None, None, "dead", "dead", None, "dead", None]  # fmt: skip


class Own(keras.Model):
    """Subclassed, of a layer that is made up of others."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = layers.MultiHeadAttention(1, 2, name="attention")
        self.hidden = layers.Dense(4, "sigmoid", bias_initializer=lambda *_, **__: ops.array([9.0, 9, 0, 0]),
                                   kernel_initializer="zeros", name="hidden")  # fmt: skip
        self.last = layers.Dense(1, name="last")

    def call(self, x: Any) -> Any:
        return {"y": self.last(self.hidden(self.attention(x, x))[:, 0])}


def test_a_model_of_the_user_s_own_class() -> None:
    found = activation_statistics(Own(), RNG.normal(size=(5, 3, 2)))
    *attention, hidden, last = found.layers
    assert {"query", "value"} < {each.layer for each in attention}
    assert (hidden.layer, hidden.share, last.layer, last.kind) == ("hidden", 0.5, "last", None)


def test_half_precision_does_not_overflow() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(500, dtype="float16")])
    model.layers[0].bias.assign(ops.full((500,), 600.0))
    (found,) = activation_statistics(model, np.zeros((400, 2))).layers
    assert (found.mean, found.std) == (600.0, 0.0)


def test_the_table() -> None:
    text = str(activation_statistics(deep("tanh", 1.0), X))
    assert "a0" in text.splitlines()[2] and "%" in text.splitlines()[2]
    assert (
        "300 examples, as in training." in text and "Too many saturated outputs in a0, a1" in text
    )
    dead = deep("relu", 0.1)
    dead.layers[0].kernel.assign(-ops.abs(dead.layers[0].kernel))
    assert "Too many dead units in a0" in str(activation_statistics(dead, abs(X)))
    assert "The spread shrinks to" in str(activation_statistics(deep("relu", 0.01), X))


def test_a_model_without_activations() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Flatten(name="flat")])
    found = activation_statistics(model, np.ones((3, 2)))
    assert named(model, np.ones((3, 2))) == {"flat": None}
    assert np.isnan(found.shrinkage) and found.verdict == "good"


def test_bad_input() -> None:
    with pytest.raises(
        ValueError, match="activation_statistics: `x` must be an array with at least"
    ):
        activation_statistics(deep("relu", 1.0), X[:0])
    with pytest.raises(TypeError, match=r"activation_statistics: `model` must be a keras\.Model"):
        activation_statistics([layers.Dense(1)], X)
    with pytest.raises(TypeError, match="training"):
        activation_statistics(deep("relu", 1.0), X, training="yes")
