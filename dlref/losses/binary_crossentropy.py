r"""Binary cross-entropy: the loss of logistic regression.

Sources: Flowchart C1; DLS-C2W3.

$$ \mathcal L(\hat y, y) = -y \log \hat y - (1 - y) \log (1 - \hat y) \tag{1} $$
$$ J = \frac{1}{n} \sum_j \mathcal L(\hat y_j, y_j) \tag{2} $$

$y$ (`y_true`) holds labels in [0, 1] and $\hat y$ (`y_pred`) the predictions, of the same shape $(m, \dots, n)$; (2) is
the mean over `axis`, and Keras' `reduction` takes the mean over the $m$ examples. With `from_logits=True`, `y_pred` is
$z$ and $\hat y = \sigma(z)$: $\log \hat y = -\log(1 + e^{-z})$ is then finite for every finite $z$.

Equals `keras.losses.BinaryCrossentropy`, with its clipping of $\hat y$ to $[10^{-7}, 1 - 10^{-7}]$. Differs from it in
one case: on TensorFlow, where $\hat y$ comes straight from `keras.activations.sigmoid`, Keras goes back to $z$ and
clips nothing. Where $\hat y$ is clipped, beyond the bounds and not on them, its gradient is 0: keep it alive for large
$|z|$ with `from_logits=True`. In half precision dlref computes in float32 and rounds the result.
"""

from typing import Any

import keras
from keras import ops

from dlref.losses.crossentropy import Crossentropy


@keras.saving.register_keras_serializable("dlref")
class BinaryCrossentropy(Crossentropy):
    r"""Binary cross-entropy, $-y \log \hat y - (1 - y) \log (1 - \hat y)$.

    Args:
        from_logits: whether `y_pred` is $z$, before the sigmoid. Defaults to False.
        label_smoothing: in [0, 1]; labels become $y (1 - s) + s / 2$. Defaults to 0.0.
        axis: the axis of the mean in equation (2). Defaults to -1.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `label_smoothing` is outside [0, 1], or the shapes of labels and predictions differ.

    Example:
        >>> round(float(BinaryCrossentropy()([[1.0]], [[0.25]])), 4)  # -log 0.25
        1.3863
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example: labels and predictions $(m, ..., n)$ to $(m, ...)$."""
        y, y_hat = self.tensors(y_true, y_pred)
        n = self.size(y)
        y = y * (1 - self.label_smoothing) + self.label_smoothing / 2
        if self.from_logits:
            z = y_hat
            log_y_hat, log_not_y_hat = -ops.softplus(-z), -ops.softplus(z)
        else:
            log_y_hat, log_not_y_hat = ops.log(y_hat), ops.log(1 - y_hat)

        loss = -y * log_y_hat - (1 - y) * log_not_y_hat  # (1)
        return ops.sum(loss, self.axis) / n  # (2)
