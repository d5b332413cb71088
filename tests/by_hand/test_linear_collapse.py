"""Linear layers collapse into one; what is not linear is refused, by its kind or by what it puts out."""

import keras
import numpy as np
import pytest
from keras import layers

from dlref.by_hand import linear_collapse

_rng = np.random.default_rng(0)


def sequential(*parts, n=3):
    """A model whose biases are not 0 either."""
    model = keras.Sequential([keras.Input((n,)), *parts])
    for v in model.weights:
        v.assign(_rng.normal(size=v.shape))
    return model


def functional(call, n=3):
    inputs = keras.Input((n,))
    return keras.Model(inputs, call(inputs))


def shared(x):
    layer = layers.Dense(3, bias_initializer="ones")
    return layer(layer(x))


@keras.saving.register_keras_serializable("tests")
class Hidden(layers.Dense):
    """A Dense layer that says of itself that it has no activation."""

    def call(self, inputs, training=None):
        return keras.ops.relu(super().call(inputs))


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)
        self.dense.build((None, 3))

    def call(self, inputs):
        return self.dense(inputs)


LINEAR = {
    "two layers": lambda: sequential(layers.Dense(5), layers.Dense(2)),
    "one layer": lambda: sequential(layers.Dense(4)),
    "seven layers": lambda: sequential(*(layers.Dense(8) for _ in range(7))),
    "without biases": lambda: sequential(layers.Dense(5, use_bias=False), layers.Dense(2, use_bias=False)),
    "a model inside": lambda: sequential(sequential(layers.Dense(4), n=3), layers.Dense(2)),
    "functional": lambda: functional(lambda x: layers.Dense(2)(layers.Dense(5)(x))),
    "activation named": lambda: sequential(layers.Dense(5, activation="linear"), layers.Dense(1)),
    "half precision": lambda: sequential(layers.Dense(5, dtype="float16"), layers.Dense(2, dtype="bfloat16")),
    "mixed precision": lambda: sequential(layers.Dense(5, dtype="mixed_float16"), layers.Dense(2)),
}  # fmt: skip


@pytest.mark.parametrize("name", LINEAR)
def test_one_layer_does_what_they_did(name) -> None:
    model = LINEAR[name]()
    before = [np.array(keras.ops.convert_to_numpy(v)) for v in model.weights]
    found = linear_collapse(model)
    assert found.difference <= found.rounding < 1e-8
    assert found.examples == 1 + 3 + 32 and found.layers == sum(len(v.shape) == 2 for v in before)
    for v, start in zip(model.weights, before, strict=True):
        assert v.dtype == start.dtype.name
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(v), start)
    single = sequential(layers.Dense(len(found.W)))
    single.set_weights([found.W.T, found.b[:, 0]])
    x = _rng.normal(size=(5, 3)).astype("float32")
    tolerance = 0.05 if "precision" in name else 1e-4
    outputs = [np.asarray(keras.ops.cast(m(x), "float32")) for m in (model, single)]
    np.testing.assert_allclose(*outputs, rtol=tolerance, atol=tolerance * np.abs(found.W).max())


def test_report() -> None:
    found = linear_collapse([(np.zeros((1, 2)), np.ones((1, 1))), (np.eye(1), np.zeros((1, 1)))])
    assert str(found) == (
        "2 linear layers are one: W' is 1×2, b' 1×1.\n"
        "For 35 inputs the outputs differ by 0.0e+00; rounding explains 1.6e-15."
    )


REFUSED = {
    "an activation": (
        lambda: sequential(layers.Dense(5, "relu", name="first"), layers.Dense(2)),
        "'first' of the kind Dense with the activation relu"),
    "a last activation": (lambda: sequential(layers.Dense(5), layers.Dense(2, "softmax")), "softmax"),
    "a layer of activations": (lambda: sequential(layers.Dense(5), layers.ReLU(name="r")), "'r' of the kind ReLU"),
    "an operation far from its kink": (
        lambda: functional(lambda x: keras.ops.relu(layers.Dense(2, bias_initializer="ones")(x))), "of the kind Relu"),
    "dropout": (lambda: sequential(layers.Dense(5), layers.Dropout(0.5)), "Dropout"),
    "a sum": (lambda: functional(lambda x: x + layers.Dense(3)(x)), "of the kind Add"),
    "twice the same layer": (lambda: functional(shared), "one that is used twice"),
    "a call of its own": (lambda: sequential(Hidden(5), layers.Dense(2)), "no more than its kernels and biases say"),
    "two outputs": (
        lambda: functional(lambda x: [layers.Dense(3)(x), layers.Dense(3)(x)]), "to [(None, 3), (None, 3)]"),
    "side by side": (
        lambda: functional(lambda x: layers.Dense(2)(layers.Dense(4)(x) + layers.Dense(4)(x))), "Received:"),
    "images": (lambda: keras.Sequential([keras.Input((4, 3)), layers.Dense(2)]), "from (None, 4, 3) to (None, 4, 2)"),
    "not built": (lambda: keras.Sequential([layers.Dense(2)]), "no weights yet: give the model a keras.Input"),
    "a class of its own": (Own, "from None to None"),
    "no layer": (lambda: [], "no layer"),
    "no pair": (lambda: [np.eye(2)], "`layers[0]` must be a pair (W, b)"),
    "b in a row": (lambda: [(np.eye(2), np.ones(2))], "W.shape=(2, 2), b.shape=(2,)"),
    "that do not fit": (
        lambda: [(np.ones((3, 2)), np.ones((3, 1))), (np.ones((1, 4)), np.ones((1, 1)))],
        "layer 1 with 3 outputs, and layer 2 for 4 inputs"),
    "NaN": (lambda: [(np.full((1, 1), np.nan), np.ones((1, 1)))], "`W of layers[0]` must be an array of finite"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_linear_is_refused(name) -> None:
    make, says = REFUSED[name]
    with pytest.raises(ValueError, match="linear_collapse: ") as raised:
        linear_collapse(make())
    assert says in str(raised.value)


@pytest.mark.parametrize("layers", [None, "model", layers.Dense(2), np.eye(2)])
def test_what_is_no_model(layers) -> None:
    with pytest.raises(
        TypeError, match="linear_collapse: `layers` must be a keras.Model or a list"
    ):
        linear_collapse(layers)
