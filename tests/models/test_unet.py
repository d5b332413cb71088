"""U-Net: the paper's counts, pictures of any size, what the skip connections carry, and what is not allowed."""

from typing import Any

import keras
import numpy as np
import pytest

from dlref.models import UNet

SMALL: Any = {"input_shape": (32, 32, 3), "classes": 3, "width": 1 / 32}


def test_of_the_paper() -> None:
    """Pictures of one colour, and 23 convolutions, of which four are transposed."""
    model = UNet((32, 32, 1))
    assert model.count_params() == 31_030_658
    with_weights = [layer for layer in model.layers if layer.weights]
    assert len(with_weights) == 23
    assert sum("transpose" in layer.name for layer in with_weights) == 4
    filters = [layer.filters for layer in with_weights if layer.name.endswith("conv2")]
    assert filters == [64, 128, 256, 512, 1024, 512, 256, 128, 64]


def test_the_first_weights_keep_the_size_of_what_comes_in() -> None:
    """He's variance 2 / n; behind "up" no ReLU follows, and it is 1 / n of the n channels that come in."""
    model = UNet((16, 16, 3), width=1 / 4)
    for layer in (layer for layer in model.layers if layer.weights):
        kernel = np.array(layer.kernel)
        n = kernel.shape[3] * 2 if "transpose" in layer.name else np.prod(kernel.shape[:3])
        assert abs(kernel.std() * (n / 2) ** 0.5 - 1) < 4 * (2 * kernel.size) ** -0.5, layer.name
    assert len({float(layer.kernel[0, 0, 0, 0]) for layer in model.layers if layer.weights}) == 23


@pytest.mark.parametrize("shape", [(1, 1, 3), (17, 32, 3), (31, 40, 3)])
def test_pictures_of_any_size(shape) -> None:
    """The outputs have their size, and are those of a picture with as many zeros as the next multiple of 16 needs."""
    arguments = SMALL | {"input_shape": shape}
    model = UNet(**arguments, pad_inputs=True)
    assert model.output_shape == (None, *shape[:2], 3)
    x = np.random.default_rng(0).uniform(size=(2, *shape)).astype("float32")
    border = [(0, 0), *((-n % 16 // 2, -n % 16 - -n % 16 // 2) for n in shape[:2]), (0, 0)]
    whole = np.pad(x, border)
    fitting = UNet(**arguments | {"input_shape": whole.shape[1:]})
    fitting.set_weights(model.get_weights())
    rows, columns = (slice(b, b + n) for (b, _), n in zip(border[1:3], shape[:2], strict=True))
    expected = np.array(fitting(whole))[:, rows, columns]
    np.testing.assert_allclose(np.array(model(x)), expected, rtol=1e-5, atol=1e-6)


def test_nothing_is_padded_where_it_fits() -> None:
    names = [layer.name for layer in UNet(**SMALL, pad_inputs=True).layers]
    assert not {"pad", "crop"} & {*names}


def test_classes_come_last_where_channels_come_first() -> None:
    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_first")
    try:
        model = UNet((3, 20, 32), classes=5, width=1 / 32, pad_inputs=True)
    finally:
        keras.config.set_image_data_format(before)
    assert model.output_shape == (None, 20, 32, 5)
    assert model.get_layer("up1_concat").output.shape == (None, 4, 32, 32)


def test_saves_and_loads(tmp_path) -> None:
    model = UNet(**SMALL | {"input_shape": (20, 20, 3)}, dropout=0.25, pad_inputs=True)
    assert {model.get_layer(f"dropout{level}").rate for level in (4, 5)} == {0.25}
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).uniform(size=(2, 20, 20, 3)).astype("float32")
    np.testing.assert_array_equal(loaded(x), model(x))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"dropout": 1.5}, ValueError, "rate"),
        ({"pad_inputs": 1}, TypeError, "UNet: `pad_inputs`"),
        ({"input_shape": (32, 32)}, ValueError, "UNet: `input_shape`"),
        (
            {"input_shape": (100, 96, 3)},
            ValueError,
            r"\(100, 96\); \(96, 96\) or \(112, 96\) would do",
        ),
        ({"input_shape": (5, 40, 3)}, ValueError, r"\(5, 40\); \(16, 32\) or \(16, 48\) would do"),
    ],
)
def test_bad_arguments(arguments, error, words) -> None:
    with pytest.raises(error, match=words):
        UNet(**SMALL | arguments)
