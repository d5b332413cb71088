r"""Weight initialization: how large the first weights are.

Sources: CS231n-6; DLS-C2-blog; Flowchart C2.

$$ W = s \cdot \mathcal N(0, 1) \tag{1} $$
$$ W = \sqrt{\frac{1}{n_\text{in}}} \cdot \mathcal N(0, 1) \tag{2} $$
$$ W = \sqrt{\frac{2}{n_\text{in}}} \cdot \mathcal N(0, 1) \tag{3} $$

$W$ is a kernel of shape $(\dots, n_\text{in}\text{ channels}, n_\text{out})$; $n_\text{in}$, the fan-in, is the number
of inputs of one unit: the product of all axes but the last. $s$ is `stddev`. (2) keeps the variance of tanh units, (3)
that of ReLU units, of which half are 0.

Differs from `keras.initializers.GlorotNormal`, whose variance is $2 / (n_\text{in} + n_\text{out})$, and from
`HeNormal`, which cuts the tails off at 2.27 standard deviations. Equals
`VarianceScaling(1.0, "fan_in", "untruncated_normal")` (2) and `VarianceScaling(2.0, ...)` (3), draw for draw.
"""

import math
from collections.abc import Sequence
from typing import Any

import keras

from dlref import _checks


class _Normal(keras.initializers.RandomNormal):
    def __init__(self, seed: int | keras.random.SeedGenerator | None = None) -> None:
        if isinstance(seed, dict):
            seed = keras.saving.deserialize_keras_object(seed)
        if not isinstance(seed, keras.random.SeedGenerator | None):
            seed = _checks.integer(self, "seed", seed, 0, 2**32 - 1)
        super().__init__(mean=0.0, stddev=1.0, seed=seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """A draw of `shape`."""
        return super().__call__(_sizes(self, shape), dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"seed": super().get_config()["seed"]}


def _sizes(owner: Any, shape: Sequence[int]) -> list[int]:
    return [
        _checks.integer(owner, "shape", n, 0, 2**31 - 1)
        for n in _checks.sequence(owner, "shape", shape)
    ]


def _fan_in(owner: Any, shape: Sequence[int]) -> int:
    shape = _sizes(owner, shape)
    n_in = math.prod(shape[:-1]) if len(shape) > 1 else math.prod(shape)
    if n_in < 1:
        raise ValueError(
            f"{type(owner).__name__}: `shape` must have no empty axis. Received: {shape}."
        )
    return n_in


@keras.saving.register_keras_serializable("dlref")
class SmallNormal(_Normal):
    r"""Small normal weights, $W = s \cdot \mathcal N(0, 1)$.

    Args:
        stddev: $s \ge 0$. Defaults to 0.01.
        seed: an integer, a `keras.random.SeedGenerator`, or None. Every call of one object
            gives the same draw, unless `seed` is a `SeedGenerator`.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if `stddev` is NaN or negative, or `seed` no number from 0 to 4294967295.

    Example:
        >>> SmallNormal(seed=0)((3, 2)).shape == (3, 2)
        True
    """

    def __init__(self, stddev: float = 0.01, seed: Any = None) -> None:
        super().__init__(seed)
        self.scale = _checks.real(self, "stddev", stddev, "[0, inf)", "float32")

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """A draw of `shape`."""
        s = self.scale

        return s * super().__call__(shape, dtype)  # (1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "stddev": self.scale}


@keras.saving.register_keras_serializable("dlref")
class XavierNormal(_Normal):
    r"""Xavier weights for tanh units, $W = \sqrt{1 / n_\text{in}} \cdot \mathcal N(0, 1)$.

    Args:
        seed: an integer, a `keras.random.SeedGenerator`, or None. Every call of one object
            gives the same draw, unless `seed` is a `SeedGenerator`.

    Raises:
        TypeError: if `seed` has the wrong type.
        ValueError: if `seed` is no number from 0 to 4294967295.

    Example:
        >>> XavierNormal(seed=0)((3, 2)).shape == (3, 2)
        True
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """A draw of `shape`."""
        n_in = _fan_in(self, shape)

        return math.sqrt(1 / n_in) * super().__call__(shape, dtype)  # (2)


@keras.saving.register_keras_serializable("dlref")
class HeNormal(_Normal):
    r"""He weights for ReLU units, $W = \sqrt{2 / n_\text{in}} \cdot \mathcal N(0, 1)$.

    Args:
        seed: an integer, a `keras.random.SeedGenerator`, or None. Every call of one object
            gives the same draw, unless `seed` is a `SeedGenerator`.

    Raises:
        TypeError: if `seed` has the wrong type.
        ValueError: if `seed` is no number from 0 to 4294967295.

    Example:
        >>> HeNormal(seed=0)((3, 2)).shape == (3, 2)
        True
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Any:
        """A draw of `shape`."""
        n_in = _fan_in(self, shape)

        return math.sqrt(2 / n_in) * super().__call__(shape, dtype)  # (3)
