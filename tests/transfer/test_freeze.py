"""Transfer learning: which layers are frozen in models of every kind, and what the report says."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlref.layers import BatchNormalization
from dlref.transfer import freeze

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(12, 6)).astype("float32"), np.arange(12) % 3


def stack(depth: int = 7) -> Any:
    base = keras.Sequential([keras.Input((6,)), *[layers.Dense(6, "relu") for _ in range(depth)]])
    return keras.Sequential([base, layers.Dense(3)])


def trained(model: Any) -> list[Any]:
    """Which weights move in one step."""
    before = [ops.convert_to_numpy(v.value).copy() for v in model.weights]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.5), loss)
    model.fit(X, Y, epochs=1, verbose=0)
    after = [ops.convert_to_numpy(v.value) for v in model.weights]
    return [np.any(new != old) for new, old in zip(after, before, strict=True)]


@pytest.mark.parametrize(
    ("data", "domain", "k"),
    [
        ("little", "similar", 1),
        ("little", "different", 1),
        ("much", "similar", 2),
        ("much", "different", 4),
    ],
)
def test_the_last_layers_move(data: Any, domain: Any, k: int) -> None:
    keras.utils.set_random_seed(1)
    model = stack()
    found = freeze(model, data, domain)
    assert len(found.trained) == k and len(found.frozen) == 8 - k
    moved = trained(model)
    assert not any(moved[: -2 * k]) and all(moved[-2:]) and any(moved[-2 * k : -2]) == (k > 1)


@pytest.mark.parametrize("frozen_by", ["the base", "each layer", "the model", "nothing"])
def test_whatever_was_frozen_before(frozen_by: str) -> None:
    model = stack()
    base = model.layers[0]
    for layer in {"the base": [base], "each layer": base.layers, "the model": [model]}.get(
        frozen_by, []
    ):
        layer.trainable = False
    freeze(model, "much", "different")
    assert len(model.trainable_weights) == 8
    freeze(model, "little", "similar")
    assert len(model.trainable_weights) == 2
    assert freeze(model, "little", "similar", layers=100).frozen == ()
    assert len(model.trainable_weights) == 16


@pytest.mark.parametrize("normalization", [layers.BatchNormalization, BatchNormalization])
def test_batch_normalization_goes_with_the_layer_before_it(normalization: Any) -> None:
    parts = [normalization(name="first"), layers.Dense(6), normalization(name="second")]
    model = keras.Sequential([keras.Input((6,)), *parts, layers.Dense(6), layers.Dense(3)])
    found = freeze(model, "much", "different", layers=2)
    assert {"first", "second"} <= set(found.frozen) and len(found.trained) == 2
    assert "first, second" in str(found) and "different data may have others" in str(found)
    mean = np.asarray(model.layers[2].moving_mean)
    trained(model)
    np.testing.assert_array_equal(model.layers[2].moving_mean, mean)
    found = freeze(model, "much", "similar", layers=3)
    assert found.frozen == () and "batch normalization" not in str(found)


def test_functional_models_shared_layers_and_wrappers() -> None:
    """A wrapper is one layer, and a layer that is called twice counts once."""
    words = keras.Input((5,), dtype="int32")
    shared = layers.Dense(4, name="shared")
    sequence = layers.Embedding(9, 4, name="embedding")(words)
    sequence = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both ways")(
        sequence
    )
    sequence = shared(layers.Dense(4, name="between")(shared(layers.Dense(4)(sequence))))
    inner = keras.Model(words, sequence)
    outputs = layers.Dense(2, name="classifier")(layers.GlobalMaxPooling1D()(inner(words)))
    model = keras.Model(words, outputs)
    found = freeze(model, "much", "different", layers=5)
    assert [layer.name for layer in found.layers[:2]] == ["embedding", "both ways"]
    assert len(found.layers) == 6 and found.frozen == ("embedding",)
    assert sum(layer.parameters for layer in found.layers) == model.count_params()


def test_a_subclass() -> None:
    class Net(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = layers.Dense(4, name="body"), layers.Dense(2, name="head")

        def call(self, x: Any) -> Any:
            return self.head(self.body(x))

    model = Net()
    with pytest.raises(ValueError, match="freeze: `model` must have weights: build it first"):
        freeze(model, "little", "similar")
    model(X)
    assert freeze(model, "little", "similar").trained == ("head",)


def test_what_is_no_weight_to_train() -> None:
    """The statistics of Normalization are no layer to train."""
    normalization = layers.Normalization()
    normalization.adapt(X)
    model = keras.Sequential([keras.Input((6,)), normalization, layers.Dense(3), layers.Dense(2)])
    assert len(freeze(model, "little", "similar").layers) == 2


def test_the_report() -> None:
    model = stack(1)
    lines = str(freeze(model, "little", "different")).splitlines()
    assert lines[0].split() == ["layer", "parameters", "state"]
    assert lines[3] == "21 of 63 parameters are trained."
    assert "hardest cell" in lines[4] and len(lines) == 5
    model.compile("sgd", "mse")
    assert "Compile the model again" in str(freeze(model, "little", "similar"))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            ("some", "similar"),
            ValueError,
            '`data` must be "little" or "much". Received: data=\'some\'',
        ),
        (("little", None), ValueError, '`domain` must be "similar" or "different"'),
        ((["little"], "similar"), ValueError, "`data` must be"),
        (("little", "similar", 0), ValueError, "`layers` must be an integer of at least 1"),
        (("little", "similar", 1.5), TypeError, "`layers` must be an integer"),
    ],
)
def test_wrong_arguments(arguments: Any, error: type, words: str) -> None:
    model = stack(2)
    model.layers[0].trainable = False
    with pytest.raises(error) as raised:
        freeze(model, *arguments)
    assert words in str(raised.value)
    assert len(model.trainable_weights) == 2  # the model is as it was


def test_no_model() -> None:
    with pytest.raises(TypeError, match="freeze: `model` must be a Keras model. Received"):
        freeze(layers.Dense(2), "little", "similar")
