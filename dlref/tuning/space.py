r"""Hyperparameters on their right scale.

Sources: DLS-C2W3-ko; DLS-C2-blog.

$$ \alpha = 10^r, \quad r \sim U[\log_{10} \alpha_{min},\ \log_{10} \alpha_{max}] \tag{1} $$
$$ 1 - \beta = 10^r, \quad r \sim U[\log_{10}(1 - \beta_{max}),\ \log_{10}(1 - \beta_{min})] \tag{2} $$
$$ \beta = 1 - 10^r \tag{3} $$
$$ n = 2^k, \quad k \sim U\{\log_2 n_{min}, \dots, \log_2 n_{max}\} \tag{4} $$

$\alpha > 0$ is what `log_uniform` returns, such as a learning rate; $0 < \beta < 1$ (`averaging_decay`) is the
weight of the past in an exponentially weighted average, of about $1 / (1 - \beta)$ values; $n$ (`power_of_two`) is
such as a mini-batch size. $U[\cdot]$ is the uniform distribution on an interval, $U\{\cdot\}$ on integers. It is
$1 - \beta$ that is drawn on a log scale because the window $1 / (1 - \beta)$ hardly changes from 0.9 to 0.9005 (10
to 10.05), but doubles from 0.999 to 0.9995 (1000 to 2000).

(1) equals `keras_tuner.HyperParameters.Float(sampling="log")` and (4) `Int(sampling="log", step=2)`. (2) differs
from `Float(sampling="reverse_log")`, which mirrors the log scale of $\beta$ itself: on 0.9...0.999 it is nearly
linear, its median 0.951, not 0.99.
"""

from math import isinf
from typing import Any

from dlref._checks import integer, real
from dlref.tuning.samplers.one_minus import ONE_MINUS


def log_uniform(hp: Any, name: str, min_value: float, max_value: float) -> float:
    r"""Declares a hyperparameter on a log scale: $\alpha = 10^r$, r uniform (1).

    Args:
        hp: a `keras_tuner.HyperParameters`.
        name: its name in the search space.
        min_value: $\alpha_{min} > 0$, the smallest value.
        max_value: $\alpha_{max} > 0$, the largest value, above `min_value`.

    Returns:
        Its value in this trial, a float.

    Raises:
        TypeError: if `hp` declares no hyperparameters, `name` is no string or a bound is no number.
        ValueError: if a bound is NaN, infinite or not above 0, or the range is empty.

    Source: DLS-C2W3-ko. From 0.0001 to 1 a quarter of all draws lies below 0.001.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> log_uniform(hp, "learning_rate", 1e-4, 1.0)  # a fresh space gives the smallest value
        0.0001
    """
    _check_declaration("log_uniform", hp, name)
    alpha_min, alpha_max = _bounds("log_uniform", min_value, max_value, "(0, inf)")

    return hp.Float(name, alpha_min, alpha_max, sampling="log")  # (1)


def averaging_decay(hp: Any, name: str, min_value: float = 0.9, max_value: float = 0.999) -> float:
    r"""Declares $\beta$ of an average, or of momentum, with $1 - \beta$ on a log scale (2), (3).

    The search space holds $1 - \beta$ under `"one_minus_" + name`; tables and reports show $\beta$ under `name`.

    Args:
        hp: a `keras_tuner.HyperParameters`.
        name: the name of $\beta$.
        min_value: $\beta_{min}$ in (0, 1). Defaults to 0.9.
        max_value: $\beta_{max}$ in (0, 1), above `min_value`. Defaults to 0.999.

    Returns:
        $\beta$ in this trial, a float.

    Raises:
        TypeError: if `hp` declares no hyperparameters, `name` is no string or a bound is no number.
        ValueError: if a bound is NaN or not between 0 and 1, or the range is empty.

    Source: DLS-C2W3-ko. The median of $\beta$ from 0.9 to 0.999 is 0.99.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> hp.values["one_minus_momentum"] = 0.01
        >>> averaging_decay(hp, "momentum")
        0.99
    """
    _check_declaration("averaging_decay", hp, name)
    beta_min, beta_max = _bounds("averaging_decay", min_value, max_value, "(0, 1)")

    one_minus_beta = hp.Float(ONE_MINUS + name, 1 - beta_max, 1 - beta_min, sampling="log")  # (2)
    return 1 - one_minus_beta  # (3)


def power_of_two(hp: Any, name: str, min_value: int, max_value: int) -> int:
    r"""Declares a power of two, each exponent equally likely (4).

    Args:
        hp: a `keras_tuner.HyperParameters`.
        name: its name in the search space.
        min_value: $n_{min} \ge 1$, a power of two.
        max_value: $n_{max} \ge 1$, a power of two above `min_value`.

    Returns:
        Its value in this trial, an int.

    Raises:
        TypeError: if `hp` declares no hyperparameters, `name` is no string or a bound is no integer.
        ValueError: if a bound is not a power of two, or the range is empty.

    Source: DLS-C2W3-ko.

    Example:
        >>> import keras_tuner
        >>> power_of_two(keras_tuner.HyperParameters(), "batch_size", 32, 256)
        32
    """
    _check_declaration("power_of_two", hp, name)
    for argument, value in (("min_value", min_value), ("max_value", max_value)):
        number = integer("power_of_two", argument, value, 1)
        if number.bit_count() != 1 or number > 2**62:
            raise ValueError(
                f"power_of_two: `{argument}` must be a power of two from 1 to 2**62. "
                f"Received: {argument}={value!r}."
            )
    _check_order("power_of_two", min_value, max_value)

    n_min, n_max = int(min_value), int(max_value)

    return hp.Int(name, n_min, n_max, step=2, sampling="log")  # (4)


def _bounds(owner: str, min_value: Any, max_value: Any, interval: str) -> tuple[float, float]:
    low = float(real(owner, "min_value", min_value, interval))
    high = float(real(owner, "max_value", max_value, interval))
    _check_order(owner, low, high)
    if isinf(high / low):
        raise ValueError(
            f"{owner}: `max_value` / `min_value` must be at most 1.8e308. "
            f"Received: min_value={min_value!r}, max_value={max_value!r}."
        )
    return low, high


def _check_order(owner: str, low: float, high: float) -> None:
    if not low < high:
        raise ValueError(
            f"{owner}: `min_value` must be smaller than `max_value`. "
            f"Received: min_value={low!r}, max_value={high!r}."
        )


def _check_declaration(owner: str, hp: Any, name: Any) -> None:
    if not (hasattr(hp, "Float") and hasattr(hp, "Int")):
        raise TypeError(
            f"{owner}: `hp` must be a keras_tuner.HyperParameters. "
            f"Received: hp={hp!r} (type {type(hp).__name__})."
        )
    if not isinstance(name, str) or not name:
        raise TypeError(
            f"{owner}: `name` must be a string of at least one character. "
            f"Received: name={name!r} (type {type(name).__name__})."
        )
