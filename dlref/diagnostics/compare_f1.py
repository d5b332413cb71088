r"""F1 of two classifiers on the same examples, and how well their difference is known.

Source: Flowchart C3, for F1 and the choice of the larger; the interval is the infinitesimal jackknife of statistics.

$$ F = \frac{2 \sum_i y_i \hat y_i}{\sum_i (y_i + \hat y_i)} \tag{1} $$
$$ u_i = \frac{2 y_i \hat y_i - F\, (y_i + \hat y_i)}{\frac{1}{m} \sum_k (y_k + \hat y_k)} \tag{2} $$
$$ d = F - G \tag{3} $$
$$ s = \frac{1}{m} \sqrt{\sum_i (u_i - v_i)^2} \tag{4} $$
$$ d_\text{low} = d - z\, s \tag{5} $$
$$ d_\text{high} = d + z\, s \tag{6} $$

$y_i$ (`y`) is 1 for an example of the class, $\hat y_i$ (`y_hat`) is 1 where a classifier says so, and $m$ (`m`) counts
the examples. $u_i$ (`u`) is how much example $i$ moves $F$: at the weight $1 + w$ in place of 1, by $w\, u_i / m$. With
$F$ and $u$ of classifier A, $G$ (`G`) and $v$ (`v`) of classifier B, $s$ is the standard error of the difference, and
$z$ (`z`) is 1.96 for 95 %. An example that both decide alike hardly widens the interval.

Equals `sklearn.metrics.f1_score` of each classifier. Keras has nothing of the interval.
"""

import math
from typing import Any

import numpy as np
from keras import ops

from dlref import _checks
from dlref.diagnostics.compare_f1_report import F1Comparison

z = 1.959963984540054  # 95 % of a normal distribution lie within


def compare_f1(y_true: Any, a: Any, b: Any, threshold: float = 0.5) -> F1Comparison:
    r"""Compares two classifiers by F1 on one dev set, and says whether its examples suffice to tell them apart.

    Args:
        y_true: labels of the m examples, 0 or 1, of shape (m,) or (m, 1).
        a: what classifier A puts out for them: decisions or probabilities, of the same shape.
        b: what classifier B puts out.
        threshold: what is above it counts as 1. Defaults to 0.5.

    Returns:
        Both F1, their difference, its interval and a verdict; `print` shows them.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if the shapes differ, a label is neither 0 nor 1, an output is NaN or infinite, or no example is
            of the class.

    Example:
        >>> y_true = np.arange(1000) < 500
        >>> a = (np.arange(1000) < 450) | (np.arange(1000) >= 976)
        >>> b = np.arange(1000) < 400
        >>> found = compare_f1(y_true, a, b)
        >>> [round(100 * found.f1[0], 1), round(100 * found.f1[1], 1), found.verdict]
        [92.4, 88.9, 'A']
    """
    threshold = _checks.real("compare_f1", "threshold", threshold, "(-inf, inf)")
    y = _column("y_true", y_true)
    if not np.isin(y, (0, 1)).all():
        wrong = y[~np.isin(y, (0, 1))][0]
        raise ValueError(f"compare_f1: `y_true` must hold 0 and 1. Received: {wrong:g}.")
    if not y.any():
        raise ValueError("compare_f1: `y_true` must hold an example of the class. Received: no 1.")
    decisions = []
    for name, outputs in (("a", a), ("b", b)):
        scores = _column(name, outputs)
        if scores.shape != y.shape:
            raise ValueError(
                f"compare_f1: `{name}` must have an output for each of the {len(y)} labels. Received: {len(scores)}."
            )
        decisions.append((scores > threshold).astype("float64"))
    a, b = decisions
    scores, d, s, ends = _difference(y, a, b)
    return F1Comparison(scores, d, s, ends, examples=len(y), different=int(np.sum(a != b)))


def _f1_and_influence(y: np.ndarray, y_hat: np.ndarray) -> tuple[float, np.ndarray]:
    m = len(y)
    F = 2 * np.sum(y * y_hat) / np.sum(y + y_hat)  # (1)
    u = (2 * y * y_hat - F * (y + y_hat)) / (np.sum(y + y_hat) / m)  # (2)
    return float(F), u


def _difference(y: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[Any, ...]:
    """Both F1, their difference, its standard error and its interval."""
    m = len(y)
    F, u = _f1_and_influence(y, a)
    G, v = _f1_and_influence(y, b)
    d = F - G  # (3)
    s = math.sqrt(np.sum((u - v) ** 2)) / m  # (4)
    d_low = d - z * s  # (5)
    d_high = d + z * s  # (6)
    return (F, G), d, s, (d_low, d_high)


def _column(argument: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(ops.convert_to_numpy(value)).astype("float64")
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"compare_f1: `{argument}` must be an array of numbers. Received: {error}."
        ) from error
    if array.ndim not in (1, 2) or array.shape[1:] not in ((), (1,)) or not array.size:
        raise ValueError(
            f"compare_f1: `{argument}` must have the shape (m,) or (m, 1). Received: shape {array.shape}. Of several "
            "classes, compare one at a time."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"compare_f1: `{argument}` must hold finite numbers. Received: NaN or infinity."
        )
    return array.reshape(-1)
