r"""Batch normalization by hand: forward, backward, and how it undoes itself.

Sources: DLS-C2W3; CS231n-6.

$$ \mu = \frac{1}{m} \sum_{i=1}^m z^{(i)} \tag{1} $$
$$ \sigma^2 = \frac{1}{m} \sum_{i=1}^m (z^{(i)} - \mu)^2 \tag{2} $$
$$ Z_\text{norm} = \frac{Z - \mu}{\sqrt{\sigma^2 + \varepsilon}} \tag{3} $$
$$ \tilde Z = \gamma Z_\text{norm} + \beta \tag{4} $$
$$ d\beta = \frac{1}{m} \sum_{i=1}^m d\tilde z^{(i)} \tag{5} $$
$$ d\gamma = \frac{1}{m} \sum_{i=1}^m d\tilde z^{(i)} z_\text{norm}^{(i)} \tag{6} $$
$$ dZ = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}} (d\tilde Z - d\beta - Z_\text{norm}\, d\gamma) \tag{7} $$
$$ \gamma := \gamma - \alpha\, d\gamma \tag{8} $$
$$ \beta := \beta - \alpha\, d\beta \tag{9} $$
$$ \gamma := \sqrt{\sigma^2 + \varepsilon} \tag{10} $$
$$ \beta := \mu \tag{11} $$

The columns of $Z = W A$ are the $m$ examples, with one unit in each row, and $z^{(i)}$ is column $i$. $\gamma$ and
$\beta$ are columns with an entry for each unit and start at 1 and 0; $\varepsilon$ is `epsilon`. As elsewhere in the
lecture, $d\tilde Z$ and $dZ$ are the derivatives of the cost times $m$, $d\gamma$ and $d\beta$ those of the cost
itself. (5), (6) and (7) are the chain rule through (1) to (4). A bias in front of the layer has the gradient
$db = \frac{1}{m} \sum_i dz^{(i)} = 0$: (7) subtracts the mean. With (10) and (11), equation (4) returns $Z$.

Equals `keras.layers.BatchNormalization` in training, gradients included, where Keras gets the examples as rows.
"""

from typing import Any

import numpy as np

from dlref import _checks
from dlref.by_hand.inputs import examples


class BatchNormalization:
    r"""Batch normalization of a mini-batch, $\tilde Z = \gamma Z_\text{norm} + \beta$, in NumPy.

    Its parameters are `gamma` and `beta`, of shape (units, 1).

    Args:
        units: how many rows $Z$ has, at least 1.
        epsilon: added to the variance, above 0. Defaults to 1e-3, as in Keras.

    Raises:
        TypeError: if `units` is not an integer, or `epsilon` or a learning rate not a number.
        ValueError: if a number is too small, or `Z` or `dZ_tilde` does not fit or holds something else than finite
            numbers.

    Example:
        >>> layer = BatchNormalization(1, epsilon=1e-12)
        >>> layer.forward([[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]]).round(3).tolist()
        [[-1.5, -0.5, -0.5, -0.5, 0.0, 0.0, 1.0, 2.0]]
    """

    def __init__(self, units: int, epsilon: float = 1e-3) -> None:
        self.units = _checks.integer(self, "units", units, low=1)
        self.epsilon = _checks.real(self, "epsilon", epsilon, "(0, inf)")
        self.gamma, self.beta = np.ones((self.units, 1)), np.zeros((self.units, 1))

    def _statistics(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        m = Z.shape[1]
        mu = np.sum(Z, axis=1, keepdims=True) / m  # (1)
        sigma2 = np.sum((Z - mu) ** 2, axis=1, keepdims=True) / m  # (2)
        return mu, sigma2

    def _normalized(self, Z: Any) -> tuple[np.ndarray, np.ndarray]:
        Z, epsilon = examples(self, Z, self.units, "Z"), self.epsilon
        mu, sigma2 = self._statistics(Z)
        Z_norm = (Z - mu) / np.sqrt(sigma2 + epsilon)  # (3)
        return Z_norm, sigma2

    def forward(self, Z: Any) -> np.ndarray:
        r"""$\tilde Z$."""
        gamma, beta = self.gamma, self.beta
        Z_norm, _ = self._normalized(Z)
        Z_tilde = gamma * Z_norm + beta  # (4)
        return Z_tilde

    def backward(self, Z: Any, dZ_tilde: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        r"""$dZ$, $d\gamma$ and $d\beta$, from the $d\tilde Z$ that comes from the layer above."""
        gamma, epsilon = self.gamma, self.epsilon
        Z_norm, sigma2 = self._normalized(Z)
        m = Z_norm.shape[1]
        dZ_tilde = examples(self, dZ_tilde, self.units, "dZ_tilde")
        if dZ_tilde.shape[1] != m:
            raise ValueError(
                f"BatchNormalization: `dZ_tilde` must have one column for each of the {m} columns of `Z`. Received: "
                f"dZ_tilde.shape={dZ_tilde.shape}."
            )

        dbeta = np.sum(dZ_tilde, axis=1, keepdims=True) / m  # (5)
        dgamma = np.sum(dZ_tilde * Z_norm, axis=1, keepdims=True) / m  # (6)
        dZ = gamma / np.sqrt(sigma2 + epsilon) * (dZ_tilde - dbeta - Z_norm * dgamma)  # (7)
        return dZ, dgamma, dbeta

    def update(self, dgamma: Any, dbeta: Any, learning_rate: float) -> None:
        """One step of gradient descent."""
        gamma, beta = self.gamma, self.beta
        alpha = _checks.real(self, "learning_rate", learning_rate, "[0, inf)")

        self.gamma = gamma - alpha * dgamma  # (8)
        self.beta = beta - alpha * dbeta  # (9)

    def undo(self, Z: Any) -> None:
        r"""Sets $\gamma$ and $\beta$ so that `forward(Z)` is `Z`: a network may choose not to normalize."""
        mu, sigma2 = self._statistics(examples(self, Z, self.units, "Z"))
        epsilon = self.epsilon
        self.gamma = np.sqrt(sigma2 + epsilon)  # (10)
        self.beta = mu  # (11)
