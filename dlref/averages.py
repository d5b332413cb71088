r"""Exponentially weighted averages, and the correction of their start.

Source: DLS-C2-blog.

$$ v_t = \beta v_{t-1} + (1 - \beta)\, \theta_t \tag{1} $$
$$ \hat v_t = \frac{v_t}{1 - \beta^t} \tag{2} $$

$\theta_t$ (`values`) is a series along the first axis, $t = 1, 2, \dots, T$, and $v_0 = 0$; the average $v_t$
(`averages`) reaches back about $1 / (1 - \beta)$ terms, since $\beta^{1/(1-\beta)} \approx 1/e$. Started at 0 it is too
small at first; (2) divides by the sum of its weights, $1 - \beta^t$.

Equals `scipy.signal.lfilter([1 - beta], [1, -beta], values)`. In Keras (1) is the moving average of
`BatchNormalization`; `use_ema` of an optimizer starts at $\theta_1$ instead of 0 and so needs no (2). In half precision
both are computed in float32 and rounded.
"""

from typing import Any

from keras import ops

from dlref import _checks


def exponentially_weighted_average(values: Any, beta: float) -> Any:
    r"""The averages $v_1, \dots, v_T$ of a series.

    Args:
        values: $\theta_1, \dots, \theta_T$, a floating-point tensor of shape $(T, ...)$ with $T \ge 1$.
        beta: $\beta$ in [0, 1).

    Returns:
        A tensor of the shape of `values`.

    Raises:
        TypeError: if `beta` is not a number, or `values` no tensor of real numbers.
        ValueError: if `beta` is NaN or outside [0, 1), or `values` has no first axis.

    Example:
        >>> [round(float(v), 3) for v in exponentially_weighted_average([1.0, 1.0, 1.0], 0.9)]
        [0.1, 0.19, 0.271]
    """
    theta, beta, dtype = _tensors("exponentially_weighted_average", "values", values, beta)

    def step(v: Any, theta_t: Any) -> tuple[Any, Any]:
        v = beta * v + (1 - beta) * theta_t  # (1)
        return v, v

    return ops.cast(ops.scan(step, ops.zeros_like(theta[0]), theta)[1], dtype)


def bias_correction(averages: Any, beta: float) -> Any:
    r"""The corrected averages $\hat v_t = v_t / (1 - \beta^t)$.

    Args:
        averages: $v_1, \dots, v_T$, a floating-point tensor of shape $(T, ...)$ with $T \ge 1$.
        beta: $\beta$ in [0, 1), the one the averages were made with.

    Returns:
        A tensor of the shape of `averages`.

    Raises:
        TypeError: if `beta` is not a number, or `averages` no tensor of real numbers.
        ValueError: if `beta` is NaN or outside [0, 1), or `averages` has no first axis.

    Example:
        >>> [round(float(v), 3) for v in bias_correction([0.1, 0.19, 0.271], 0.9)]
        [1.0, 1.0, 1.0]
    """
    v, beta, dtype = _tensors("bias_correction", "averages", averages, beta)
    t = ops.reshape(ops.arange(1, v.shape[0] + 1, dtype=v.dtype), (-1,) + (1,) * (len(v.shape) - 1))

    v_hat = v / (1 - beta**t)  # (2)
    return ops.cast(v_hat, dtype)


def _tensors(owner: str, argument: str, series: Any, beta: Any) -> tuple[Any, Any, str]:
    series, dtype = _checks.at_least_float32(owner, argument, series)
    if len(series.shape) == 0 or not series.shape[0]:
        raise ValueError(
            f"{owner}: `{argument}` must have a first axis of at least 1. "
            f"Received: {argument}.shape={tuple(series.shape)}."
        )
    beta = _checks.real(owner, "beta", beta, "[0, 1)", series.dtype)
    return series, ops.convert_to_tensor(beta, series.dtype), dtype
