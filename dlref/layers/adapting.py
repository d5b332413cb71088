"""What a layer that adapts is given: batches, in whatever form they come, or the statistics themselves."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import keras
import numpy as np

NUMBERS = 2**16  # in float64 they fit a processor's cache


def features(owner: str, axes: Sequence[int], shape: Sequence[int | None] | None) -> dict[int, int]:
    """The axes of the features, counted from 0, in their order, with their sizes.

    Raises:
        ValueError: if the shape is unknown, inputs of it have no such axis, its size is unknown, or it is named twice.
    """
    if shape is None:  # as Keras says of TensorFlow's tensors on another backend
        raise ValueError(
            f"{owner}: `inputs` must be of known shape. Received: none. Before a tf.data pipeline: layer.build(shape)."
        )
    rank, received = len(shape), f"Received: axis={tuple(axes)}, inputs.shape={tuple(shape)}."
    if any(not -rank <= axis < rank for axis in axes):
        raise ValueError(
            f"{owner}: All `axis` values must be in the range [{-rank}, {rank}). {received}"
        )
    kept = sorted({axis % rank for axis in axes})
    sizes = {axis: n for axis in kept if (n := shape[axis]) is not None}
    if len(sizes) < len(axes):
        raise ValueError(
            f"{owner}: All `axis` values to be kept must have a known size, and be named once. {received}"
        )
    return sizes


def values(layer: Any, data: Any, at_once: int = NUMBERS) -> Iterator[np.ndarray]:
    """The values of each feature in a column, about so many numbers at once; the first batch builds the layer.

    Raises:
        TypeError: if `data` holds no arrays of numbers.
        ValueError: if it is empty, endless, or of another shape than `layer.built_for`, where None is any size.
    """
    owner, empty = type(layer).__name__, True
    for batch in batches(owner, data):
        if not layer.built:
            layer.build(batch.shape)
        built = layer.built_for
        sizes = zip(built, batch.shape, strict=False)
        if len(batch.shape) != len(built) or any(n not in (None, m) for n, m in sizes):
            raise ValueError(
                f"{owner}: `data` has an incompatible shape. Received: {batch.shape}, where the layer is built for "
                f"{tuple(built)}."
            )
        axes = [axis for axis, n in enumerate(built) if n is not None]
        for part in columns(batch, axes, at_once):
            empty = False
            yield part
    if empty:
        raise ValueError(
            f"{owner}: `data` must hold examples. Received: an empty iterable or array."
        )


def batches(owner: str, data: Any) -> Iterator[np.ndarray]:
    """The inputs of each batch: one of an array, and those of a dataset, without its labels.

    Raises:
        TypeError: if `data` holds no arrays of numbers.
        ValueError: if it never ends.
    """
    if hasattr(data, "shape"):
        yield _array(owner, "data", data)
        return
    if not isinstance(data, Iterable | keras.utils.PyDataset) or isinstance(data, str | bytes):
        raise TypeError(
            f"{owner}: `data` must be an array, a tf.data.Dataset, a keras.utils.PyDataset, or an iterable of batches. "
            f"Received: {type(data).__name__}."
        )
    if _is_endless(data):
        raise ValueError(
            f"{owner}: `data` must end. Received: a {type(data).__name__} that repeats for ever. Adapt to it before "
            "`repeat`, or to a part of it: `data.take(steps)`."
        )
    for batch in data.batch(128) if _is_of_vectors(data) else data:
        x = batch[0] if isinstance(batch, tuple) else batch
        if not hasattr(x, "shape"):
            raise TypeError(
                f"{owner}: each batch of `data` must be an array, with a `.shape`, or a tuple that starts with one. "
                f"Received: {type(x).__name__}. A list of numbers becomes an array by np.array(data)."
            )
        yield _array(owner, "data", x)


def columns(batch: np.ndarray, axes: Sequence[int], at_once: int) -> Iterator[np.ndarray]:
    """The values of a batch in float64, those of each feature in a column; a part of the examples at a time."""
    batch = np.atleast_1d(batch)
    order = [*axes, *(axis for axis in range(batch.ndim) if axis not in axes)]
    examples = len(batch) if 0 in axes else at_once * len(batch) // max(1, batch.size)
    for start in range(0, len(batch), max(1, examples)):
        part = batch[start : start + max(1, examples)].transpose(order)
        rows = math.prod(part.shape[: len(axes)])
        if part.size:  # a column lies in one piece, which makes sums fast
            yield part.astype("float64", order="C").reshape(rows, -1).T


def check_finite(owner: str, statistics: np.ndarray, dtype: str) -> None:
    """Raises ValueError if a feature has no mean or no variance in `dtype`."""
    with np.errstate(over="ignore"):
        lost = ~np.isfinite(statistics.astype(dtype)).all(0)
    if lost.any():
        raise ValueError(
            f"{owner}: `data` must hold finite numbers, whose variance is finite in {dtype}. Received: {lost.sum()} of "
            f"{lost.size} features with NaN, infinite or too large numbers, the first {np.argwhere(lost)[0].tolist()} "
            f"of shape {lost.shape}. Leave these examples out, fill in what is missing, or rescale."
        )


def statistic(owner: str, argument: str, value: Any, axes: int) -> Any:
    """A given mean or variance as a number, or nested lists, as a config has them.

    Raises:
        TypeError: if `value` holds no real numbers.
        ValueError: if one is not finite, or a variance negative, or there are more than so many axes.
    """
    if value is None:
        return None
    array = _array(owner, argument, value).astype("float64")
    low = 0.0 if argument == "variance" else -np.inf
    if array.ndim > axes or not np.isfinite(array).all() or (array < low).any():
        kind = "finite numbers, none of them negative," if low == 0 else "finite numbers"
        raise ValueError(
            f"{owner}: `{argument}` must hold {kind} along as many axes as `axis` names, {axes}, or fewer. "
            f"Received: {argument}={value!r:.99}."
        )
    return array.tolist()


def spread(owner: str, argument: str, value: Any, sizes: Sequence[int]) -> np.ndarray:
    """A given mean or variance with an entry for each feature.

    Raises:
        ValueError: if it does not broadcast to these sizes.
    """
    try:
        return np.broadcast_to(value, sizes)
    except ValueError as error:
        raise ValueError(
            f"{owner}: `{argument}` must broadcast to the sizes of the inputs along `axis`, {tuple(sizes)}. "
            f"Received: {argument} of shape {np.shape(value)}."
        ) from error


def _array(owner: str, argument: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{owner}: `{argument}` must hold real numbers. Received: {error}"
        ) from error
    if array.dtype.kind not in "biuf" and array.dtype.name != "bfloat16":
        raise TypeError(
            f"{owner}: `{argument}` must hold real numbers. Received: {type(value).__name__} of {array.dtype}."
        )
    return array


def _is_endless(data: Any) -> bool:
    if isinstance(data, keras.utils.PyDataset):
        return data.num_batches is None
    return hasattr(data, "cardinality") and int(data.cardinality()) == -1  # a tf.data.Dataset


def _is_of_vectors(data: Any) -> bool:
    """Whether it is a tf.data.Dataset of single examples, that is of vectors."""
    spec = getattr(data, "element_spec", None)
    spec = spec[0] if isinstance(spec, tuple) else spec
    return spec is not None and len(getattr(spec, "shape", ())) == 1
