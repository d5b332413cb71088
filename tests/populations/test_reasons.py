"""Why a trial failed is the cause, in one line; Keras' and TensorFlow's words around it are not."""

import keras
import pytest
from keras import layers

from tests.populations.searching import arguments, network, search


class Raising(layers.Layer):
    def call(self, x):
        raise RuntimeError("the layer says why:\n  because of this")


class Reshaping(layers.Layer):
    def call(self, x):
        return keras.ops.reshape(x, (7, -1, 3))


def model(*parts, loss="sparse_categorical_crossentropy"):
    made = keras.Sequential(parts)
    made.compile("sgd", loss)
    return made


REASONS = {
    "other inputs": (
        lambda hp: model(keras.Input((7,)), layers.Dense(3)),
        "expected axis -1 of input shape to have value 7, but received input with shape",
    ),
    "labels of another shape": (
        lambda hp: model(keras.Input((6,)), layers.Dense(2), loss="categorical_crossentropy"),
        "must have the same",
    ),
    "without an Input": (
        lambda hp: model(layers.Reshape((5, 2)), layers.Flatten(), layers.Dense(3)),
        "Received: input_shape=(6,), target_shape=(5, 2)",
    ),
    "of a layer": (
        lambda hp: network(layers.Dense(3), Raising()),
        "RuntimeError: the layer says why: because of this",
    ),
    "when it runs": (
        lambda hp: model(keras.Input((6,)), layers.Dense(3), Reshaping(), layers.Flatten()),
        "the requested shape" if keras.backend.backend() == "tensorflow" else "divide evenly",
    ),
}
AROUND = ("Exception encountered", "Graph execution error", "\x1b", "Error encountered")


@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_the_cause(tmp_path, name):
    build, reason = REASONS[name]
    _, heard = search(build, tmp_path, 1, arguments(epochs=1))
    told = heard.results[0].message.partition("\n")[0]
    assert heard.states == ["failed"] and reason in told
    assert not any(words in line for words in AROUND for line in [told, *heard.notes])
