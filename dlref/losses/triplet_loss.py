r"""Triplet loss: pictures of one person lie closer together than those of others, by a margin.

Source: Flowchart C4.

$$ d = \sum_k (a_k - b_k)^2 \tag{1} $$
$$ t = \max(d_p - d_n + \alpha, 0) \tag{2} $$
$$ J = \frac 1 n \sum_j k_j\, t_j \tag{3} $$

`y_pred` holds the embeddings $f(x)$ of a mini-batch, $(m, \text{units})$, and `y_true` says who is in each picture,
$(m)$ or $(m, 1)$. $d$ is the squared distance of two embeddings $a$ and $b$. Every picture is an anchor with every
other one of the same person, the positive, and $d_p$ is their distance. $d_n$ is the anchor's distance to a picture of
somebody else, the negative, which `mining` picks for each positive. $\alpha$ is `margin`, and $t$ the loss of one
triplet. $J$ is the loss of one anchor: $k_j$ is 1 where picture $j$ is a positive of it, and $n$ is how many there are.
An anchor without a positive or without a negative in its mini-batch has $J = 0$. Keras' `reduction` takes the mean over
all $m$.

Keras has no loss of triplets; $\alpha$ times its hinge loss of $(d_n - d_p)/\alpha$ is (2), but for the gradient at the
margin. (2) is written with `relu`, whose gradient at 0 is 0 on both backends. That of `maximum` is 1 on TensorFlow and
0.5 on JAX. In half precision dlref computes in float32 and rounds the result.
"""

from typing import Any

import keras
from keras import ops

from dlref import _checks

MINING = ("semi-hard", "hard")


@keras.saving.register_keras_serializable("dlref")
class TripletLoss(keras.losses.Loss):
    r"""Triplet loss of a mini-batch of embeddings and the identities that they belong to.

    Args:
        margin: $\alpha > 0$, in units of $d$, a squared distance. Defaults to 0.2.
        mining: which negative each pair gets. `"semi-hard"`: the closest of those that are farther from the anchor than
            the positive is, or the farthest if none is. `"hard"`: the closest. Defaults to `"semi-hard"`.
        **kwargs: `reduction`, `name` and `dtype` of `keras.losses.Loss`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `margin` is not above 0, `mining` is unknown, or the shapes of identities and embeddings do not
            fit.

    Example:
        >>> loss = TripletLoss(margin=0.5)
        >>> round(float(loss([7, 7, 3], [[0.0, 1.0], [0.0, 0.0], [1.0, 1.0]])), 4)  # of the anchors: 0.5, 0, 0
        0.1667
    """

    def __init__(self, margin: float = 0.2, mining: str = "semi-hard", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.margin = _checks.real(self, "margin", margin, "(0, inf)")
        self.mining = _checks.one_of(self, "mining", mining, MINING)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss, reduced."""
        # Keras would round identities to the dtype of the loss: float32 cannot count beyond 16,777,216.
        who = ops.convert_to_tensor(y_true)
        if len(who.shape) not in (1, 2) or len(who.shape) == 2 and who.shape[1] != 1:
            raise ValueError(
                "TripletLoss: `y_true` must hold one identity for each example, of shape (m,) or (m, 1)."
                f" Received: {tuple(who.shape)}."
            )
        who = ops.reshape(who, (-1,))
        f = _checks.floating(self, "y_pred", y_pred)
        return super().__call__(who[:, None] == who[None], f, sample_weight)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each anchor: who is whom $(m, m)$ and embeddings $(m, n)$ to $(m)$."""
        f, dtype = _checks.at_least_float32(self, "y_pred", y_pred)
        m = y_true.shape[0]
        if len(f.shape) != 2 or None not in (m, f.shape[0]) and m != f.shape[0]:
            raise ValueError(
                f"TripletLoss: `y_pred` must be of shape (m, units) for the {m} identities of `y_true`."
                f" Received: {tuple(f.shape)}."
            )
        d = self._distance(f[:, None], f[None])
        same = ops.cast(y_true, "bool")
        positive = same & ~ops.eye(ops.shape(f)[0], dtype="bool")
        complete = ops.cast(positive & ops.any(~same, 1, keepdims=True), d.dtype)
        d_n = ops.take_along_axis(d, self._negatives(d, same), 1)
        loss = self._of_triplets(d, d_n, self.margin, complete)
        return ops.cast(loss, dtype)

    @staticmethod
    def _distance(a: Any, b: Any) -> Any:
        """The squared distance of embeddings along the last axis."""
        d = ops.sum((a - b) ** 2, -1)  # (1)
        return d

    @staticmethod
    def _of_triplets(d_p: Any, d_n: Any, alpha: float, k: Any) -> Any:
        """The loss of each anchor, a row: the mean over its positives, the columns where `k` is 1."""
        n = ops.maximum(ops.sum(k, -1), 1)
        t = ops.relu(d_p - d_n + alpha)  # (2)
        return ops.sum(k * t, -1) / n  # (3)

    def _negatives(self, d: Any, same: Any) -> Any:
        """The place of the negative of each anchor and positive, $(m, m)$."""
        others = ops.where(same, float("inf"), d)
        if self.mining == "hard":
            return ops.broadcast_to(ops.argmin(others, 1)[:, None], ops.shape(d))
        farther = ops.where(others[:, None] > d[:, :, None], others[:, None], float("inf"))
        farthest = ops.argmax(ops.where(same, -1.0, d), 1)[:, None]
        there = ops.any(ops.isfinite(farther), -1)
        return ops.where(there, ops.argmin(farther, -1), farthest)

    def get_config(self) -> dict[str, Any]:
        """The arguments, with those of `Loss`."""
        return super().get_config() | {"margin": self.margin, "mining": self.mining}
