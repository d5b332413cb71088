r"""Perplexity: between how many tokens a language model is undecided, on the mean.

Source: Flowchart C5.

$$ S := S - \sum_i w_i \log p_i \tag{1} $$
$$ W := W + \sum_i w_i \tag{2} $$
$$ H = \frac{S}{W} \tag{3} $$
$$ P = e^H \tag{4} $$

$p_i$ is the probability that the model gives to the $i$th token after those before it, and $w$ (`w`) holds the weights
of the tokens. $S$ is the sum and $W$ the weight of all tokens since the last reset. $H$ is the mean cross-entropy, and
$H / \log 2$ the bits per token. A model that takes $n$ tokens for equally likely has $P = n$.

Equals $e$ to the power of `keras.metrics.SparseCategoricalCrossentropy`, from logits. From probabilities Keras takes
those below $10^{-7}$ for $10^{-7}$; here a token that the model holds for impossible makes $P$ infinite.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks
from dlref._compat import keras as keras_src
from dlref._refuse_where import refuse_where


@keras.saving.register_keras_serializable("dlref")
class Perplexity(keras.metrics.Metric):
    r"""Perplexity (4) of all tokens since the last reset.

    What is no number of a token raises an error; in a compiled function, where the numbers are not known, the result is
    NaN instead. Steps that a Keras mask leaves out do not count.

    Args:
        from_logits: whether `y_pred` holds outputs without softmax. Defaults to False.
        ignore_class: a label that does not count, such as 0 for padding. Defaults to None.
        name: of the metric. Defaults to "perplexity".
        dtype: of the result. Defaults to None, which is `keras.config.floatx()`. Half precision counts in float32.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an argument is outside its interval, labels and predictions do not fit, or a label is no token.

    Example:
        >>> metric = Perplexity()
        >>> metric.update_state([0, 1], [[0.5, 0.5], [0.875, 0.125]])  # 1 / 2 and 1 / 8: the mean is 1 / 4
        >>> round(float(metric.result()), 4)
        4.0
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        name: str = "perplexity",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=_checks.text(self, "name", name), dtype=dtype)
        self.from_logits = _checks.boolean(self, "from_logits", from_logits)
        self.ignore_class = ignore_class
        if ignore_class is not None:
            self.ignore_class = _checks.integer(self, "ignore_class", ignore_class, -(2**31))
        self._direction = "down"  # for callbacks that monitor it
        wide = "float64" if self.dtype == "float64" else "float32"
        names = "total", "weight"
        self._sums = [self.add_variable((), "zeros", wide, name=each) for each in names]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds tokens $(...)$, predictions $(..., V)$; `sample_weight` has the shape of the tokens, or $(m,)$."""
        mask = keras_src.get_keras_mask(y_pred)
        y_pred, _ = _checks.at_least_float32(self, "y_pred", y_pred)
        y = ops.convert_to_tensor(y_true)
        if len(y.shape) + 1 != len(y_pred.shape) or not _checks.broadcasts(
            y.shape, y_pred.shape[:-1]
        ):
            raise ValueError(
                "Perplexity: `y_true` must have the shape of `y_pred` without its last axis, the vocabulary. "
                f"Received: y_true.shape={tuple(y.shape)}, y_pred.shape={tuple(y_pred.shape)}."
            )
        w = self._weights(y, mask, sample_weight)
        log_p = self._log_probabilities(y, y_pred, w)
        S, W = (total.value for total in self._sums)
        for total, new in zip(self._sums, _with(S, W, log_p, w), strict=True):
            total.assign(new)

    def result(self) -> Any:
        """The perplexity; NaN without a token."""
        S, W = (total.value for total in self._sums)
        H = S / W  # (3)
        P = ops.exp(H)  # (4)
        return ops.cast(P, self.dtype)

    def _weights(self, y: Any, mask: Any, sample_weight: Any) -> Any:
        w = ops.ones(ops.shape(y), self._sums[0].dtype)
        if sample_weight is not None:
            given = ops.cast(sample_weight, w.dtype)
            w = w * ops.reshape(
                given, (*ops.shape(given), *[1] * (len(y.shape) - len(given.shape)))
            )
        if mask is not None:
            w = w * ops.cast(mask, w.dtype)
        return w if self.ignore_class is None else ops.where(y == self.ignore_class, 0, w)

    def _log_probabilities(self, y: Any, y_pred: Any, w: Any) -> Any:
        """Of the tokens that count; 0 for the others, and NaN for what is no token."""
        V = y_pred.shape[-1]
        place = ops.cast(y, "int32")
        wrong = (w != 0) & ((place < 0) | (place >= V) | (ops.cast(place, y.dtype) != y))
        refuse_where(
            wrong, f"Perplexity: `y_true` must hold tokens from 0 to {V - 1}. Received: others."
        )
        every = ops.log_softmax(y_pred) if self.from_logits else ops.log(y_pred)
        found = ops.take_along_axis(every, ops.clip(place, 0, V - 1)[..., None], -1)[..., 0]
        found = ops.where(w == 0, 0, ops.where(wrong, float("nan"), found))
        return ops.cast(found, w.dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = "from_logits", "ignore_class"
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _with(S: Any, W: Any, log_p: Any, w: Any) -> tuple[Any, Any]:
    S = S - ops.sum(w * log_p)  # (1)
    W = W + ops.sum(w)  # (2)
    return S, W
