r"""Mini-batches: the examples shuffled, then cut into pieces of one size.

Sources: DLS-C2-blog; Flowchart C2.

$$ T = \left\lceil \frac{m}{n} \right\rceil \tag{1} $$
$$ a = (t - 1)\, n \tag{2} $$
$$ b = \min(t\, n, m) \tag{3} $$

Mini-batch $t = 1, \dots, T$ of $m$ examples in a random order holds those at the places $a, \dots, b - 1$, the first
place being 0. $n$ is `batch_size`; if $n$ does not divide $m$, the last mini-batch is smaller.

Equals the mini-batches of `keras.Model.fit` for the same order.
"""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from dlref import _checks
from dlref.preprocessing import examples


def mini_batches(*arrays: Any, batch_size: int = 64, seed: int | None = None) -> Iterator[Any]:
    r"""The mini-batches of an epoch: each example is in one of them.

    All arrays are shuffled in the same way, so an image keeps its label. Each epoch calls it anew.

    Args:
        *arrays: arrays with an example in each row, or lists, tuples and dictionaries of such; None stays None.
        batch_size: $n$, at least 1: 1 is stochastic gradient descent, $m$ or more the full batch. Defaults to 64.
        seed: an integer from 0 to 4294967295, for an order that can be repeated. Defaults to None, another one at each
            call.

    Returns:
        An iterator of $T$ mini-batches; each is what was given, or a tuple where several things were given.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the arrays have different lengths, or a number is outside its interval.

    Example:
        >>> x = np.arange(10)
        >>> [len(batch) for batch in mini_batches(x, batch_size=4)]
        [4, 4, 2]
        >>> all((b == a**2).all() for a, b in mini_batches(x, x**2, batch_size=4))
        True
    """
    m = examples.count("mini_batches", arrays)
    n = _checks.integer("mini_batches", "batch_size", batch_size, 1)
    return _cut(arrays, examples.generator("mini_batches", seed).permutation(m), n)


def _cut(arrays: tuple[Any, ...], order: np.ndarray, n: int) -> Iterator[Any]:
    m = len(order)
    T = np.ceil(m / n)  # (1)
    for t in range(1, int(T) + 1):
        a = (t - 1) * n  # (2)
        b = np.minimum(t * n, m)  # (3)
        places = order[a:b]
        batch = keras.tree.map_structure(lambda x, i=places: examples.taken(x, i), arrays)
        yield batch if len(arrays) > 1 else batch[0]
