r"""YOLO's loss: whether there is an object, and where there is one, its box and its class.

Source: Flowchart C4.

$$ L_p = (p - \hat p)^2 \tag{1} $$
$$ L_c = \sum_k (c_k - \hat c_k)^2 \tag{2} $$
$$ L_p = -p \log \hat p - (1 - p) \log(1 - \hat p) \tag{3} $$
$$ L_c = -\sum_k c_k \log \hat c_k \tag{4} $$
$$ L_b = \sum_k (b_k - \hat b_k)^2 \tag{5} $$
$$ L = p \, (L_p + \alpha L_b + L_c) + (1 - p) \, \beta L_p \tag{6} $$
$$ J = \sum_s L_s \tag{7} $$

$p$ is $p_c$, 1 where there is an object and 0 where there is none, $b$ the box $(b_x, b_y, b_h, b_w)$ and $c$ the
classes, one-hot; with a hat they are the network's. Labels (`y_true`) and predictions (`y_pred`) have the shape
$(m, \dots, 5 + C)$, as `dlref.detection.yolo_target` makes them, and (7) adds up all cells and anchor boxes $s$ of an
example. Keras' `reduction` takes the mean over the $m$ examples. $\alpha$ (`box_weight`) and $\beta$
(`no_object_weight`) are 1 in the lecture.

`YoloSquaredError` is (1), (2) and (5) to (7), `YoloLoss` (3) to (7). With `from_logits=True` the network puts out $z$
and $u$ in place of $\hat p$ and $\hat c$, and $\hat p = \sigma(z)$, $\hat c = \mathrm{softmax}(u)$.

Differs from `keras.losses.MeanSquaredError`, which looks at the box and the class of what is not there, and takes the
mean over the components. In half precision dlref computes in float32 and rounds the result.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref.losses.in_float32 import InFloat32, clipped


class _Yolo(InFloat32):
    """Base of both: what (1) to (4) come to is `terms`."""

    def __init__(
        self, box_weight: float = 1.0, no_object_weight: float = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.box_weight = _checks.real(self, "box_weight", box_weight, "[0, inf)")
        self.no_object_weight = _checks.real(self, "no_object_weight", no_object_weight, "[0, inf)")

    def terms(self, p: Any, p_hat: Any, c: Any, c_hat: Any) -> tuple[Any, Any]:
        """The loss of $p_c$ and of the class."""
        raise NotImplementedError

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example: labels and predictions $(m, ..., 5 + C)$ to $(m,)$."""
        y, y_hat = self.same_shape(y_true, y_pred)
        if len(y_hat.shape) < 2 or (y_hat.shape[-1] or 0) < 6:
            raise ValueError(
                f"{type(self).__name__}: `y_pred` must have the shape (m, ..., 5 + classes). "
                f"Received: y_pred.shape={tuple(y_hat.shape)}."
            )
        p, p_hat = y[..., 0], y_hat[..., 0]
        # Where there is no object, 0 for the rest: infinity times 0 would be NaN.
        rest, rest_hat = (ops.where(p[..., None] > 0, x[..., 1:], 0) for x in (y, y_hat))
        L_p, L_c = self.terms(p, p_hat, rest[..., 4:], rest_hat[..., 4:])
        return self._of_examples(p, rest[..., :4], rest_hat[..., :4], L_p, L_c)

    def _of_examples(self, p: Any, b: Any, b_hat: Any, L_p: Any, L_c: Any) -> Any:
        alpha, beta = self.box_weight, self.no_object_weight
        L_b = ops.sum(ops.square(b - b_hat), -1)  # (5)
        L = p * (L_p + alpha * L_b + L_c) + (1 - p) * beta * L_p  # (6)
        L = ops.reshape(L, (ops.shape(L)[0], -1))
        return ops.sum(L, -1)  # (7)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {"box_weight": self.box_weight, "no_object_weight": self.no_object_weight}
        return {**super().get_config(), **config}


@keras.saving.register_keras_serializable("dlref")
class YoloSquaredError(_Yolo):
    r"""The squared error of everything, which the lecture writes down first.

    Args:
        box_weight: $\alpha \ge 0$. Defaults to 1.0.
        no_object_weight: $\beta \ge 0$. Defaults to 1.0.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a weight is negative, or the shapes of labels and predictions differ or hold fewer than six
            components.

    Example:
        >>> loss = YoloSquaredError()
        >>> y = [[1.0, 0.5, 0.5, 1.0, 1.0, 0.0, 1.0], [0.0] * 7]
        >>> y_hat = [[0.5, 0.5, 0.5, 1.0, 2.0, 0.0, 1.0], [0.5, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0]]
        >>> float(loss([y], [y_hat]))  # 0.25 + 1 where the object is, 0.25 where none is
        1.5
    """

    def terms(self, p: Any, p_hat: Any, c: Any, c_hat: Any) -> tuple[Any, Any]:
        """Squared errors."""
        L_p = ops.square(p - p_hat)  # (1)
        L_c = ops.sum(ops.square(c - c_hat), -1)  # (2)
        return L_p, L_c


@keras.saving.register_keras_serializable("dlref")
class YoloLoss(_Yolo):
    r"""Logistic loss of $p_c$, cross-entropy of the class, squared error of the box: the lecture's form in practice.

    Args:
        from_logits: whether $p_c$ and the classes are predicted before the sigmoid and the softmax. Defaults to False.
        box_weight: $\alpha \ge 0$. Defaults to 1.0.
        no_object_weight: $\beta \ge 0$. Defaults to 1.0.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a weight is negative, or the shapes of labels and predictions differ or hold fewer than six
            components.

    Example:
        >>> loss = YoloLoss()
        >>> y = [[1.0, 0.5, 0.5, 1.0, 1.0, 0.0, 1.0]]
        >>> round(float(loss([y], [[[0.5, 0.5, 0.5, 1.0, 2.0, 0.75, 0.25]]])), 4)  # log 2 + 1 + log 4
        3.0794
    """

    def __init__(
        self,
        from_logits: bool = False,
        box_weight: float = 1.0,
        no_object_weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(box_weight, no_object_weight, **kwargs)
        self.from_logits = _checks.boolean(self, "from_logits", from_logits)

    def terms(self, p: Any, p_hat: Any, c: Any, c_hat: Any) -> tuple[Any, Any]:
        """Cross-entropies."""
        if self.from_logits:
            z, u = p_hat, c_hat
            log_p_hat, log_not_p_hat = -ops.softplus(-z), -ops.softplus(z)
            log_c_hat = ops.log_softmax(u)
        else:
            p_hat, c_hat = clipped(p_hat), clipped(c_hat)
            log_p_hat, log_not_p_hat = ops.log(p_hat), ops.log(1 - p_hat)
            log_c_hat = ops.log(c_hat)

        L_p = -p * log_p_hat - (1 - p) * log_not_p_hat  # (3)
        L_c = -ops.sum(c * log_c_hat, -1)  # (4)
        return L_p, L_c

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "from_logits": self.from_logits}
