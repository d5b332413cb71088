r"""Categorical cross-entropy: the loss of softmax regression.

Source: DLS-C2W3.

$$ \mathcal L(\hat y, y) = -\sum_j y_j \log \hat y_j \tag{1} $$

$y$ (`y_true`) holds one-hot labels and $\hat y$ (`y_pred`) the predictions, both $(m, \dots, C)$; the sum runs over the
$C$ classes along `axis`, and Keras' `reduction` takes the mean over the $m$ examples. With `from_logits=True`, `y_pred`
is $z$ and $\hat y = \mathrm{softmax}(z)$: $\log \hat y = z - \log \sum_j e^{z_j}$ is then finite for every finite $z$,
and $\partial \mathcal L / \partial z = \hat y - y$.

Equals `keras.losses.CategoricalCrossentropy` where each row of $\hat y$ sums to 1. Differs from it elsewhere: Keras
first divides the row by its sum. Both clip $\hat y$ to $[10^{-7}, 1 - 10^{-7}]$; but on TensorFlow, where $\hat y$
comes straight from `keras.activations.softmax`, Keras goes back to $z$ and clips nothing. Where $\hat y$ is clipped,
beyond the bounds and not on them, its gradient is 0: keep it alive for large $|z|$ with `from_logits=True`. In half
precision dlref computes in float32 and rounds the result.
"""

from typing import Any

import keras
from keras import ops

from dlref.losses.crossentropy import Crossentropy


@keras.saving.register_keras_serializable("dlref")
class CategoricalCrossentropy(Crossentropy):
    r"""Categorical cross-entropy, $-\sum_j y_j \log \hat y_j$.

    Args:
        from_logits: whether `y_pred` is $z$, before the softmax. Defaults to False.
        label_smoothing: in [0, 1]; labels become $y (1 - s) + s / C$. Defaults to 0.0.
        axis: the axis of the classes. Defaults to -1.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `label_smoothing` is outside [0, 1], or the shapes of labels and predictions differ.

    Example:
        >>> loss = CategoricalCrossentropy()
        >>> round(float(loss([[0.0, 1.0, 0.0, 0.0]], [[0.3, 0.2, 0.1, 0.4]])), 3)
        1.609
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example: labels and predictions $(m, ..., C)$ to $(m, ...)$."""
        y, y_hat = self.tensors(y_true, y_pred)
        y = y * (1 - self.label_smoothing) + self.label_smoothing / self.size(y)
        if self.from_logits:
            z = y_hat
            log_y_hat = ops.log_softmax(z, self.axis)
        else:
            log_y_hat = ops.log(y_hat)

        return -ops.sum(y * log_y_hat, self.axis)  # (1)
