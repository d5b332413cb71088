"""Trains a Keras model on all examples at once, by a method that needs the same function each time."""

from typing import Any

import keras
import numpy as np
from keras import ops

from dlref.diagnostics.cost import Cost
from dlref.diagnostics.double_precision import double_precision
from dlref.diagnostics.examples import prepared, require_trainable
from dlref.optimizers.bfgs import LBFGS
from dlref.optimizers.descent import LineSearchMethod
from dlref.optimizers.newton import Newton

_OWNER = "fit_full_batch"


def fit_full_batch(
    model: Any, x: Any, y: Any = None, *, sample_weight: Any = None, optimizer: Any = None
) -> keras.callbacks.History:
    """Minimizes the cost of a compiled model over all examples, by its trainable weights.

    Cost and gradient are one compiled function, in float64 whatever the model's dtype.

    Args:
        model: a Keras model that is compiled with a loss; the optimizer in `compile` is not used.
        x: all examples, as an array or arrays.
        y: their labels. Defaults to None.
        sample_weight: the weight of each example. Defaults to None.
        optimizer: an `LBFGS`, a `BFGS` or a `Newton`. Defaults to None, `LBFGS()`.

    Returns:
        A record like that of `fit`, with `history["loss"]` at the start and after each iteration, and `minimum`: the
        iterations, the evaluations and why it ended.

    Raises:
        TypeError: if the model is no Keras model, or the optimizer is none of the three.
        ValueError: if the model has no loss, no trainable weights, or changes with each call, as with dropout; or if
            the data are no arrays, do not fit or hold NaN.

    Example:
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile(loss="mse")
        >>> history = fit_full_batch(model, np.array([[0.0], [1.0]]), np.array([[1.0], [3.0]]))
        >>> [float(v.numpy().round(3).item()) for v in model.weights], history.minimum.converged
        ([2.0, 1.0], True)
    """
    optimizer = LBFGS() if optimizer is None else optimizer
    if not isinstance(optimizer, LineSearchMethod | Newton):
        raise TypeError(
            f"{_OWNER}: `optimizer` must be a dlref.optimizers.LBFGS, BFGS or Newton. Received: "
            f"{type(optimizer).__name__}. One that takes mini-batches goes into `compile`."
        )
    if not isinstance(x, dict | list | tuple) and not ops.is_tensor(x) and not hasattr(x, "shape"):
        raise ValueError(
            f"{_OWNER}: `x` must hold all examples in arrays: mini-batches would be another function in each "
            f"evaluation. Received: {type(x).__name__}."
        )
    data = prepared(_OWNER, model, x, y, sample_weight)
    require_trainable(_OWNER, model)
    with double_precision():
        cost = Cost(_OWNER, model, data, None, training=True)
        _require_one_function(model, cost.data[0])
        cost.number(cost(ops.convert_to_tensor(cost.start, "float64")))
        of_tensors = lambda theta: cost(ops.convert_to_tensor(theta, "float64"))  # noqa: E731
        minimum = optimizer.minimize(of_tensors, cost.start)
    parts = np.split(minimum.x, np.cumsum(cost.sizes)[:-1])
    for variable, part in zip(cost.parameters, parts, strict=True):
        variable.assign(part.reshape(variable.shape))
    history: Any = keras.callbacks.History()
    history.set_model(model)
    history.history, history.epoch = {"loss": minimum.values}, list(range(len(minimum.values)))
    history.minimum = minimum
    return history


def _require_one_function(model: Any, x: Any) -> None:
    """A ValueError where a call in training changes the model's state: seeds, and averages of batches."""
    state = model.non_trainable_variables
    trained, before = ([v.value for v in vs] for vs in (model.trainable_variables, state))
    _, after = model.stateless_call(trained, before, x, training=True)
    changed = [
        v.path
        for v, a, b in zip(state, before, after, strict=True)
        if not np.array_equal(ops.convert_to_numpy(a), ops.convert_to_numpy(b))
    ]
    if changed:
        raise ValueError(
            f"{_OWNER}: the model must be the same function in each evaluation. Received: training changes "
            f"{', '.join(changed)}. Leave out dropout and noise, and freeze batch normalization: trainable = False."
        )
