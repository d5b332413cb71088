r"""Avoidable bias, variance, mismatch and overfitting to the dev set, from the errors of four sets.

Source: Flowchart C3; Flowchart C2.

$$ b = e_\text{train} - e_\text{human} \tag{1} $$
$$ v = e_\text{traindev} - e_\text{train} \tag{2} $$
$$ d = e_\text{dev} - e_\text{traindev} \tag{3} $$
$$ o = e_\text{test} - e_\text{dev} \tag{4} $$

$e$ is the error of a set, the share of its examples that the model gets wrong: on the training set, on the train-dev
set, which is drawn like the training set and not trained on, on the dev set and on the test set. $e_\text{human}$ is
the error of people, and stands for the least possible. $b$ is the avoidable bias, $v$ the variance, $d$ the mismatch of
training and dev data, and $o$ how far the model is fitted to the dev set. Without a train-dev set $e_\text{dev}$ takes
its place in (2), and mismatch cannot be told from variance.

An error $p$ (`p`) of $n$ (`n`) examples is known to $c \pm h$, the interval of Wilson,

$$ c = \frac{p + z^2 / (2 n)}{1 + z^2 / n} \tag{5} $$
$$ h = \frac{z}{1 + z^2 / n} \sqrt{\frac{p (1 - p)}{n} + \frac{z^2}{4 n^2}} \tag{6} $$

with $z$ (`z`) 1.96 for 95 %, and the gap $g$ (`g`) of two, $p_2 - p_1$, by Newcombe, to

$$ g_\text{low} = g - \sqrt{(p_2 - l_2)^2 + (u_1 - p_1)^2} \tag{7} $$
$$ g_\text{high} = g + \sqrt{(u_2 - p_2)^2 + (p_1 - l_1)^2} \tag{8} $$

where $l$ and $u$ are the ends of their intervals.

Keras has nothing of this. Differs from `scipy.stats.binomtest`, whose interval is another by default: (5) and (6) are
`binomtest(k, n).proportion_ci(method="wilson")`.
"""

import math
from collections.abc import Mapping
from typing import Any

from dlref import _checks
from dlref.diagnostics.bias_variance_report import BiasVariance, Gap

SETS = ("human", "train", "train_dev", "dev", "test")
z = 1.959963984540054  # 95 % of a normal distribution lie within


def bias_variance(
    train: float,
    dev: float,
    human: float = 0.0,
    train_dev: float | None = None,
    test: float | None = None,
    examples: Mapping[str, int] | None = None,
    tolerance: float = 0.01,
) -> BiasVariance:
    r"""Tells from errors what holds a model back: bias, variance, mismatched data, or a dev set used up.

    A gap is large if it is above `tolerance` for certain and at least half of the largest gap.

    Args:
        train: the error of the training set, in [0, 1]: 8 % is 0.08.
        dev: the error of the dev set.
        human: the error of people on the same task, the best there are. Defaults to 0.0.
        train_dev: the error of a set that is drawn like the training set and not trained on. Defaults to None: there is
            none.
        test: the error of the test set. Defaults to None: there is none.
        examples: how many examples each error is measured on, such as `{"train": 50000, "dev": 1000}`. An error without
            a number counts as exact.
        tolerance: the largest gap that is not worth any work. Defaults to 0.01.

    Returns:
        The gaps with their intervals, a verdict and what to do; `print` shows them as a table.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if an error is no share in [0, 1], or `examples` names what is no set or a set
            without an error, or gives less than one example.

    Example:
        >>> bias_variance(0.08, 0.10, human=0.01).verdict
        'bias'
        >>> bias_variance(0.08, 0.10, human=0.075).verdict
        'variance'
        >>> bias_variance(0.08, 0.10, human=0.075, examples={"dev": 200}).verdict
        'not enough examples'
    """
    given = dict(zip(SETS, (human, train, train_dev, dev, test), strict=True))
    errors = {
        name: _error(name, value)
        for name, value in given.items()
        if value is not None or name not in ("train_dev", "test")
    }
    tolerance = _checks.real("bias_variance", "tolerance", tolerance, "[0, 1]")
    counts = _counts(examples, errors)
    gaps = []
    for name, one, two, g in _gaps(errors):
        ends = _interval_of_gap(g, *((errors[s], counts.get(s)) for s in (one, two)))
        gaps.append(Gap(name, one, two, g, *ends))
    return BiasVariance(errors, counts, tuple(gaps), tolerance)


def _gaps(errors: dict[str, float]) -> list[tuple[str, str, str, float]]:
    """The name of each gap, its two sets, and its size."""
    e_human, e_train, e_dev = (errors[name] for name in ("human", "train", "dev"))
    after = "train_dev" if "train_dev" in errors else "dev"
    e_traindev = errors[after]
    b = e_train - e_human  # (1)
    v = e_traindev - e_train  # (2)
    found = [("bias", "human", "train", b), ("variance", "train", after, v)]
    if after == "train_dev":
        d = e_dev - e_traindev  # (3)
        found.append(("mismatch", "train_dev", "dev", d))
    if "test" in errors:
        e_test = errors["test"]
        o = e_test - e_dev  # (4)
        found.append(("overfitting to dev", "dev", "test", o))
    return found


def _interval(p: float, n: int | None) -> tuple[float, float]:
    """Of an error that is measured on n examples; one of which this is not known is exact."""
    if n is None:
        return p, p
    c = (p + z**2 / (2 * n)) / (1 + z**2 / n)  # (5)
    h = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))  # (6)
    return c - h, c + h


def _interval_of_gap(g: float, one: Any, two: Any) -> tuple[float, float]:
    p_1, (l_1, u_1) = one[0], _interval(*one)
    p_2, (l_2, u_2) = two[0], _interval(*two)
    g_low = g - math.sqrt((p_2 - l_2) ** 2 + (u_1 - p_1) ** 2)  # (7)
    g_high = g + math.sqrt((u_2 - p_2) ** 2 + (p_1 - l_1) ** 2)  # (8)
    return g_low, g_high


def _error(name: str, value: Any) -> float:
    try:
        return _checks.real("bias_variance", name, value, "[0, 1]")
    except ValueError as error:
        raise ValueError(f"{error} An error of 8 % is 0.08.") from None


def _counts(examples: Any, errors: dict[str, float]) -> dict[str, int]:
    if examples is None:
        return {}
    if not isinstance(examples, Mapping):
        raise TypeError(
            'bias_variance: `examples` must be a dictionary, such as {"dev": 1000}. '
            f"Received: {examples!r:.99} (type {type(examples).__name__})."
        )
    unknown = [name for name in examples if name not in errors]
    if unknown:
        raise ValueError(
            f"bias_variance: `examples` must name sets whose error is given: {', '.join(errors)}. "
            f"Received: {unknown[0]!r}."
        )
    return {
        name: _checks.integer("bias_variance", "examples", n, 1) for name, n in examples.items()
    }
