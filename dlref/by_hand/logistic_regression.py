r"""Logistic regression by hand: one unit, its gradient and gradient descent.

Sources: Flowchart C1.

$$ Z = w^\top X + b \tag{1} $$
$$ A = \frac{1}{1 + e^{-Z}} = e^{-\log(1 + e^{-Z})} \tag{2} $$
$$ \mathcal L(a, y) = -y \log a - (1 - y) \log (1 - a) \tag{3} $$
$$ J = \frac{1}{m} \sum_{i=1}^m \mathcal L(a^{(i)}, y^{(i)}) \tag{4} $$
$$ dZ = A - Y \tag{5} $$
$$ dw = \frac{1}{m} X\, dZ^\top \tag{6} $$
$$ db = \frac{1}{m} \sum_{i=1}^m dz^{(i)} \tag{7} $$
$$ w := w - \alpha\, dw \tag{8} $$
$$ b := b - \alpha\, db \tag{9} $$

The columns of $X$ are the $m$ examples, with one feature in each row; $Y$ holds their labels, 0 or 1, in one row.
$A = \sigma(Z)$ holds the probabilities that a label is 1, and $a^{(i)}$ is its column $i$. $w$ is a column, $b$ a
number, and both start at 0. $dZ$, $dw$ and $db$ are the derivatives of the cost by $Z$ (times $m$), $w$ and $b$. The
second form of (2) keeps $e^{-Z}$ from overflowing; in the same way, $\log a$ in (3) is $-\log(1 + e^{-z})$, finite for
every $z$.

Equals a `keras.layers.Dense` of one unit with `keras.losses.BinaryCrossentropy` and `keras.optimizers.SGD`, all
examples in one batch, where Keras gets the examples as rows, $X^\top$, and the loss has `from_logits=True`: without it
Keras may clip $a$ to $[10^{-7}, 1 - 10^{-7}]$.
"""

from typing import Any

import numpy as np

from dlref import _checks
from dlref.by_hand.inputs import examples, labels


class LogisticRegression:
    r"""Logistic regression, $A = \sigma(w^\top X + b)$, in NumPy.

    Its parameters are `w`, of shape (features, 1), and `b`.

    Args:
        features: how many rows $X$ has, at least 1.

    Raises:
        TypeError: if `features` is not an integer, or a learning rate not a number.
        ValueError: if a number is too small, or `X` or `Y` does not fit or holds something else than finite numbers.

    Example:
        >>> model = LogisticRegression(1)
        >>> costs = model.fit([[-2.0, -1.0, 1.0, 2.0]], [[0, 0, 1, 1]], learning_rate=1.0, iterations=100)
        >>> [round(float(cost), 4) for cost in costs[[0, 1, -1]]]
        [0.6931, 0.2941, 0.0092]
    """

    def __init__(self, features: int) -> None:
        self.features = _checks.integer(self, "features", features, low=1)
        self.w, self.b = np.zeros((self.features, 1)), 0.0

    def forward(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """$Z$ and $A$, a row each."""
        X = examples(self, X, self.features)
        w, b = self.w, self.b

        Z = w.T @ X + b  # (1)
        A = np.exp(-np.logaddexp(0, -Z))  # (2)
        return Z, A

    def cost(self, X: Any, Y: Any) -> float:
        """The mean loss $J$."""
        Z, A = self.forward(X)
        m = A.shape[1]
        Y = labels(self, Y, 1, m)
        log_A, log_not_A = -np.logaddexp(0, -Z), -np.logaddexp(0, Z)

        loss = -Y * log_A - (1 - Y) * log_not_A  # (3)
        J = np.sum(loss) / m  # (4)
        return float(J)

    def backward(self, X: Any, Y: Any) -> tuple[np.ndarray, np.ndarray, float]:
        """$dZ$, $dw$ and $db$."""
        X = examples(self, X, self.features)
        _, A = self.forward(X)
        m = X.shape[1]
        Y = labels(self, Y, 1, m)

        dZ = A - Y  # (5)
        dw = X @ dZ.T / m  # (6)
        db = np.sum(dZ) / m  # (7)
        return dZ, dw, float(db)

    def update(self, dw: Any, db: Any, learning_rate: float) -> None:
        """One step of gradient descent."""
        w, b = self.w, self.b
        alpha = _checks.real(self, "learning_rate", learning_rate, "[0, inf)")

        self.w = w - alpha * dw  # (8)
        self.b = b - alpha * db  # (9)

    def fit(self, X: Any, Y: Any, learning_rate: float, iterations: int) -> np.ndarray:
        """Steps of gradient descent on all examples; returns the cost before each of them."""
        costs = np.empty(_checks.integer(self, "iterations", iterations, low=0))
        for i in range(len(costs)):
            costs[i] = self.cost(X, Y)
            _, dw, db = self.backward(X, Y)
            self.update(dw, db, learning_rate)
        return costs

    def predict(self, X: Any) -> np.ndarray:
        """A row of labels: 1 where the probability of it is above one half."""
        return (self.forward(X)[0] > 0).astype(int)
