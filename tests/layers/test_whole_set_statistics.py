"""Statistics of the whole training set: exact, in models of every kind."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from dlref.layers import BatchNormalization, whole_set_statistics
from tests.training import classifier, digits, losses


def test_batch_size_does_not_matter() -> None:
    x, _ = digits(300)
    seen = []
    for batch_size in (7, 300, 10_000):
        keras.utils.set_random_seed(0)
        layer = BatchNormalization()
        whole_set_statistics(classifier(keras.layers.Dense(8), layer), x, batch_size)
        seen.append([ops.convert_to_numpy(v) for v in layer.non_trainable_variables])
    for other in seen[1:]:
        np.testing.assert_allclose(seen[0], other, rtol=1e-6, atol=1e-6)


def test_normalizes_the_training_set_exactly() -> None:
    """After training, moving averages lag behind the weights; the whole set's statistics do not."""
    x, _ = digits(300)
    layer = BatchNormalization(epsilon=1e-9, center=False, scale=False)
    model = classifier(keras.layers.Dense(8), layer)
    model.compile("adam", "categorical_crossentropy")
    losses(model, epochs=1)
    normalized = keras.Sequential(model.layers[:2])
    before = normalized.predict(x, verbose=0)
    whole_set_statistics(model, x)
    after = normalized.predict(x, verbose=0)
    assert np.abs(before.mean(0)).max() > 0.05
    np.testing.assert_allclose(after.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(after.var(0), 1, rtol=1e-4)


class MadeFromTheEnd(keras.Model):
    """Its layers are made last to first, the first of them inside another, and one is called twice."""

    def __init__(self) -> None:
        super().__init__()
        options = {"epsilon": 1e-9, "center": False, "scale": False}
        self.last, self.second = BatchNormalization(**options), BatchNormalization(**options)
        self.first = keras.Sequential([BatchNormalization(**options), keras.layers.ReLU()])

    def call(self, x: Any, training: bool = False) -> Any:
        h = self.first(x, training=training)
        a = self.second(ops.exp(h), training=training)
        last = self.last(ops.exp(a), training=training)
        return a, self.second(3 * h, training=training), last


def test_layers_in_the_order_of_their_calls() -> None:
    """Each sees what those before it make of the whole set; one that is called twice sees both."""
    x, model = np.random.default_rng(0).normal(size=(100, 3)), MadeFromTheEnd()
    whole_set_statistics(model, x, batch_size=32)
    first, (a, b, last) = model.first(x), model(x)
    normalized = model.first.layers[0](x), np.concatenate([a, b]), last
    assert np.min(first) == 0
    for output in normalized:
        seen = ops.convert_to_numpy(output)
        np.testing.assert_allclose(seen.mean(0), 0, atol=1e-4)


def test_a_model_with_branches_masks_and_another_axis() -> None:
    """What is masked counts for nothing, not even if it is NaN."""
    tokens = np.array([[3, 4, 0, 0], [5, 6, 7, 0]])
    inputs = keras.Input((4,), dtype="int32")
    embedded = keras.layers.Embedding(10, 3, mask_zero=True)(inputs)
    masked, other, dense = BatchNormalization(), BatchNormalization(axis=1), keras.layers.Dense(3)
    outputs = keras.layers.Add()([masked(embedded), other(dense(embedded))])
    model = keras.Model(inputs, outputs)
    model.layers[1].embeddings.assign(
        [[np.nan] * 3, *ops.convert_to_numpy(model.layers[1].embeddings)[1:]]
    )
    whole_set_statistics(model, tokens, batch_size=1)
    values = ops.convert_to_numpy(model.layers[1].embeddings)[tokens[tokens > 0]]
    np.testing.assert_allclose(ops.convert_to_numpy(masked.moving_mean), values.mean(0), rtol=1e-5)
    np.testing.assert_allclose(
        ops.convert_to_numpy(masked.moving_variance), values.var(0), rtol=1e-4
    )
    z = ops.convert_to_numpy(dense(model.layers[1].embeddings))[tokens]
    means = [z[tokens[:, i] > 0, i].mean() if any(tokens[:, i]) else 0 for i in range(4)]
    np.testing.assert_allclose(ops.convert_to_numpy(other.moving_mean), means, atol=1e-5)


def test_the_model_is_as_before() -> None:
    layer = BatchNormalization()
    model = classifier(layer)
    whole_set_statistics(model, digits(32)[0])
    assert "call" not in vars(layer)
    model.compile("adam", "categorical_crossentropy", jit_compile=True)
    assert len(losses(model, epochs=1)) == 1


def test_refuses_what_it_cannot_do() -> None:
    with pytest.raises(ValueError, match="calls none"):
        whole_set_statistics(classifier(), digits(8)[0])
    with pytest.raises(ValueError, match="at least one example"):
        whole_set_statistics(classifier(BatchNormalization()), np.zeros((0, 64)))
