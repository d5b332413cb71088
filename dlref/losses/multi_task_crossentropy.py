r"""Multi-task cross-entropy: several yes-or-no questions of each example, some without an answer.

Source: Flowchart C3.

$$ \mathcal L(\hat y, y) = -y \log \hat y - (1 - y) \log (1 - \hat y) \tag{1} $$
$$ J = \sum_j k_j\, \mathcal L(\hat y_j, y_j) \tag{2} $$

$y$ (`y_true`) holds labels in [0, 1] and $\hat y$ (`y_pred`) the predictions, both $(m, \dots, n)$ for $n$ tasks along
`axis`. $k_j$ (`k`) is 1 where the label of task $j$ is known and 0 where it is missing: NaN, or a negative number such
as -1. The sum runs over the tasks, and Keras' `reduction` takes the mean over all $m$ examples, whether their labels
are known or not. With `from_logits=True`, `y_pred` is $z$ and $\hat y = \sigma(z)$.

Differs from `keras.losses.BinaryCrossentropy`, which takes the mean over the tasks, and NaN and -1 for labels. Both
clip $\hat y$ to $[10^{-7}, 1 - 10^{-7}]$. In half precision dlref computes in float32 and rounds the result.
"""

from typing import Any

import keras
from keras import ops

from dlref.losses.crossentropy import Crossentropy


@keras.saving.register_keras_serializable("dlref")
class MultiTaskCrossentropy(Crossentropy):
    r"""Sum of the binary cross-entropies of an example's tasks, without those whose label is missing.

    Args:
        from_logits: whether `y_pred` is $z$, before the sigmoid. Defaults to False.
        label_smoothing: in [0, 1]; labels become $y (1 - s) + s / 2$. Defaults to 0.0.
        axis: the axis of the tasks. Defaults to -1.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `label_smoothing` is outside [0, 1], or the shapes of labels and predictions differ.

    Example:
        >>> loss = MultiTaskCrossentropy()
        >>> round(float(loss([[1.0, float("nan"), 0.0]], [[0.25, 0.9, 0.5]])), 4)  # -log 0.25 - log 0.5
        2.0794
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example: labels and predictions $(m, ..., n)$ to $(m, ...)$."""
        y, y_hat = self.tensors(y_true, y_pred)
        known = y >= 0  # NaN is not
        k = ops.cast(known, y.dtype)
        y = ops.where(known, y, 0) * (1 - self.label_smoothing) + self.label_smoothing / 2
        if self.from_logits:
            z = y_hat
            log_y_hat, log_not_y_hat = -ops.softplus(-z), -ops.softplus(z)
        else:
            log_y_hat, log_not_y_hat = ops.log(y_hat), ops.log(1 - y_hat)

        loss = -y * log_y_hat - (1 - y) * log_not_y_hat  # (1)
        return ops.sum(k * loss, self.axis)  # (2)
