"""Rows of the layers that change images at random."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref.compiling import in_one_program
from dlref.conformance.row import Arrays, Row
from dlref.layers import RandomCrop, RandomFlip, RandomRotation

_DRAWS = 100
# Two images of 3 × 4 numbers, which bfloat16 has, too.
IMAGES = np.arange(24.0).reshape(2, 3, 4, 1)


def all_outcomes(parts: dict[str, Callable[[Any], Any]]) -> Arrays:
    """All different outcomes of each part, whichever are drawn first."""
    x = ops.convert_to_tensor(IMAGES, keras.config.floatx())
    seen = {}
    for words, part in parts.items():
        outputs = ops.convert_to_numpy(ops.cast(part(x), "float32"))
        seen[words] = np.unique(outputs.reshape(len(outputs), -1), axis=0)
    return seen


def _drawn(layer: Any) -> Callable[[Any], Any]:
    """What one of our layers draws, in one program."""
    (start,) = [ops.convert_to_tensor(v.value) for v in layer.variables]
    # Of a seed, its second number counts the draws, of which a call makes two at most.
    seeds = start + ops.cast(np.mgrid[:_DRAWS, :2][0] * [0, 2], start.dtype)

    def outputs(x: Any) -> Any:
        return ops.map(lambda seed: layer.stateless_call([], [seed], x, training=True)[0], seeds)

    return lambda x: in_one_program(outputs, x)(x)


def _repeated(*layers: Any) -> Callable[[Any], Any]:
    """What layers of Keras draw, call by call: not all of them can be compiled."""

    def outputs(x: Any) -> Any:
        found = []
        for _ in range(_DRAWS):
            out = x
            for layer in layers:
                out = layer(out, training=True)
            found.append(out)
        return ops.stack(found)

    return outputs


def _at_test_time(layer: Any) -> Callable[[Any], Any]:
    return lambda x: layer(x, training=False)[None]


def _flips() -> dict[str, Callable[[Any], Any]]:
    return {
        "horizontal": _drawn(RandomFlip("horizontal", seed=0)),
        "vertical": _drawn(RandomFlip("vertical", seed=0)),
        "both": _drawn(RandomFlip(seed=0)),
        "at test time": _at_test_time(RandomFlip()),
    }


def _flips_of_keras() -> dict[str, Callable[[Any], Any]]:
    horizontal, vertical = (
        keras.layers.RandomFlip(mode, seed=seed)
        for seed, mode in enumerate(("horizontal", "vertical"))
    )
    return {
        "horizontal": _repeated(horizontal),
        "vertical": _repeated(vertical),
        "both": _repeated(horizontal, vertical),
        "at test time": _at_test_time(keras.layers.RandomFlip()),
    }


def _crops() -> dict[str, Callable[[Any], Any]]:
    return {
        "2 × 2 pixels": _drawn(RandomCrop(2, 2, seed=0)),
        "as high as the images": _drawn(RandomCrop(3, 2, seed=0)),
        "a place for each image": _drawn(RandomCrop(2, 4, per_image=True, seed=0)),
        "larger than the images": lambda x: RandomCrop(6, 6)(x, training=True)[None],
        "at test time": _at_test_time(RandomCrop(2, 2)),
    }


def _crops_of_keras() -> dict[str, Callable[[Any], Any]]:
    return {
        "2 × 2 pixels": _repeated(keras.layers.RandomCrop(2, 2, seed=0)),
        "as high as the images": lambda x: ops.stack(
            [keras.layers.Cropping2D((0, (a, 2 - a)))(x) for a in range(3)]
        ),
        "a place for each image": lambda x: ops.stack(
            [ops.stack([x[0, a : a + 2], x[1, b : b + 2]]) for a in range(2) for b in range(2)]
        ),
        "larger than the images": lambda x: keras.layers.Resizing(6, 6, crop_to_aspect_ratio=True)(
            x
        )[None],
        "at test time": lambda x: keras.layers.Resizing(2, 2, crop_to_aspect_ratio=True)(x)[None],
    }


# All but the last of a given angle. No place is half-way between two pixels.
ROTATIONS: dict[str, dict[str, Any]] = {
    "mirrored beyond the edges": {"factor": (-0.1, -0.1)},
    "0.5 beyond the edges": {
        "factor": (0.35, 0.35),
        "fill_mode": "constant",
        "fill_value": 0.5,
    },
    "the pixel at the edge": {"factor": (0.05, 0.05), "fill_mode": "nearest"},
    "the nearest pixel": {"factor": (0.1, 0.1), "interpolation": "nearest"},
    "drawn angles": {"factor": (-0.3, 0.1), "seed": 1},
}


def turned(make: Callable[..., Any]) -> Arrays:
    """Images turned in each of these ways, and at test time, in one program."""
    rng = np.random.default_rng(2)
    x = ops.convert_to_tensor(rng.normal(size=(2, 5, 4, 3)), keras.config.floatx())
    layers = {words: make(**arguments) for words, arguments in ROTATIONS.items()}
    at_test_time = make(factor=0.1)

    def outputs(x: Any) -> Any:
        with keras.StatelessScope():  # whose draws do not count
            seen = {words: layer(x, training=True) for words, layer in layers.items()}
            seen["at test time"] = at_test_time(x, training=False)
        return {words: ops.cast(image, "float64") for words, image in seen.items()}

    found = in_one_program(outputs, x)(x)
    return {words: ops.convert_to_numpy(image) for words, image in found.items()}


def _rotation_of_keras(**arguments: Any) -> Callable[..., Any]:
    """On TensorFlow it raises an error unless Keras' precision is float32, whatever its own is."""
    precision = keras.config.floatx()
    layer = keras.layers.RandomRotation(**arguments, dtype=precision)

    def call(*args: Any, **kwargs: Any) -> Any:
        keras.config.set_floatx("float32")
        try:
            return layer(*args, **kwargs)
        finally:
            keras.config.set_floatx(precision)

    return call


ROWS = [
    Row(
        name="layers.RandomFlip",
        builtin="keras.layers.RandomFlip",
        source="CS231n-7; DLS-C2-blog; Flowchart C2; Flowchart C4",
        ours=_flips,
        mapped=_flips_of_keras,
        mapping='"horizontal_and_vertical" = one layer for each',
        unmapped=lambda: {**_flips_of_keras(), "both": _repeated(keras.layers.RandomFlip(seed=0))},
        sentence="Along both axes Keras makes one draw: it mirrors both or none, and never one of them.",
        probe=all_outcomes,
        modes=("eager",),
    ),
    Row(
        name="layers.RandomCrop",
        builtin="keras.layers.RandomCrop",
        source="CS231n-7; DLS-C2-blog; Flowchart C2; Flowchart C4",
        ours=_crops,
        mapped=_crops_of_keras,
        mapping="as high or as wide as the images: Cropping2D for each place; "
        "smaller images, and test time: Resizing(crop_to_aspect_ratio=True)",
        unmapped=lambda: {
            **_crops_of_keras(),
            "as high as the images": _repeated(keras.layers.RandomCrop(3, 2, seed=0)),
            "at test time": _at_test_time(keras.layers.RandomCrop(2, 2)),
        },
        sentence="Keras draws no place unless images are both higher and wider than the crop, and at test time it "
        "returns them as they are, whatever its output shape says.",
        probe=all_outcomes,
        modes=("eager",),
    ),
    Row(
        name="layers.RandomRotation",
        builtin="keras.layers.RandomRotation",
        source="CS231n-7; Flowchart C4",
        ours=lambda: RandomRotation,
        mapped=lambda: _rotation_of_keras,
        mapping='keras.config.set_floatx("float32")',
        sentence="Keras computes places in float32, also of images in float64, and on TensorFlow it raises an error "
        "unless keras.config.floatx() is float32.",
        probe=turned,
        computes={"any": "float32"},
        modes=("eager",),
    ),
]
