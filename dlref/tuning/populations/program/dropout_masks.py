"""The masks of dropout in a population: as random for each trial as alone, and cheap.

Random numbers are drawn once for all trials, outside the compiled program, and each trial turns them around the circle
by an offset of its own: `frac(u + offset)` is uniform if u is. A number depends on (seed, epoch, step, layer) and on
its unit's place alone: not on the width of the layer, so that a unit of a padded net meets the mask it would meet in
the narrow one, and not on the backend.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops, tree

from dlref._compat import keras as keras_src
from dlref.layers import dropout
from dlref.tuning.populations.model.unsupported import Unsupported

KERAS = (
    keras.layers.Dropout,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
    keras.layers.SpatialDropout3D,
)
OURS = (dropout.Dropout, dropout.VanillaDropout)


class DropoutMasks:
    """The dropout layers of a model, and their random numbers.

    Args:
        model: a built model.
        x: a few examples, with which the shapes of the masks are found.
    """

    def __init__(self, model: keras.Model, x: Any) -> None:
        self.layers = [v for v in model._flatten_layers() if type(v) in (*KERAS, *OURS)]
        self.shapes: list[tuple[int, ...]] = [(0,)] * len(self.layers)
        if self.layers:
            like = tree.map_structure(lambda a: keras.KerasTensor(a.shape, str(a.dtype)), x)
            with self._replaced(self._record):
                keras_src.compute_output_spec(lambda inputs: model(inputs, training=True), like)

    def draw(self, key: list[int], steps: range, batch: int) -> list[np.ndarray]:
        """For each layer uniform numbers in [0, 1), of shape (steps, batch, ...)."""
        return [
            np.stack([self._draw([*key, i, step], shape, batch) for step in steps])
            for i, shape in enumerate(self.shapes)
        ]

    @contextmanager
    def given(self, numbers: Any, offsets: Any) -> Iterator[None]:
        """Within it layer i takes `numbers[i]`, of shape (batch, ...), turned by `offsets[i]`."""

        def take(i: int, x: Any) -> Any:
            turned = numbers[i] + offsets[i]
            # As the rates are, which it is compared with.
            return ops.cast(turned - ops.floor(turned), keras.config.floatx())

        with self._replaced(take):
            yield

    @contextmanager
    def _replaced(self, rand: Callable[[int, Any], Any]) -> Iterator[None]:
        for i, layer in enumerate(self.layers):
            ours = type(layer) in OURS
            method = partial(rand, i) if ours else partial(_call, layer, partial(rand, i))
            object.__setattr__(layer, "_random" if ours else "call", method)
        try:
            yield
        finally:
            for layer in self.layers:
                object.__delattr__(layer, "_random" if type(layer) in OURS else "call")

    def _record(self, i: int, x: Any) -> Any:
        layer = self.layers[i]
        if self.shapes[i] != (0,):
            raise Unsupported(f"the layer {layer.name} is called more than once")
        shape = getattr(layer, "_get_noise_shape", lambda x: layer.noise_shape)(x)
        sizes = [n or m for n, m in zip(shape or x.shape, x.shape, strict=True)]
        self.shapes[i] = tuple(int(size) for size in sizes[1:])
        return ops.zeros(x.shape)

    def _draw(self, key: list[int], shape: tuple[int, ...], batch: int) -> np.ndarray:
        *places, units = shape
        generator = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))
        # The units first: fewer units are the beginning of the same numbers.
        return np.moveaxis(generator.random((units, batch, *places), dtype="float32"), 0, -1)


def _call(layer: Any, rand: Callable[[Any], Any], inputs: Any, training: bool = False) -> Any:
    """What `keras.layers.Dropout` does, of a rate that may be a tensor."""
    if not training:
        return inputs
    keep_prob = 1 - ops.convert_to_tensor(layer.rate, keras.config.floatx())
    divisor = ops.cast(ops.where(keep_prob > 0, keep_prob, 1), inputs.dtype)
    return ops.where(rand(inputs) < keep_prob, inputs / divisor, 0)
