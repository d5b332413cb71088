r"""A recurrent network by hand: forward propagation, and back through time.

Sources: Flowchart C5.

$$ A^{\langle t \rangle} = \tanh(W_{ax} X^{\langle t \rangle} + W_{aa} A^{\langle t-1 \rangle} + b_a) \tag{1} $$
$$ Z^{\langle t \rangle} = W_{ya} A^{\langle t \rangle} + b_y \tag{2} $$
$$ \hat Y^{\langle t \rangle} = \mathrm{softmax}(Z^{\langle t \rangle}) \tag{3} $$
$$ J := J - \frac{1}{m} \sum_{i=1}^m \sum_k Y_{ki} \log \hat Y_{ki} \tag{4} $$
$$ dZ^{\langle t \rangle} = \hat Y^{\langle t \rangle} - Y^{\langle t \rangle} \tag{5} $$
$$ dA^{\langle t \rangle} = W_{ya}^\top dZ^{\langle t \rangle} + W_{aa}^\top dR^{\langle t+1 \rangle} \tag{6} $$
$$ dR^{\langle t\rangle} = (1 - A^{\langle t\rangle} \odot A^{\langle t\rangle}) \odot dA^{\langle t\rangle} \tag{7} $$
$$ dW_{ya} := dW_{ya} + \frac{1}{m} dZ^{\langle t \rangle} A^{\langle t \rangle\top} \tag{8} $$
$$ dW_{aa} := dW_{aa} + \frac{1}{m} dR^{\langle t \rangle} A^{\langle t-1 \rangle\top} \tag{9} $$
$$ dW_{ax} := dW_{ax} + \frac{1}{m} dR^{\langle t \rangle} X^{\langle t \rangle\top} \tag{10} $$
$$ db_y := db_y + \frac{1}{m} \sum_{i=1}^m dz^{(i)} \tag{11} $$
$$ db_a := db_a + \frac{1}{m} \sum_{i=1}^m dr^{(i)} \tag{12} $$
$$ W := W - \alpha\, dW \tag{13} $$

Step $t = 1, \dots, T$ has inputs $X^{\langle t \rangle}$ and labels $Y^{\langle t \rangle}$, one example a column,
and $A^{\langle 0 \rangle} = 0$. $W_{ax}$ has the shape $(n_a, n_x)$, $W_{aa}$ $(n_a, n_a)$ and $W_{ya}$ $(n_y, n_a)$;
$b_a$ and $b_y$ are columns. The cost (4) is summed over the steps. Backward the steps are taken from the last to the
first. $dR$ is the derivative by what is in the brackets of tanh, times $m$, and 0 beyond the last step; $dz^{(i)}$ is
column $i$ of $dZ$, and $dr^{(i)}$ of $dR$. All steps add to the same gradients, which begin at 0, as the cost does.
(13) is done for each of the five parameters.

Equals `keras.layers.SimpleRNN` with a `Dense` layer over its outputs and automatic differentiation.
"""

from typing import Any

import numpy as np

from dlref import _checks
from dlref.by_hand.activations import log_softmax, softmax
from dlref.by_hand.gradient_descent import descend
from dlref.by_hand.inputs import labels, numbers

PARAMETERS = ("W_ax", "W_aa", "b_a", "W_ya", "b_y")


class RecurrentNetwork:
    r"""A recurrent network with an output at every step, in NumPy.

    Its parameters are `W_ax`, `W_aa`, `W_ya`, `b_a` and `b_y`, as in the lecture.

    Args:
        n_x: how many features a step has.
        n_a: the size of the state.
        n_y: how many classes there are, at least 2.
        seed: of the weights; None draws others each time. Defaults to None.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if a number is not allowed, or `X` or `Y` does not fit or holds something else than finite numbers.

    Example:
        >>> bits = np.array([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1]])  # of two examples
        >>> X = bits.T[:, None, :].astype(float)  # 5 steps, 1 feature, 2 examples
        >>> parity = np.cumsum(bits, 1).T % 2
        >>> Y = np.stack([1 - parity, parity], 1)  # even, odd: 5 steps, 2 classes, 2 examples
        >>> network = RecurrentNetwork(1, 8, 2, seed=0)
        >>> costs = network.fit(X, Y, learning_rate=0.3, iterations=300)
        >>> bool((network.predict(X) == parity).all())
        True
    """

    def __init__(self, n_x: int, n_a: int, n_y: int, seed: int | None = None) -> None:
        self.n_x = _checks.integer(self, "n_x", n_x, low=1)
        self.n_a = _checks.integer(self, "n_a", n_a, low=1)
        self.n_y = _checks.integer(self, "n_y", n_y, low=2)
        rng = np.random.default_rng(
            None if seed is None else _checks.integer(self, "seed", seed, low=0)
        )
        self.W_ax, self.W_aa, self.W_ya = (
            rng.standard_normal((n, n_prev)) / n_prev**0.5
            for n, n_prev in ((n_a, n_x), (n_a, n_a), (n_y, n_a))
        )
        self.b_a, self.b_y = np.zeros((n_a, 1)), np.zeros((n_y, 1))

    def forward(self, X: Any) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """`A` of the steps 0 to T, and `Z` of the steps 1 to T."""
        X = self._sequences(X)
        As, Zs = [np.zeros((self.n_a, X.shape[2]))], []
        for X_t in X:
            A, Z = self._step(X_t, As[-1])
            As.append(A)
            Zs.append(Z)
        return As, Zs

    def _step(self, X: np.ndarray, A_prev: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        W_ax, W_aa, b_a, W_ya, b_y = (getattr(self, name) for name in PARAMETERS)
        A = np.tanh(W_ax @ X + W_aa @ A_prev + b_a)  # (1)
        Z = W_ya @ A + b_y  # (2)
        return A, Z

    def cost(self, X: Any, Y: Any) -> float:
        """The cross-entropy $J$, the mean of the examples and the sum of the steps."""
        _, Zs = self.forward(X)
        J, m = 0.0, Zs[0].shape[1]
        for Y_t, Z in zip(self._labels(Y, len(Zs), m), Zs, strict=True):
            J = self._with_step(J, Y_t, log_softmax(Z), m)
        return float(J)

    def _with_step(self, J: float, Y: np.ndarray, log_Y_hat: np.ndarray, m: int) -> float:
        J = J - np.sum(Y * log_Y_hat) / m  # (4)
        return J

    def backward(self, X: Any, Y: Any) -> dict[str, np.ndarray]:
        """The gradient of each parameter, by its name."""
        X, (As, Zs) = self._sequences(X), self.forward(X)
        Y = self._labels(Y, len(Zs), X.shape[2])
        gradients = {name: np.zeros_like(getattr(self, name)) for name in PARAMETERS}
        dR = np.zeros_like(As[0])
        for t in range(len(Zs), 0, -1):
            dZ, dR = self._step_back(As[t], Zs[t - 1], Y[t - 1], dR)
            self._add(gradients, dZ, dR, As[t], As[t - 1], X[t - 1])
        return gradients

    def _step_back(self, A: Any, Z: Any, Y: Any, dR_next: Any) -> tuple[np.ndarray, np.ndarray]:
        W_ya, W_aa = self.W_ya, self.W_aa
        Y_hat = softmax(Z)  # (3)
        dZ = Y_hat - Y  # (5)
        dA = W_ya.T @ dZ + W_aa.T @ dR_next  # (6)
        dR = (1 - A * A) * dA  # (7)
        return dZ, dR

    def _add(self, gradients: Any, dZ: Any, dR: Any, A: Any, A_prev: Any, X: Any) -> None:
        m = X.shape[1]
        dW_ax, dW_aa, db_a, dW_ya, db_y = (gradients[name] for name in PARAMETERS)
        dW_ya = dW_ya + dZ @ A.T / m  # (8)
        dW_aa = dW_aa + dR @ A_prev.T / m  # (9)
        dW_ax = dW_ax + dR @ X.T / m  # (10)
        db_y = db_y + np.sum(dZ, axis=1, keepdims=True) / m  # (11)
        db_a = db_a + np.sum(dR, axis=1, keepdims=True) / m  # (12)
        gradients |= dict(zip(PARAMETERS, (dW_ax, dW_aa, db_a, dW_ya, db_y), strict=True))

    def update(self, gradients: dict[str, np.ndarray], learning_rate: float) -> None:
        """One step of gradient descent."""
        alpha = _checks.real(self, "learning_rate", learning_rate, "[0, inf)")
        for name, dW in gradients.items():
            W = getattr(self, name)
            W = W - alpha * dW  # (13)
            setattr(self, name, W)

    def fit(self, X: Any, Y: Any, learning_rate: float, iterations: int) -> np.ndarray:
        """Steps of gradient descent on all examples; returns the cost before each of them."""
        return descend(self, X, Y, learning_rate, iterations)

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class at each step, of shape (T, m)."""
        return np.array([Z.argmax(axis=0) for Z in self.forward(X)[1]])

    def _sequences(self, X: Any) -> np.ndarray:
        X = numbers(type(self).__name__, "X", X)
        if X.ndim != 3 or X.shape[1] != self.n_x or not X.size:
            raise ValueError(
                f"{type(self).__name__}: `X` must have the shape (steps, {self.n_x}, m), with at least one step and "
                f"one example. Received: X.shape={X.shape}."
            )
        return X

    def _labels(self, Y: Any, steps: int, m: int) -> list[np.ndarray]:
        Y = numbers(type(self).__name__, "Y", Y)
        if len(Y.shape) != 3 or len(Y) != steps:
            raise ValueError(
                f"{type(self).__name__}: `Y` must have the shape ({steps}, {self.n_y}, {m}), as `X` has "
                f"{steps} steps. Received: Y.shape={Y.shape}."
            )
        return [labels(self, each, self.n_y, m) for each in Y]
