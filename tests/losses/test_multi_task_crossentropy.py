"""Multi-task cross-entropy: missing labels teach nothing, and Keras does the same where it is told which those are."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.losses import BinaryCrossentropy, MultiTaskCrossentropy

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 5)).astype("float32")
Y = RNG.integers(0, 2, (40, 3)).astype("float32")
KNOWN = RNG.random(Y.shape) < 0.6
WITH_NAN = np.where(KNOWN, Y, np.nan)
Z = RNG.normal(size=Y.shape)


def test_the_lecture_sum() -> None:
    """A car and no stop sign; nobody has looked for a pedestrian or a traffic light."""
    loss = MultiTaskCrossentropy()
    y, y_hat = [[1.0, 0.0, np.nan, np.nan]], [[0.8, 0.4, 0.9, 0.1]]
    assert float(loss(y, y_hat)) == pytest.approx(-np.log(0.8) - np.log(0.6), rel=1e-6)


@pytest.mark.parametrize("missing", [np.nan, -1.0, -100.0])
@pytest.mark.parametrize("logits", [True, False])
def test_what_is_missing_has_no_gradient(missing, logits) -> None:
    y = np.where(KNOWN, Y, missing)
    p = Z if logits else 1 / (1 + np.exp(-Z))
    loss = MultiTaskCrossentropy(from_logits=logits)
    value, gradient = value_and_gradients(lambda p: loss(y, p), [p], 1.0)
    assert np.isfinite(value) and np.isfinite(gradient).all()
    np.testing.assert_array_equal(gradient != 0, KNOWN)


def test_whole_numbers_as_labels() -> None:
    y = np.where(KNOWN, Y, -1).astype("int64")
    loss = MultiTaskCrossentropy(from_logits=True)
    assert float(loss(y, Z)) == pytest.approx(float(loss(WITH_NAN, Z)), rel=1e-6)


def test_nothing_is_known() -> None:
    loss = MultiTaskCrossentropy(from_logits=True)
    value, gradient = value_and_gradients(lambda z: loss(np.full((2, 3), np.nan), z), [Z[:2]], 1.0)
    assert value == 0 and not gradient.any()


def test_without_missing_labels_it_is_n_times_the_binary_crossentropy() -> None:
    ours, mean = (
        kind(from_logits=True)(Y, Z) for kind in (MultiTaskCrossentropy, BinaryCrossentropy)
    )
    assert float(ours) == pytest.approx(3 * float(mean), rel=1e-6)


def test_the_axis_of_the_tasks() -> None:
    along_0 = MultiTaskCrossentropy(from_logits=True, axis=0, reduction=None)(WITH_NAN, Z)
    transposed = MultiTaskCrossentropy(from_logits=True, reduction=None)(WITH_NAN.T, Z.T)
    np.testing.assert_allclose(*map(ops.convert_to_numpy, (along_0, transposed)), rtol=1e-6)


def test_kerass_mask_divides_by_the_known_labels() -> None:
    """The same but for the number that Keras divides by: all known labels, not all examples."""
    y_hat = ops.convert_to_tensor(Z[..., None])
    keras.src.backend.set_keras_mask(y_hat, ops.convert_to_tensor(KNOWN))
    masked = keras.losses.BinaryCrossentropy(from_logits=True)(Y[..., None], y_hat)
    ours = MultiTaskCrossentropy(from_logits=True)(WITH_NAN, Z)
    assert float(ours) * 40 / KNOWN.sum() == pytest.approx(float(masked), rel=1e-6)


def test_training_is_that_of_outputs_with_sample_weights() -> None:
    """Keras' own way to it: an output for each task, and a weight of 0 for each missing label."""

    def trained(outputs, loss, y, weights):
        keras.utils.set_random_seed(0)
        inputs = keras.Input((5,))
        hidden = keras.layers.Dense(4, "tanh")(inputs)
        model = keras.Model(inputs, outputs(hidden))
        start = np.linspace(-1, 1, 15).reshape(5, 3)
        for layer in model.layers[2:]:
            if isinstance(layer, keras.layers.Dense):
                place = int(layer.name.split("_")[1]) if "_" in layer.name else slice(None)
                kernel, bias = start[:4, place], start[4, place]
                layer.set_weights([kernel.reshape(4, -1), bias.reshape(-1)])
        model.compile(keras.optimizers.SGD(0.5), loss)
        model.fit(X, y, sample_weight=weights, batch_size=20, epochs=3, shuffle=False, verbose=0)
        return ops.convert_to_numpy(model.layers[1].kernel)

    ours = trained(
        lambda hidden: keras.layers.Dense(3, name="tasks")(hidden),
        MultiTaskCrossentropy(from_logits=True),
        WITH_NAN,
        None,
    )
    names = [f"task_{j}" for j in range(3)]
    expected = trained(
        lambda hidden: [keras.layers.Dense(1, name=name)(hidden) for name in names],
        [keras.losses.BinaryCrossentropy(from_logits=True) for _ in names],
        [Y[:, j : j + 1] for j in range(3)],
        [KNOWN[:, j].astype("float32") for j in range(3)],
    )
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


def test_saved_and_loaded(tmp_path) -> None:
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])
    model.compile("sgd", MultiTaskCrossentropy(from_logits=True, label_smoothing=0.1))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.loss.get_config() == model.loss.get_config()
    before, after = (m.evaluate(X, WITH_NAN, verbose=0) for m in (model, loaded))
    assert np.isfinite(before) and before == after


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_sums_in_float32(dtype) -> None:
    y, z = np.zeros((4096, 3), dtype), np.full((4096, 3), 20.0)
    z = ops.cast(z, dtype)
    assert float(MultiTaskCrossentropy(from_logits=True, dtype=dtype)(y, z)) == pytest.approx(
        60, rel=0.01
    )
