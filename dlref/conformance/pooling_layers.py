"""Rows of the layers that pool."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import permutations
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref import layers as ours
from dlref.compiling import in_one_program
from dlref.conformance.convolution_layers import of_pictures, then
from dlref.conformance.row import Arrays, Row
from dlref.gradients import named
from dlref.layers import FractionalMaxPooling2D

DRAWS = 100
ROWS_OF_6 = (1.5, 1)  # 6 rows in 4 regions


def pooled(parts: dict[str, Callable[[Any], Any]]) -> Arrays:
    """Output and gradient where nothing is random, and all different outputs where something is.

    Of six maps of 6 × 8, each with the numbers from −3 to 2.875 in eighths, which bfloat16 has, too.
    """
    rng = np.random.default_rng(0)
    maps = rng.permuted(np.tile(np.arange(48) / 8 - 3, (6, 1)), axis=1)
    z = maps.T.reshape(6, 8, 2, 3).transpose(2, 0, 1, 3)
    upstream = rng.normal(size=(2, 3, 2, 3))
    seen = {}
    for words, part in parts.items():
        if isinstance(part, keras.Layer):
            seen |= named(part, {"inputs": z}, upstream, f", {words}")
        else:
            column = ops.convert_to_tensor(z[:1, :, :1, :1], keras.config.floatx())
            seen[words] = np.unique(ops.convert_to_numpy(ops.cast(part(column), "float32")), axis=0)
    return seen


def _all_drawn(**options: Any) -> Callable[[Any], Any]:
    layer = FractionalMaxPooling2D(ROWS_OF_6, seed=0, **options)
    (start,) = [ops.convert_to_tensor(v.value) for v in layer.variables]
    # Of a seed, its second number counts the draws: one for the rows, one for the columns.
    seeds = start + ops.cast(np.mgrid[:DRAWS, :2][0] * [0, 2], start.dtype)

    def outputs(column: Any) -> Any:
        def one(seed: Any) -> Any:
            return layer.stateless_call([], [seed], column)[0]

        return ops.reshape(ops.map(one, seeds), (DRAWS, -1))

    return lambda column: in_one_program(outputs, column)(column)


def _each_of(sizes: Iterable[tuple[int, ...]], overlap: int = 0) -> Callable[[Any], Any]:
    """keras.ops.max_pool of each region in turn, which have these sizes."""

    def outputs(column: Any) -> Any:
        found = []
        for each in sizes:
            starts = np.cumsum(each) - each
            sizes_and_starts = zip(each, starts, strict=True)
            regions = [column[:, a : a + d + overlap] for d, a in sizes_and_starts]
            found.append([ops.max_pool(r, (r.shape[1], 1), strides=1)[0, 0, 0, 0] for r in regions])
        return ops.stack([ops.stack(each) for each in found])

    return outputs


WORDS = np.array([[True, True, False], [False, True, True], [True, True, True]])


def of_sequences(layer: keras.Layer) -> Arrays:
    """Means and gradients of three sequences: of all steps, and of those that the mask leaves, along either axis."""
    rng = np.random.default_rng(0)
    swapped = {"data_format": "channels_first", "keepdims": True}
    first = layer.from_config({**layer.get_config(), **swapped})
    mask = ops.convert_to_tensor(WORDS)

    def outputs(x: Any) -> Any:
        kept = first(ops.swapaxes(x, 1, 2), mask=mask)
        return ops.concatenate([layer(x), layer(x, mask=mask), kept[:, :, 0]], -1)

    return named(outputs, {"inputs": rng.normal(size=(3, 3, 4))}, rng.normal(size=(3, 12)))


_IN_ANY_ORDER = sorted(set(permutations((1, 1, 2, 2))))
_EVENLY = [(1, 2, 1, 2), (2, 1, 2, 1)]


def _ours() -> dict[str, Callable[[Any], Any]]:
    return {
        "no overlap": FractionalMaxPooling2D((2, 4), seed=0),
        "overlap": FractionalMaxPooling2D((2, 4), overlapping=True, seed=0),
        "all outputs in any order": _all_drawn(),
        "all outputs in any order, overlap": _all_drawn(overlapping=True),
        "all outputs evenly": _all_drawn(pseudo_random=True),
        "all outputs evenly, overlap": _all_drawn(pseudo_random=True, overlapping=True),
    }


def _of_keras() -> dict[str, Callable[[Any], Any]]:
    return {
        "no overlap": keras.layers.MaxPooling2D((2, 4)),
        "overlap": keras.layers.MaxPooling2D((3, 5), strides=(2, 4), padding="same"),
        "all outputs in any order": _each_of(_IN_ANY_ORDER),
        "all outputs in any order, overlap": _each_of(_IN_ANY_ORDER, overlap=1),
        "all outputs evenly": _each_of(_EVENLY),
        "all outputs evenly, overlap": _each_of(_EVENLY, overlap=1),
    }


def _row(name: str, **kwargs: Any) -> Row:
    row = {"builtin": f"keras.layers.{name}", "source": "Flowchart C4", "gradients": True}
    return Row(name=f"layers.{name}", probe=of_pictures, **(row | kwargs))


def _rows(name: str) -> list[Row]:
    of_ours, of_keras = getattr(ours, name), getattr(keras.layers, name)
    return [
        _row(
            name,
            ours=partial(of_ours, (2, 3), 1),
            mapped=partial(of_keras, (2, 3), 1),
            mapping='padding = "valid"',
        ),
        _row(
            name,
            ours=partial(of_ours, 2, padding="same"),
            mapped=partial(of_keras, 2, padding="same"),
            mapping='padding = "same", pool_size = strides = 2',
        ),
        _row(
            name,
            ours=partial(of_ours, 3, 2, "same"),
            mapped=lambda: then(of_keras(3, 1, "same"), slice(None, None, 2)),
            unmapped=partial(of_keras, 3, 2, "same"),
            mapping='padding = "same", pool_size = 3, strides = 2: strides = 1, then [:, ::2, ::2]',
            sentence="With strides Keras pads as little as the size of the outputs needs, the odd row at the end.",
        ),
    ]


ROWS = [
    *_rows("MaxPooling2D"),
    *_rows("AveragePooling2D"),
    Row(
        name="layers.FractionalMaxPooling2D",
        builtin="keras.layers.MaxPooling2D",
        source="CS231n-7",
        ours=_ours,
        mapped=_of_keras,
        mapping="pool_size = pooling_ratio where it divides the size; else a max pooling for each region",
        sentence="Equal for the same regions. Keras has none of random sizes.",
        probe=pooled,
        gradients=True,
    ),
    Row(
        name="layers.GlobalAveragePooling1D",
        builtin="keras.layers.GlobalAveragePooling1D",
        source="Flowchart C5",
        ours=ours.GlobalAveragePooling1D,
        mapped=keras.layers.GlobalAveragePooling1D,
        sentence="Of a sequence that is padding throughout Keras' mean is NaN.",
        probe=of_sequences,
        gradients=True,
        computes={"jax": "float32"},
    ),
]
