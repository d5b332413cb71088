"""Inception V1: the counts, the lecture's module, and what is not allowed."""

import keras
import numpy as np
import pytest

from dlref.diagnostics import multiplications
from dlref.models import InceptionV1, inception_module

SMALL = {"input_shape": (32, 32, 3), "classes": 5, "width": 1 / 16}


def test_the_lecture_s_module() -> None:
    """64, 128, 32 and 32 channels; its 5 × 5 needs 12.4 million multiplications."""
    inputs = keras.Input((28, 28, 192))
    model = keras.Model(inputs, inception_module(inputs, 64, 96, 128, 16, 32, 32))
    parts = [f"inception_{part}" for part in ("1x1", "3x3", "5x5", "pool_proj")]
    assert [model.get_layer(part).filters for part in parts] == [64, 128, 32, 32]
    assert model.output_shape == (None, 28, 28, 256)
    costs = {layer.name: layer.multiplications for layer in multiplications(model).layers}
    assert [costs["inception_5x5_reduce"], costs["inception_5x5"]] == [2_408_448, 10_035_200]
    # The paper's row of (3a): 159 K parameters, K for 1024, without biases, and 128 million multiplications.
    biases = sum(layer.bias.shape[0] for layer in model.layers if layer.weights)
    assert (model.count_params() - biases) // 1024 == 159
    assert round(sum(filter(None, costs.values())) / 1e6) == 128


def test_of_caffe_and_of_torchvision() -> None:
    """torchvision has 3 × 3 for 5 × 5, and two trained numbers of batch normalization for each bias."""
    model = InceptionV1()
    assert model.count_params() == 6_998_552
    kernels = {layer.name: layer.kernel.shape for layer in model.layers if layer.weights}
    del kernels["predictions"]
    filters = sum(shape[-1] for shape in kernels.values())
    under_5x5 = sum(np.prod(kernels[name][2:]) for name in kernels if name.endswith("_5x5"))
    assert 6_998_552 - (25 - 9) * under_5x5 + filters == 6_624_904


def test_saves_and_loads(tmp_path) -> None:
    model = InceptionV1(**SMALL, dropout=0.25)
    assert model.get_layer("dropout").rate == 0.25
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).uniform(size=(2, 32, 32, 3)).astype("float32")
    np.testing.assert_array_equal(loaded(x), model(x))
    assert InceptionV1(include_top=False, **SMALL).output_shape == (None, 1, 1, 64)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"dropout": 1.5}, ValueError, "rate"),
        ({"include_top": 1}, TypeError, "InceptionV1: `include_top`"),
        ({"input_shape": (32, 32)}, ValueError, "InceptionV1: `input_shape`"),
    ],
)
def test_bad_arguments(arguments, error, words) -> None:
    with pytest.raises(error, match=words):
        InceptionV1(**SMALL | arguments)


@pytest.mark.parametrize("filters", [(0, 1, 1, 1, 1, 1), (1, 1, 1, 1, 1, 0), (1, 1.5, 1, 1, 1, 1)])
def test_bad_filters(filters) -> None:
    with pytest.raises((ValueError, TypeError), match="filters"):
        inception_module(keras.Input((5, 5, 2)), *filters)
