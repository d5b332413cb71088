r"""Landmark loss: is there something in the picture, and if so, where are its landmarks?

Source: Flowchart C4.

$$ d = \sum_j (\hat l_j - l_j)^2 \tag{1} $$
$$ \mathcal L = (\hat p - p)^2 + p\, d \tag{2} $$

An output is $\hat p, \hat l_1, \dots, \hat l_{2n}$ of `y_pred`, with labels of the same form in `y_true`. $p$ is 1
where the picture shows what is looked for, such as a face, and 0 where it does not. $l_1, l_2$ are the $x$ and the $y$
of the first landmark, and so on, for $n$ landmarks; where $p$ is 0 they count for nothing and may be NaN. The unit is
free; with shares of the picture both terms have about one size. Keras' `reduction` takes the mean over all examples.

Differs from `keras.losses.MeanSquaredError`, which takes the mean over the outputs, and counts landmarks of what is not
there. In half precision dlref computes in float32 and rounds the result.
"""

from typing import Any

import keras
from keras import ops

from dlref.losses.in_float32 import InFloat32


@keras.saving.register_keras_serializable("dlref")
class LandmarkLoss(InFloat32):
    r"""Squared error of $1 + 2n$ outputs, in which the landmarks count only where they are there.

    Args:
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the shapes of labels and predictions differ, or the last axis is not 3, 5, 7 and so on.

    Example:
        >>> loss = LandmarkLoss(reduction=None)
        >>> there, not_there = [1, 0.5, 0.25], [0, float("nan"), float("nan")]
        >>> [float(each) for each in loss([there, not_there], [[0.5, 0.5, 0.75], [0.5, 0.1, 0.2]])]
        [0.5, 0.25]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example: labels and predictions $(m, ..., 1 + 2n)$ to $(m, ...)$."""
        y, y_hat = self.same_shape(y_true, y_pred)
        outputs = (y_hat.shape or [None])[-1] or 0
        if outputs < 3 or outputs % 2 == 0:
            raise ValueError(
                "LandmarkLoss: `y_pred` must have 1 + 2n outputs: whether there is something, and x and y of each of n "
                f"landmarks. Received: y_pred.shape={tuple(y_hat.shape)}."
            )
        p, p_hat, l_hat = y[..., 0], y_hat[..., 0], y_hat[..., 1:]
        l = ops.where(p[..., None] == 0, 0, y[..., 1:])  # 0 times NaN would be NaN

        d = ops.sum(ops.square(l_hat - l), -1)  # (1)
        return ops.square(p_hat - p) + p * d  # (2)
