"""EfficientNet: the weights of Keras', the published sizes, what the pictures go through, and what is dropped."""

import re
from math import ceil

import keras
import numpy as np
import pytest

from dlref import models
from dlref.diagnostics import multiplications
from dlref.models import EfficientNet, EfficientNetB0, EfficientNetB2, building, copy_weights
from tests.public import ROOT

SMALL = {"input_shape": (32, 32, 3), "classes": 5, "width": 1 / 8}
BODY = {"input_shape": (45, 32, 3), "include_top": False, "weights": None}


def drawn(model: keras.Model) -> keras.Model:
    """With weights that let outputs be neither 0 nor large, also those of the normalization."""
    rng = np.random.default_rng(0)
    for weight in model.weights:
        shape = weight.shape
        if len(shape) > 1:
            seen = np.prod(shape[:-1] if shape[-1] > 1 else shape[:2])
            weight.assign(rng.normal(size=shape) * (1.5 / seen) ** 0.5)
        else:
            weight.assign(rng.uniform(0.5, 1.5, shape).astype(weight.dtype))
    return model


def test_takes_the_weights_of_keras_by_name() -> None:
    theirs = drawn(keras.applications.EfficientNetB2(**BODY))
    preparing = next(x for x in theirs.layers if isinstance(x, keras.layers.Normalization))
    preparing.finalize_state()
    ours = EfficientNetB2(**BODY)
    copy_weights(theirs, ours)
    x = np.random.default_rng(1).uniform(0, 255, (2, 45, 32, 3)).astype("float32")
    expected = np.array(theirs(x))
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(ours(x), expected, atol=1e-5 * np.abs(expected).max())
    assert ours.count_params() == theirs.count_params()


def test_of_imagenet_keras_divides_once_more(monkeypatch, tmp_path) -> None:
    """By a layer without weights, which here is in the variance."""
    file = tmp_path / "b0.weights.h5"
    small = {"include_top": False, "input_shape": (32, 32, 3)}
    drawn(keras.applications.EfficientNetB0(**small, weights=None)).save_weights(file)
    found = "keras.src.applications.efficientnet.file_utils.get_file"
    monkeypatch.setattr(found, lambda *_, **__: str(file))
    x = np.random.default_rng(1).uniform(0, 255, (1, 32, 32, 3)).astype("float32")
    theirs = np.array(keras.applications.EfficientNetB0(**small)(x))
    ours = EfficientNetB0("imagenet", **small)(x)
    np.testing.assert_allclose(ours, theirs, atol=1e-5 * np.abs(theirs).max())


def test_the_published_sizes_are_those_of_keras(monkeypatch) -> None:
    """Depth, width, dropout and pixels of B0 to B7, seen where Keras and this would build them."""
    theirs, ours = [], []
    monkeypatch.setattr(
        "keras.src.applications.efficientnet.EfficientNet",
        lambda width, depth, size, dropout, **_: theirs.append((depth, width, size, dropout)),
    )
    monkeypatch.setattr(
        "dlref.models.efficientnet_b.EfficientNet",
        lambda **a: ours.append((a["depth"], a["width"], a["input_shape"], a["dropout"])),
    )
    for number in range(8):
        getattr(keras.applications, f"EfficientNetB{number}")(weights=None)
        getattr(models, f"EfficientNetB{number}")()
    assert [(d, w, (size, size, 3), p) for d, w, size, p in theirs] == ours


ROWS = (16, 1, 3, 1, 1), (24, 2, 3, 2, 6), (40, 2, 5, 2, 6), (80, 3, 3, 2, 6)
ROWS += (112, 3, 5, 1, 6), (192, 4, 5, 2, 6), (320, 1, 3, 1, 6)


def counted(depth: float, width: float, size: int) -> tuple[int, int]:
    """Parameters and multiplications, without building the network."""
    size, c = -(-size // 2), building.eighths(32 * width)
    parameters, products = 7 + 27 * c + 4 * c, size**2 * 27 * c
    for filters, repeats, f, s, t in ROWS:
        for each in range(ceil(depth * repeats)):
            inside, reduced, out = t * c, c // 4, building.eighths(filters * width)
            if t > 1:
                parameters += c * inside + 4 * inside
                products += size**2 * c * inside
            size = -(-size // s) if each == 0 else size
            parameters += f * f * inside + 4 * inside + inside * out + 4 * out
            parameters += 2 * inside * reduced + reduced + inside
            products += size**2 * inside * (f * f + out) + 2 * inside * reduced
            c = out
    last = building.eighths(1280 * width)
    parameters += c * last + 4 * last + (last + 1) * 1000
    return parameters, products + size**2 * c * last + last * 1000


def test_the_page_s_counts() -> None:
    """B0 to B7: parameters, and multiplications in billions; and B0 as it is built."""
    table = (ROOT / "docs/en/models/efficientnet.md").read_text()
    rows = re.findall(
        r"^\| B\d \| (.+?) \| (.+?) \| (\d+) \| .+? \| (.+?) \| (.+?) \|$", table, re.M
    )
    assert len(rows) == 8
    for depth, width, size, parameters, products in rows:
        found = counted(float(depth), float(width), int(size))
        assert (f"{found[0]:,}", f"{found[1] / 1e9:.2f}") == (parameters, products)
    model = EfficientNetB0()
    assert counted(1, 1, 224) == (model.count_params(), multiplications(model).total)


def test_compound_scaling() -> None:
    """phi = 1 has 1.2 times the blocks, rounded up in each row, and 258 pixels; depth and width are those of B2."""
    scaled = EfficientNet(phi=1, include_top=False)
    assert scaled.input_shape == (None, 258, 258, 3)
    names = [layer.name for layer in scaled.layers if layer.name.endswith("_dwconv")]
    assert len(names) == 2 + 3 + 3 + 4 + 4 + 5 + 2
    assert scaled.get_layer("block7a_project_conv").filters == 352  # 1.1 · 320
    assert scaled.count_params() == 7_768_569


def test_blocks_are_left_out_more_and_more_often_picture_by_picture() -> None:
    model = EfficientNet(**SMALL | {"width": 0.5}, stochastic_depth=1.0)
    rates = [layer.rate for layer in model.layers if layer.name.endswith("_drop")]
    assert rates == [b / 16 for b in (2, 4, 6, 7, 9, 10, 12, 13, 14)]
    z = model.get_layer("block6d_drop")(np.ones((400, 2, 2, 3), "float32"), training=True)
    shares = np.unique(np.asarray(z).reshape(400, -1), axis=0)
    np.testing.assert_allclose(shares, [[0] * 12, [8] * 12], rtol=1e-6)  # 1 / (1 - 14 / 16)


def test_saves_and_loads(tmp_path) -> None:
    model = drawn(EfficientNet(**SMALL))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype("float32")
    np.testing.assert_array_equal(loaded(x), model(x))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"phi": -1}, ValueError, "EfficientNet: `phi`"),
        ({"phi": "B0"}, TypeError, "EfficientNet: `phi`"),
        ({"depth": 0}, ValueError, "EfficientNet: `depth`"),
        ({"width": 0}, ValueError, "EfficientNet: `width`"),
        ({"stochastic_depth": 1.5}, ValueError, "EfficientNet: `stochastic_depth`"),
        ({"include_top": 1}, TypeError, "EfficientNet: `include_top`"),
    ],
)
def test_bad_arguments(arguments, error, words) -> None:
    with pytest.raises(error, match=words):
        EfficientNet(**SMALL | arguments)
