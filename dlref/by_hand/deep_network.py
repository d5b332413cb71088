r"""A network of L layers by hand: forward propagation, backward propagation and gradient descent.

Sources: Flowchart C1.

$$ Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]} \tag{1} $$
$$ A^{[l]} = g(Z^{[l]}) \tag{2} $$
$$ J = \frac{1}{m} \sum_{i=1}^m (-y^{(i)} \log a^{(i)} - (1 - y^{(i)}) \log (1 - a^{(i)})) \tag{3} $$
$$ J = -\frac{1}{m} \sum_{i=1}^m \sum_k y_k^{(i)} \log a_k^{(i)} \tag{4} $$
$$ dZ^{[L]} = A^{[L]} - Y \tag{5} $$
$$ dZ^{[l]} = W^{[l+1]\top} dZ^{[l+1]} \odot g'(Z^{[l]}) \tag{6} $$
$$ dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]\top} \tag{7} $$
$$ db^{[l]} = \frac{1}{m} \sum_{i=1}^m dz^{[l](i)} \tag{8} $$
$$ W^{[l]} := W^{[l]} - \alpha\, dW^{[l]} \tag{9} $$
$$ b^{[l]} := b^{[l]} - \alpha\, db^{[l]} \tag{10} $$

The columns of $A^{[0]} = X$ are the $m$ examples. Layer $l = 1, \dots, L$ has $n^{[l]}$ units, $W^{[l]}$ the shape
$(n^{[l]}, n^{[l-1]})$, and $b^{[l]}$, a column, is added to every column. $g$ is `activation` in the layers below $L$.
The output $A^{[L]}$ is the sigmoid of one unit, with labels 0 or 1 in the row $Y$ and the cost (3), or the softmax of
several, with a 1 for the class in each column of $Y$ and the cost (4); $a$ and $y$ are columns of $A^{[L]}$ and $Y$. In
both cases (5) holds. $dZ$ is the derivative of the cost by $Z$, times $m$; $dW$ and $db$ are those by $W$ and $b$.

Equals `keras.layers.Dense` layers with a cross-entropy and `keras.optimizers.SGD`, all examples in one batch. Keras
has everything transposed: examples are rows, and `kernel` is $W^\top$. Its loss has `from_logits=True`: without it
Keras may clip $a$ to $[10^{-7}, 1 - 10^{-7}]$.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlref import _checks
from dlref.by_hand.activations import HIDDEN, log_softmax, sigmoid, softmax
from dlref.by_hand.gradient_descent import descend
from dlref.by_hand.inputs import Gradients, examples, labels, one_of

_SCALES = {
    "zeros": lambda n_prev: 0.0,
    "small": lambda n_prev: 0.01,
    "he": lambda n_prev: (2 / n_prev) ** 0.5,
}


class DeepNetwork:
    r"""A network of L layers, $A^{[l]} = g(W^{[l]} A^{[l-1]} + b^{[l]})$, in NumPy.

    Its parameters are `W[1]`, `b[1]` to `W[L]`, `b[L]`, by the number of the layer, as in the lecture.

    Args:
        dims: $n^{[0]}, \dots, n^{[L]}$: how many rows $X$ has, and the units of each layer; the last is 1 for a sigmoid
            output, and the number of classes for softmax.
        activation: $g$ of the layers below the last: "relu", "leaky_relu", "tanh" or "sigmoid". Defaults to "relu".
        initialization: the deviation of the normal weights: "he" is $\sqrt{2 / n^{[l-1]}}$, "small" 0.01, and "zeros"
            makes them all 0. Every $b$ is 0. Defaults to "he".
        seed: of the weights; None draws others each time. Defaults to None.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number or a word is not allowed, or `X` or `Y` does not fit or holds something else than finite
            numbers.

    Example:
        >>> network = DeepNetwork([2, 4, 1], "tanh", seed=0)
        >>> X, Y = [[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]], [[0, 1, 1, 0]]  # XOR
        >>> costs = network.fit(X, Y, learning_rate=1.0, iterations=500)
        >>> network.predict(X).tolist(), network.W[1].shape
        ([0, 1, 1, 0], (4, 2))
    """

    def __init__(
        self,
        dims: Sequence[int],
        activation: str = "relu",
        initialization: str = "he",
        seed: int | None = None,
    ) -> None:
        self.dims = [
            _checks.integer(self, "dims", n, low=1) for n in _checks.sequence(self, "dims", dims)
        ]
        if len(self.dims) < 2:
            raise ValueError(
                f"DeepNetwork: `dims` must hold at least two numbers, the features and the units of one layer. "
                f"Received: dims={self.dims}."
            )
        self.activation = one_of(self, "activation", activation, HIDDEN)
        self.initialization = one_of(self, "initialization", initialization, _SCALES)
        rng = np.random.default_rng(
            None if seed is None else _checks.integer(self, "seed", seed, low=0)
        )
        scale = _SCALES[initialization]
        self.W, self.b = {}, {}
        for layer, (n_prev, n) in enumerate(itertools.pairwise(self.dims), 1):
            self.W[layer] = scale(n_prev) * rng.standard_normal((n, n_prev))
            self.b[layer] = np.zeros((n, 1))

    def forward(self, X: Any) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
        """`Z[1]` to `Z[L]` and `A[0]` to `A[L]`: what the lecture calls the cache."""
        Zs, As = {}, {0: examples(self, X, self.dims[0])}
        for layer in self.W:
            W, b, A_prev, g = self.W[layer], self.b[layer], As[layer - 1], self._g(layer)
            Z = W @ A_prev + b  # (1)
            A = g(Z)  # (2)
            Zs[layer], As[layer] = Z, A
        return Zs, As

    def cost(self, X: Any, Y: Any) -> float:
        """The mean cross-entropy $J$."""
        Z, A = (cache[len(self.W)] for cache in self.forward(X))
        n, m = A.shape
        Y = labels(self, Y, n, m)
        if n == 1:
            log_A, log_not_A = -np.logaddexp(0, -Z), -np.logaddexp(0, Z)
            J = np.sum(-Y * log_A - (1 - Y) * log_not_A) / m  # (3)
        else:
            log_A = log_softmax(Z)
            J = -np.sum(Y * log_A) / m  # (4)
        return float(J)

    def backward(self, X: Any, Y: Any) -> dict[int, Gradients]:
        """`dZ`, `dW` and `db` of each layer, from the last to the first."""
        Zs, As = self.forward(X)
        last, (_, g_prime), gradients = len(self.W), HIDDEN[self.activation], {}
        A, m = As[last], As[0].shape[1]
        Y = labels(self, Y, len(A), m)

        dZ = A - Y  # (5)
        for layer in range(last, 0, -1):
            if layer < last:
                Z, W_next, dZ_next = Zs[layer], self.W[layer + 1], dZ
                dZ = W_next.T @ dZ_next * g_prime(Z)  # (6)
            A_prev = As[layer - 1]
            dW = dZ @ A_prev.T / m  # (7)
            db = np.sum(dZ, axis=1, keepdims=True) / m  # (8)
            gradients[layer] = Gradients(dZ, dW, db)
        return gradients

    def update(self, gradients: dict[int, Gradients], learning_rate: float) -> None:
        """One step of gradient descent."""
        alpha = _checks.real(self, "learning_rate", learning_rate, "[0, inf)")
        for layer, (_, dW, db) in gradients.items():
            W, b = self.W[layer], self.b[layer]
            W = W - alpha * dW  # (9)
            b = b - alpha * db  # (10)
            self.W[layer], self.b[layer] = W, b

    def fit(self, X: Any, Y: Any, learning_rate: float, iterations: int) -> np.ndarray:
        """Steps of gradient descent on all examples; returns the cost before each of them."""
        return descend(self, X, Y, learning_rate, iterations)

    def predict(self, X: Any) -> np.ndarray:
        """The class of each example: the most probable one."""
        Z = self.forward(X)[0][len(self.W)]
        return (Z[0] > 0).astype(int) if len(Z) == 1 else Z.argmax(axis=0)

    def _g(self, layer: int) -> Any:
        if layer < len(self.W):
            return HIDDEN[self.activation][0]
        return sigmoid if self.dims[-1] == 1 else softmax
