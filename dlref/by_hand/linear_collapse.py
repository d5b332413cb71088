r"""Why a network needs activations: linear layers, one after another, are one linear layer.

Sources: Flowchart C1.

$$ W' = W_2 W_1 \tag{1} $$
$$ b' = W_2 b_1 + b_2 \tag{2} $$

since $W_2 (W_1 x + b_1) + b_2 = W' x + b'$ for every $x$. $W_1$ and $b_1$ are a linear layer, $W_2$ and $b_2$ the one
above it; of more layers the lower two collapse first, then the third onto them, and so on. $W$ has a row for each
output and $b$ is a column.

Equals what `keras.Sequential` computes of Dense layers without activations: $b'$ are its outputs for zeros, and $W'$
those for the unit vectors, without $b'$.
"""

from typing import Any

import numpy as np

from dlref.by_hand.linear_layers import LinearCollapse, read, rounding

_RANDOM = 32  # inputs that show what is not linear


def linear_collapse(layers: Any) -> LinearCollapse:
    r"""The one linear layer that several are, $W' x + b'$, shown by the outputs of both.

    They are compared for zeros and for each unit vector, which determine a linear layer, and for 32 random inputs. A
    model runs in float64, whatever its dtype, and is not changed.

    Args:
        layers: a Keras model of Dense layers without activations, or a list of pairs $(W, b)$ from the lowest layer on.

    Returns:
        `W`, `b` and how far the outputs were apart.

    Raises:
        TypeError: if `layers` is neither.
        ValueError: if a layer is not linear or does not fit, or if the outputs differ by more than rounding.

    Example:
        >>> found = linear_collapse([([[1.0, 2.0]], [[1.0]]), ([[3.0], [4.0]], [[0.0], [5.0]])])
        >>> found.W.tolist(), found.b.tolist()
        ([[3.0, 6.0], [4.0, 8.0]], [[3.0], [9.0]])
    """
    pairs, function = read(layers)
    (W, b), *rest = pairs
    for W_2, b_2 in rest:
        W_1, b_1 = W, b
        W_prime = W_2 @ W_1  # (1)
        b_prime = W_2 @ b_1 + b_2  # (2)
        W, b = W_prime, b_prime

    n = W.shape[1]
    random = np.random.default_rng(0).standard_normal((n, _RANDOM))
    X = np.hstack([np.zeros((n, 1)), np.eye(n), random])
    apart, explained = np.abs(function(X) - (W @ X + b)), rounding(pairs, X)
    worst = np.unravel_index(np.argmax(apart - explained), apart.shape)
    if not apart[worst] <= explained[worst]:
        raise ValueError(
            "linear_collapse: the model must do no more than its kernels and biases say. Received: outputs that differ "
            f"from W'x + b' by {apart[worst]:.3g}, where rounding explains {explained[worst]:.1e}. Look for a layer "
            "with a call of its own, one that is used twice, and a sum of layers."
        )
    return LinearCollapse(W, b, len(pairs), X.shape[1], float(apart.max()), float(explained.max()))
