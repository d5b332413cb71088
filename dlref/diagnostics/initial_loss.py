r"""The loss before training, against the loss of guessing.

Source: CS231n-6.

$$ L = J - R \tag{1} $$
$$ L_\text{guess} = -\ln \frac{1}{C} \tag{2} $$

$J$ (`J`) is the cost of the model as it is, $R$ (`R`) what regularization adds to it, and $L$ the loss of the data. Who
guesses gives each of the $C$ (`C`) classes the probability $1 / C$, and loses $\ln C$ whatever the labels are: an
untrained network whose outputs are small does the same.

Differs from `keras.Model.evaluate`, whose loss is $J$.
"""

import math
from typing import Any

from keras import ops

from dlref import _checks
from dlref.diagnostics.cost import Cost
from dlref.diagnostics.examples import prepared
from dlref.diagnostics.guessing import guesses
from dlref.diagnostics.initial_loss_report import InitialLoss


def initial_loss(
    model: Any,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    loss: Any = None,
    training: bool = True,
) -> InitialLoss:
    r"""Compares the loss of an untrained model with that of guessing, which is ln C for every cross-entropy.

    The model stays as it is. One that is not built yet is built.

    Args:
        model: a Keras model.
        x: the examples: an array, or arrays in a list or a dictionary. Some hundred are enough.
        y: the labels, as for `fit`.
        sample_weight: the weights of the examples, as for `fit`.
        loss: the loss, as for `compile`; by default the one that the model is compiled with.
        training: whether the model runs as in training. Defaults to True.

    Returns:
        Both losses, and what regularization adds; `print` shows them.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if there are no examples or no loss, if the examples or the cost hold NaN or infinity, or if the
            cost is no single number.

    Example:
        >>> import keras
        >>> last = keras.layers.Dense(10, "softmax", kernel_initializer="zeros")
        >>> model = keras.Sequential([keras.Input((3,)), last])
        >>> labels = keras.ops.arange(4)
        >>> found = initial_loss(model, keras.ops.ones((4, 3)), labels, loss="sparse_categorical_crossentropy")
        >>> round(found.loss, 4), round(found.expected, 4), found.verdict
        (2.3026, 2.3026, 'good')
    """
    training = _checks.boolean("initial_loss", "training", training)
    data = prepared("initial_loss", model, x, y, sample_weight)
    cost = Cost("initial_loss", model, data, loss, training)
    J, R, y_pred = cost.parts()
    J, R = cost.number(J), float(ops.convert_to_numpy(R))
    known = cost.loss is not None and not cost.own
    found = guesses("initial_loss", cost.loss, y_pred, data) if known else ()
    L = J - R  # (1)
    expected = sum(each.weight * _loss_of_guessing(each.classes) for each in found)
    return InitialLoss(L, R, expected if found else None, found, cost.examples)


def _loss_of_guessing(C: int) -> float:
    """Of a cross-entropy of C classes."""
    L_guess = -math.log(1 / C)  # (2)
    return L_guess
