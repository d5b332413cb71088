r"""The activations of a network, layer by layer: their mean and spread, and the shares that are dead or saturated.

Sources: CS231n-6; Flowchart C1.

$$ \mu = \frac{1}{N} \sum_k a_k \tag{1} $$
$$ \sigma = \sqrt{\frac{1}{N} \sum_k (a_k - \mu)^2} \tag{2} $$
$$ d = \frac{1}{n} \#\{j : \max_i a_{ij} \le 0\} \tag{3} $$
$$ s = \frac{1}{N} \#\{k : |a_k| > 0.97\} \tag{4} $$

$a$ (`a`) are the activations of one layer: $a_{ij}$ of example $i$ and unit $j$, or $a_k$ of all $N$ (`N`) of them, and
$n$ (`n`) is the number of units. A ReLU unit is dead if it is 0 for every example: its gradient is 0 too, and nothing
brings it back. A tanh is saturated where its slope, $1 - a^2$, is less than 6 % of the largest; of a sigmoid (4) counts
$2 a - 1$, which is tanh of half its input.

Equals `numpy.mean` and `numpy.std` of what the layer returns.
"""

import math
from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.diagnostics.activation_report import ActivationStatistics, LayerActivations, kind_of
from dlref.diagnostics.examples import prepared
from dlref.diagnostics.layer_outputs import LayerOutputs


def activation_statistics(model: Any, x: Any, training: bool = True) -> ActivationStatistics:
    r"""Measures what every layer of a Keras model returns for some examples.

    The model stays as it is. One that is not built yet is built.

    Args:
        model: a Keras model.
        x: the examples: an array, or arrays in a list or a dictionary. Some hundred are enough.
        training: whether the model runs as in training. Defaults to True. At test time an untrained batch
            normalization changes nothing.

    Returns:
        Mean, standard deviation and shares of each layer; `print` shows them as a table.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if there are no examples, or if they hold NaN or infinity.

    Example:
        >>> layers = [keras.layers.Dense(500, "tanh", kernel_initializer="random_normal") for _ in range(3)]
        >>> model = keras.Sequential([keras.Input((500,)), *layers, keras.layers.Dense(10)])
        >>> found = activation_statistics(model, keras.random.normal((100, 500), seed=0))
        >>> [found.layers[0].std > 0.6, found.layers[2].std > 0.6, found.verdict]
        [True, False, 'good']
    """
    training = _checks.boolean("activation_statistics", "training", training)
    x = prepared("activation_statistics", model, x)[0]
    outputs = LayerOutputs(model, _statistics, training)
    layers = []
    for layer, measured in outputs(x):
        mean, std, *share = (float(ops.convert_to_numpy(value)) for value in measured)
        kind = kind_of(layer) if share else None
        layers.append(LayerActivations(layer.name, kind, *share, mean=mean, std=std))
    return ActivationStatistics(tuple(layers), len(keras.tree.flatten(x)[0]), training)


def _statistics(layer: Any, a: Any, last: bool) -> list[Any] | None:
    """Of a hidden layer, its share too."""
    if "float" not in keras.backend.standardize_dtype(a.dtype):
        return None
    return [*_spread(_wide(a)), *([] if last else _share_of(layer, a) or [])]


def _spread(a: Any) -> tuple[Any, Any]:
    N = math.prod(a.shape)
    mu = ops.sum(a) / N  # (1)
    sigma = ops.sqrt(ops.sum((a - mu) ** 2) / N)  # (2)
    return mu, sigma


def _share_of(layer: Any, a: Any) -> list[Any] | None:
    """The share of units that are dead, or of outputs that are saturated, where the layer can be either."""
    kind = kind_of(layer)
    if kind == "dead":
        return [_dead(_by_unit(layer, _wide(a)))]
    if kind == "saturated":
        a = _wide(a)
        return [_saturated(2 * a - 1 if layer.activation.__name__ == "sigmoid" else a)]
    return None


def _dead(a: Any) -> Any:
    n = a.shape[1]
    d = ops.sum(ops.cast(ops.max(a, 0) <= 0, a.dtype)) / n  # (3)
    return d


def _saturated(a: Any) -> Any:
    N = math.prod(a.shape)
    s = ops.sum(ops.cast(ops.abs(a) > 0.97, a.dtype)) / N  # (4)
    return s


def _by_unit(layer: Any, a: Any) -> Any:
    """A matrix whose columns are units: entries of the last axis, or the channels that stand first."""
    order = getattr(layer, "data_format", None)
    if order is None and len(a.shape) > 3:
        order = keras.config.image_data_format()
    if order == "channels_first":
        a = ops.moveaxis(a, 1, -1)
    return ops.reshape(a, (-1, a.shape[-1]))


def _wide(a: Any) -> Any:
    """Sums of many entries overflow in half precision."""
    return a if keras.backend.standardize_dtype(a.dtype) == "float64" else ops.cast(a, "float32")
