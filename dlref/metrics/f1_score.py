r"""F1: precision and recall in one number.

Source: Flowchart C3.

$$ t = \sum_i w_i\, y_i\, \hat y_i \tag{1} $$
$$ f = \sum_i w_i\, (1 - y_i)\, \hat y_i \tag{2} $$
$$ n = \sum_i w_i\, y_i\, (1 - \hat y_i) \tag{3} $$
$$ p = \frac{t}{t + f} \tag{4} $$
$$ r = \frac{t}{t + n} \tag{5} $$
$$ F_1 = \frac{2\, p\, r}{p + r} \tag{6} $$

For each class, $y$ (`y`) says which examples are of it and $\hat y$ (`y_hat`) which are predicted to be, both 0 or 1;
$w$ (`w`) holds the weights of the examples. $t$ is the weight of the true positives, $f$ of the false positives and $n$
of the false negatives; $p$ is the precision, $r$ the recall, and $F_1$ their harmonic mean. Where $t$ is 0, so is
$F_1$.

Differs from `keras.metrics.F1Score`, which adds `keras.config.epsilon()` to each denominator.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks

AVERAGES = (None, "micro", "macro", "weighted")


@keras.saving.register_keras_serializable("dlref")
class F1Score(keras.metrics.Metric):
    r"""F1 score, $2 p r / (p + r)$, of each class or of all.

    Args:
        average: None for one score a class, `"micro"` for one of the counts of all classes together, `"macro"` for the
            mean of the classes, `"weighted"` for the mean weighted by their examples. Defaults to None.
        threshold: in (0, 1]; what is predicted above it counts as 1. Defaults to None: the largest of each row.
        name: of the metric. Defaults to "f1_score".
        dtype: of the result. Defaults to None, which is `keras.config.floatx()`. Half precision counts in float32.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `average` is another word, `threshold` is outside (0, 1], or labels and predictions are no
            matrices of one shape.

    Example:
        >>> metric = F1Score(threshold=0.5)
        >>> metric.update_state([[1], [1], [1], [0]], [[0.9], [0.8], [0.1], [0.7]])
        >>> round(float(metric.result()[0]), 4)
        0.6667
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=_checks.text(self, "name", name), dtype=dtype)
        if average is not None:
            average = _checks.text(self, "average", average)
        if average not in AVERAGES:
            raise ValueError(
                f'F1Score: `average` must be None, "micro", "macro" or "weighted". Received: average={average!r}.'
            )
        if threshold is not None:
            threshold = _checks.real(self, "threshold", threshold, "(0, 1]")
        self.average, self.threshold = average, threshold
        self.axis = None if average == "micro" else 0
        self._direction = "up"  # for callbacks that monitor it
        self._counts: list[Any] = []

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts: labels and predictions $(m, C)$, one-hot or of several classes at once."""
        y, y_hat = self._labels_and_predictions(y_true, y_pred)
        w = ops.ones_like(y[:, :1])
        if sample_weight is not None:
            w = ops.reshape(ops.cast(sample_weight, y.dtype), (-1, 1))
        t = ops.sum(w * y * y_hat, self.axis)  # (1)
        f = ops.sum(w * (1 - y) * y_hat, self.axis)  # (2)
        n = ops.sum(w * y * (1 - y_hat), self.axis)  # (3)
        for count, new in zip(self._counts, (t, f, n), strict=True):
            count.assign_add(new)

    def result(self) -> Any:
        """The score of each class, or one where they are averaged."""
        if not self._counts:
            raise ValueError(
                "F1Score: `update_state` must come before `result`. Received: nothing."
            )
        t, f, n = (count.value for count in self._counts)
        examples = t + n
        f, n = (ops.where(t + wrong == 0, 1, wrong) for wrong in (f, n))  # 0 / 0 is to be 0
        p = t / (t + f)  # (4)
        r = t / (t + n)  # (5)
        r = ops.where(p + r == 0, 1, r)
        F_1 = 2 * p * r / (p + r)  # (6)
        if self.average == "weighted":
            of_all = ops.sum(examples)
            F_1 = ops.sum(F_1 * examples / ops.where(of_all == 0, 1, of_all))
        elif self.average == "macro":
            F_1 = ops.sum(F_1) / F_1.shape[0]  # on JAX `ops.mean` is in float32
        return ops.cast(F_1, self.dtype)

    def reset_state(self) -> None:
        """Forgets the counts."""
        for count in self._counts:
            count.assign(ops.zeros(count.shape, count.dtype))

    def _labels_and_predictions(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        y_hat = ops.convert_to_tensor(y_pred)
        y = ops.convert_to_tensor(y_true)
        if len(y.shape) == 1 and len(y_hat.shape) == 2 and y_hat.shape[1] == 1:
            y = y[:, None]  # labels (m,) for an output (m, 1)
        same = len(y.shape) == len(y_hat.shape) == 2 and _checks.broadcasts(
            y.shape[1:], y_hat.shape[1:]
        )
        if not same or y.shape[1] != y_hat.shape[1] or y_hat.shape[1] in (None, 0):
            raise ValueError(
                "F1Score: `y_true` and `y_pred` must have one shape (m, C), with labels in one-hot form: "
                "keras.utils.to_categorical(y_true). "
                f"Received: y_true.shape={tuple(y.shape)}, y_pred.shape={tuple(y_hat.shape)}."
            )
        if self.threshold is None and y_hat.shape[1] == 1:
            raise ValueError(
                "F1Score: `threshold` must be given for a single output, such as threshold=0.5: the largest of one "
                "is always predicted. Received: threshold=None."
            )
        if not self._counts:
            shape = () if self.average == "micro" else (y_hat.shape[1],)
            wide = "float64" if self.dtype == "float64" else "float32"
            names = "true_positives", "false_positives", "false_negatives"
            self._counts = [self.add_variable(shape, "zeros", wide, name=name) for name in names]
        return ops.cast(y, self._counts[0].dtype), ops.cast(
            self._predicted(y_hat), self._counts[0].dtype
        )

    def _predicted(self, y_hat: Any) -> Any:
        """Which classes each row predicts; none, as in Keras, if all of it is 0."""
        if self.threshold is not None:
            return y_hat > ops.cast(self.threshold, y_hat.dtype)
        return ops.logical_and(y_hat >= ops.max(y_hat, -1, keepdims=True), ops.abs(y_hat) > 1e-9)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {"average": self.average, "threshold": self.threshold}
        return {**super().get_config(), **config}
