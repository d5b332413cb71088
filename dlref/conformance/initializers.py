"""Rows of the initializers: equal draw for draw, from the same seed."""

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import initializers as ours
from dlref.compiling import compiled
from dlref.conformance.row import Arrays, Row


def draws(initializer: Any) -> Arrays:
    """The draws for a dense and for a convolution kernel."""
    dtype = keras.config.floatx()
    shapes = ((64, 32), (3, 3, 4, 8))
    drawn = compiled(lambda: [initializer(shape, dtype=dtype) for shape in shapes])()
    return {
        f"weights of shape {shape}": ops.convert_to_numpy(weights)
        for shape, weights in zip(shapes, drawn, strict=True)
    }


def law(initializer: Any) -> Arrays:
    """The quantiles of 200,000 draws in units of the largest; the outermost show whether tails are cut off."""
    dtype, levels = keras.config.floatx(), (0.001, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 0.999)
    return {
        f"quantiles of weights of shape {shape}": 20
        * np.quantile(ops.convert_to_numpy(initializer(shape, dtype=dtype)), levels)
        for shape in ((1000, 200), (3, 3, 60, 370))
    }


_scaled = partial(keras.initializers.VarianceScaling, mode="fan_in", seed=0)
ROWS = [
    Row(
        name="initializers.SmallNormal",
        builtin="keras.initializers.RandomNormal",
        source="CS231n-6",
        ours=partial(ours.SmallNormal, seed=0),
        mapped=partial(keras.initializers.RandomNormal, stddev=0.01, seed=0),
        mapping="stddev = 0.01, draw for draw",
        unmapped=partial(keras.initializers.RandomNormal, seed=0),
        sentence="Keras' default standard deviation is 0.05.",
        probe=draws,
        law=law,
    ),
    Row(
        name="initializers.XavierNormal",
        builtin="keras.initializers.VarianceScaling",
        source="CS231n-6; DLS-C2-blog; Flowchart C2",
        ours=partial(ours.XavierNormal, seed=0),
        mapped=partial(_scaled, scale=1.0, distribution="untruncated_normal"),
        mapping="VarianceScaling(1.0, fan_in, untruncated_normal), draw for draw",
        unmapped=partial(keras.initializers.GlorotNormal, seed=0),
        sentence="Keras' GlorotNormal has variance 2/(n_in + n_out) and truncates.",
        probe=draws,
        law=law,
    ),
    Row(
        name="initializers.HeNormal",
        builtin="keras.initializers.VarianceScaling",
        source="CS231n-6; DLS-C2-blog; Flowchart C2",
        ours=partial(ours.HeNormal, seed=0),
        mapped=partial(_scaled, scale=2.0, distribution="untruncated_normal"),
        mapping="VarianceScaling(2.0, fan_in, untruncated_normal), draw for draw",
        unmapped=partial(keras.initializers.HeNormal, seed=0),
        sentence="Keras' HeNormal cuts the tails off at 2.27 standard deviations.",
        probe=draws,
        law=law,
    ),
]
