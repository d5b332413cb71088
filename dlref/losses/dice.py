r"""Dice loss: how much of a mask and of what was found do not overlap.

Sources: Milletari et al. 2016; Sudre et al. 2017.

$$ D = \frac{2 \sum_i p_i\, y_i + \epsilon}{\sum_i p_i + \sum_i y_i + \epsilon} \tag{1} $$
$$ \mathcal L = \frac{1}{C} \sum_{c=1}^{C} (1 - D_c) \tag{2} $$

For each class, $p_i$ (`p`) of `y_pred` is the probability that pixel $i$ of a picture is of it, and $y_i$ (`y`) of
`y_true` is 1 where it is, else 0. The Dice coefficient $D$ is 1 where both agree, and so it is where no pixel is of the
class and none is found; $\epsilon$ is a number of pixels. Keras' `reduction` takes the mean over the pictures.

Differs from `keras.losses.Dice`, which without `axis` takes all pictures and classes for a single one, and has an
$\epsilon$ of $10^{-7}$ in the denominator alone: where no pixel is of the class, its loss is 1 whatever is found.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.losses.in_float32 import InFloat32


@keras.saving.register_keras_serializable("dlref")
class Dice(InFloat32):
    r"""Dice loss of each picture and class, for masks of which most pixels are background.

    Args:
        epsilon: $\epsilon$ in (1), above 0. Defaults to 1.0, a pixel.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `epsilon` is not above 0, the shapes of labels and predictions differ, or they are no pictures
            with classes on the last axis.

    Example:
        >>> loss = Dice(reduction=None)
        >>> mask, nothing = [[1], [1], [1], [0]], [[0], [0], [0], [0]]
        >>> [float(each) for each in loss([mask, nothing], [[[1], [1], [0], [1]], nothing])]  # 1 - 5 / 7, 1 - 1 / 1
        [0.2857142686843872, 0.0]
    """

    def __init__(self, epsilon: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.epsilon = _checks.real(self, "epsilon", epsilon, "(0, inf)")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each picture: masks and probabilities $(m, ..., C)$ to $(m,)$."""
        y, p = self.same_shape(y_true, y_pred)
        if len(p.shape) < 3:
            raise ValueError(
                "Dice: `y_pred` must have the shape (pictures, pixels, classes) or (pictures, height, width, classes). "
                f"Received: y_pred.shape={tuple(p.shape)}."
            )
        p, y = (ops.reshape(x, (ops.shape(x)[0], -1, ops.shape(x)[-1])) for x in (p, y))
        epsilon = self.epsilon
        D = (2 * ops.sum(p * y, -2) + epsilon) / (ops.sum(p, -2) + ops.sum(y, -2) + epsilon)  # (1)
        C = D.shape[-1]
        return 1 / C * ops.sum(1 - D, -1)  # (2)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}
