r"""Batch normalization at test time with the statistics of the whole training set.

Sources: DLS-C2W3; CS231n-6.

$$ \mu_\text{test} = \frac{1}{m} \sum_{i=1}^m z^{(i)} \tag{1} $$
$$ \sigma^2_\text{test} = \frac{1}{m} \sum_{i=1}^m (z^{(i)} - \mu_\text{test})^2 \tag{2} $$

$z^{(i)}$ runs over the inputs that the layer gets for the whole training set, $m$ values per channel: everything that a
mask leaves, along all axes but the layer's `axis`. They replace `moving_mean` and `moving_variance`, the weighted
averages over recent mini-batches, which still follow weights that have since changed.

Keras has no built-in of this form.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from dlref import _checks
from dlref.layers.batch_normalization import BatchNormalization


def whole_set_statistics(model: keras.Model, x: Any, batch_size: int = 256) -> None:
    r"""Sets $\mu_\text{test}$ and $\sigma^2_\text{test}$ of each `BatchNormalization` of `model` over all of `x`.

    The layers are taken in the order in which the model calls them, each as at test time with those before it already
    set: two passes over `x` per layer, and no more of `x` in memory than one mini-batch.

    Args:
        model: a built model with `dlref.layers.BatchNormalization` in it.
        x: the training inputs, an array of shape $(m, ...)$, or the structure of arrays that the model takes.
        batch_size: examples in one pass through the model. Defaults to 256; it does not change the result.

    Raises:
        TypeError: if `batch_size` is not an integer.
        ValueError: if `batch_size` is smaller than 1, `x` is empty, or the model calls no such layer.

    Example:
        >>> import numpy as np
        >>> layer = BatchNormalization()
        >>> model = keras.Sequential([keras.Input((1,)), layer])
        >>> whole_set_statistics(model, np.array([[1.0], [2.0], [6.0]]))
        >>> float(layer.moving_mean[0])
        3.0
    """
    batch_size = _checks.integer("whole_set_statistics", "batch_size", batch_size, low=1)
    examples = _count(model, x)
    batch_size = min(batch_size, examples)
    for layer in _in_order_of_calls(model, _examples(x, 0, 1)):

        def mean(value: Any, layer: BatchNormalization = layer) -> Any:
            total, m = 0.0, 0.0
            for start in range(0, examples, batch_size):
                for z, w in _inputs(model, layer, _examples(x, start, start + batch_size)):
                    total, m = total + np.sum(value(z), 0, where=w), m + np.sum(w, 0)
            return total / np.maximum(m, 1)  # a channel that is always masked has mean 0, not 0/0

        mu_test = mean(lambda z: z)  # (1)
        sigma2_test = mean(lambda z, mu_test=mu_test: (z - mu_test) ** 2)  # (2)
        layer.moving_mean.assign(mu_test)
        layer.moving_variance.assign(sigma2_test)


def _count(model: Any, x: Any) -> int:
    """The number of examples, if there is a model and there are any."""
    if not isinstance(model, keras.Layer):
        raise TypeError(
            f"whole_set_statistics: `model` must be a Keras model. Received: {type(model).__name__}."
        )
    arrays = keras.tree.flatten(x)
    lengths = [len(a) if getattr(a, "shape", ()) else None for a in arrays]
    if not arrays or not lengths[0] or len(set(lengths)) > 1:
        raise ValueError(
            "whole_set_statistics: `x` must be one array, or arrays of the same length, with at least one example. "
            f"Received: {len(arrays)} of length {lengths[0] if len(set(lengths)) == 1 else lengths}."
        )
    return lengths[0]


def _examples(x: Any, start: int, stop: int) -> Any:
    return keras.tree.map_structure(lambda array: array[start:stop], x)


def _in_order_of_calls(model: keras.Model, x: Any) -> list[BatchNormalization]:
    layers = [n for n in model._flatten_layers() if isinstance(n, BatchNormalization)]
    called: list[BatchNormalization] = []
    with contextlib.ExitStack() as stack:
        for layer in layers:
            stack.enter_context(_observed(layer, lambda *_, layer=layer: called.append(layer)))
        model(x, training=False)
    if not called:
        raise ValueError(
            "whole_set_statistics: `model` must call a dlref.layers.BatchNormalization. "
            f"Received: {model.name!r}, which calls none."
        )
    return list(dict.fromkeys(called))


def _inputs(model: keras.Model, layer: BatchNormalization, x: Any) -> list[tuple[Any, Any]]:
    """The values that reach `layer`, $(n, channels)$, and which of them count: those that no mask leaves out."""
    seen: list[tuple[Any, Any]] = []

    def observe(z: Any, mask: Any = None) -> None:
        z = keras.ops.convert_to_numpy(z).astype("float64")
        w = np.ones(z.shape, bool)
        if mask is not None:
            w &= np.expand_dims(keras.ops.convert_to_numpy(mask).astype(bool), -1)
        axis, channels = layer.axis, z.shape[layer.axis]
        z, w = (np.moveaxis(v, axis, -1).reshape(-1, channels) for v in (z, w))
        seen.append((z, w))

    with _observed(layer, observe):
        model(x, training=False)
    return seen


@contextlib.contextmanager
def _observed(layer: BatchNormalization, observe: Any) -> Iterator[None]:
    call = layer.call

    def observing(inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        observe(inputs, mask)
        return call(inputs, training=training, mask=mask)

    layer.call = observing  # type: ignore[method-assign]
    try:
        yield
    finally:
        del layer.call
