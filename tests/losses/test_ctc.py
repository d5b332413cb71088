"""CTC: against TensorFlow and Keras on random texts, texts that no sequence stands for, in `fit`, what it refuses."""

import keras
import numpy as np
import pytest
from keras import ops

from dlref.gradients import value_and_gradients
from dlref.losses import CTC
from tests.training import compile_function


def test_keras_with_lengths() -> None:
    """Texts of up to three symbols, in up to seven steps: as many as each needs, or more."""
    rng = np.random.default_rng(0)
    labels, texts = np.zeros((200, 3), int), rng.integers(0, 4, 200)
    for row, size in zip(labels, texts, strict=True):
        row[:size] = rng.integers(1, 3, size)
    repeats = ((labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] > 0)).sum(1)
    lengths = np.minimum(7, np.maximum(1, texts + repeats) + rng.integers(0, 3, 200))
    z = rng.normal(0, 3, (200, 7, 3)).astype("float32")
    found = CTC(reduction=None).of_lengths(labels, z, lengths)
    expected = ops.ctc_loss(labels, z, texts, lengths)
    found, expected = map(ops.convert_to_numpy, (found, expected))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_no_sequence_stands_for_the_text() -> None:
    """Three equal symbols need two blanks between them: five steps. The others' gradients stay as they are."""
    labels, z = np.array([[1, 1, 1], [2, 0, 0]]), np.random.default_rng(0).normal(size=(2, 4, 3))
    loss = CTC(reduction=None)
    value, gradient = value_and_gradients(lambda z: loss(labels, z), [z], np.ones(2))
    assert value[0] == np.inf and np.isfinite(value[1])
    assert not gradient[0].any() and gradient[1].all()
    theirs = keras.losses.CTC(reduction=None)(labels, z.astype("float32"))[0]
    assert 700 < float(theirs) < 720 or 99_990 < float(theirs) < 100_020


def test_outputs_that_exclude_a_class() -> None:
    z = np.tile(np.array([[0, 0, -np.inf], [0, 0, 0]], "float32"), (3, 1, 1))
    found = ops.convert_to_numpy(CTC(reduction=None)([[1, 0], [2, 0], [2, 2]], z))
    np.testing.assert_allclose(found, [np.log(2), np.log(6), np.inf], rtol=1e-6)


def test_large_outputs() -> None:
    z = np.array([1e3, 1e30])[:, None, None] * np.eye(3)[[0, 1, 1, 0, 2]]
    assert float(CTC()([[1, 2]] * 2, z)) == 0


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_rounds_the_result_alone(dtype: str) -> None:
    z = ops.cast(np.random.default_rng(0).normal(size=(2, 12, 3)), dtype)
    labels = np.array([[1, 2, 1], [2, 0, 0]])
    found = CTC(dtype=dtype)(labels, z)
    assert keras.backend.standardize_dtype(found.dtype) == dtype
    assert float(found) == float(ops.cast(CTC()(labels, ops.cast(z, "float32")), dtype))


def test_in_fit() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(1, 4, (64, 2))
    x = np.repeat(np.eye(4)[np.pad(labels, ((0, 0), (0, 1)))], 2, 1)
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((None, 4)), keras.layers.Dense(4)])
    model.compile(keras.optimizers.Adam(0.1), CTC())
    history = model.fit(x, labels, batch_size=64, epochs=12, verbose=0).history["loss"]
    assert history[-1] < history[0] / 2
    assert model.evaluate(x, labels, verbose=0) == pytest.approx(
        float(CTC()(labels, model.predict(x, verbose=0))), rel=1e-5
    )


def test_a_mask() -> None:
    """In a model whose mini-batch has as many texts as there are steps, where Keras takes the mask for weights."""
    x = np.random.default_rng(0).normal(size=(5, 5, 3)).astype("float32")
    labels, lengths = np.tile([[1, 2]], (5, 1)), np.array([2, 3, 5, 4, 5])
    x[np.arange(5) >= lengths[:, None]] = 0
    model = keras.Sequential([keras.Input((5, 3)), keras.layers.Masking(), keras.layers.Dense(3)])
    model.compile(loss=CTC())
    expected = ops.mean(CTC().of_lengths(labels, model(x), lengths))
    assert float(CTC()(labels, model(x))) == pytest.approx(float(expected), rel=1e-6)
    assert model.evaluate(x, labels, verbose=0) == pytest.approx(float(expected), rel=1e-6)


NO_TEXT = {
    "a symbol that there is not": [3, 0],
    "below 0": [-1, 0],
    "behind the end": [0, 1],
    "no whole number": [0.5, 0],
    "NaN": [np.nan, 0],
}


@pytest.mark.parametrize("name", NO_TEXT)
def test_no_text(name: str) -> None:
    with pytest.raises(
        ValueError, match=r"CTC: `y_true` must have symbols from 1 to 2.*Received: "
    ):
        CTC()(np.array([NO_TEXT[name], [1, 2]]), np.zeros((2, 4, 3), "float32"))


def test_no_text_in_a_compiled_function() -> None:
    """Where numbers are not known no error can be raised: it shows in the loss of that text."""
    labels = ops.convert_to_tensor([*NO_TEXT.values(), [1, 2]], "float32")
    traced = compile_function(lambda labels, z: CTC(reduction=None).call(labels, z))
    found = ops.convert_to_numpy(traced(labels, ops.zeros((6, 4, 3))))
    assert np.isnan(found[:5]).all() and np.isfinite(found[5])


@pytest.mark.parametrize(
    ("y_shape", "z_shape"), [((2,), (2, 4, 3)), ((2, 3), (2, 3)), ((2, 3, 1), (2, 4, 3))]
)
def test_shapes(y_shape: tuple, z_shape: tuple) -> None:
    with pytest.raises(ValueError, match=r"CTC: `y_true` and `y_pred` must have .* Received: "):
        CTC()(np.zeros(y_shape, int), np.zeros(z_shape))
