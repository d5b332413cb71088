r"""Optimizing and satisficing metrics: the best of the models that keep all bounds.

Source: Flowchart C3.

$$ k = \prod_i [m_i \le b_i] \tag{1} $$
$$ j = \arg\max_j q_j \tag{2} $$

$m$ (`m`) are a model's satisficing metrics, such as its runtime, and $b$ (`b`) their bounds: they have to be good
enough, and no better. $k$ is 1 where a model keeps all of them. Among these models, $j$ is the one whose optimizing
metric $q$ (`q`) is the largest. A metric that must not be small, and an objective that is to become small, enter with
the other sign.

Differs from `numpy.argmax` of all models, which knows no bounds.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dlref import _checks
from dlref.diagnostics.best_model_report import BestModel
from dlref.diagnostics.bias_variance import bias_variance
from dlref.tuning.errors import SweepError
from dlref.tuning.trials.objectives import Bound, parse_objective


def best_model(
    models: Any, objective: str, subject_to: str | Iterable[str] = (), examples: int | None = None
) -> BestModel:
    r"""Chooses among models by one optimizing metric and any number of satisficing ones.

    Args:
        models: the metrics of each model, by its name: a dictionary of dictionaries, or a data frame with a row
            for each.
        objective: the optimizing metric; `"max:"` or `"min:"` stands before a name that does not say its direction.
        subject_to: the bounds, such as `"runtime_ms<=100"`. Defaults to (), no bound.
        examples: how many examples the objective is measured on, if it is a share such as the accuracy. Defaults to
            None: it counts as exact.

    Returns:
        The best model and those that may be as good; `print` shows all as a table.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if there is no model, one lacks a metric or has NaN for it, or a bound cannot be read.

    Example:
        >>> models = {"A": {"accuracy": 0.90, "runtime_ms": 80}, "B": {"accuracy": 0.92, "runtime_ms": 95}}
        >>> models["C"] = {"accuracy": 0.95, "runtime_ms": 1500}
        >>> best_model(models, "accuracy", "runtime_ms<=100").verdict
        'B'
        >>> best_model(models, "accuracy", "runtime_ms<=100", examples=500).verdict
        'B or A'
    """
    table = _table(models)
    bounds, direction, metric = _aims(objective, subject_to)
    for name, metrics in table.items():
        for needed in (metric, *(bound.metric for bound in bounds)):
            if not np.isfinite(_number(metrics, needed)):
                raise ValueError(
                    f"best_model: `models` must have a number for {needed!r} of each model. "
                    f"Received: {metrics.get(needed)!r} of {name!r}, which has {', '.join(map(str, metrics))}."
                )
    kept = [name for name, metrics in table.items() if _keeps(metrics, bounds)]
    sign = 1 if direction == "max" else -1
    values = {name: float(metrics[metric]) for name, metrics in table.items()}
    chosen, tied = None, ()
    if kept:
        chosen = kept[_largest([sign * values[name] for name in kept])]
        others = [name for name in kept if name != chosen]
        tied = tuple(
            n for n in others if _may_be_as_good(values[chosen], values[n], examples, metric)
        )
    return BestModel(table, metric, tuple(map(str, bounds)), chosen, tied, tuple(kept))


def _keeps(metrics: Mapping[str, Any], bounds: list[Bound]) -> bool:
    signs = np.array([1 if bound.relation[0] == "<" else -1 for bound in bounds])
    m = signs * [float(metrics[bound.metric]) for bound in bounds]
    b = signs * [bound.limit for bound in bounds]
    # What must be smaller may be at most the number before.
    b = np.where([bound.relation in "<>" for bound in bounds], np.nextafter(b, -np.inf), b)
    k = np.prod(m <= b)  # (1)
    return bool(k)


def _largest(values: list[float]) -> int:
    q = np.array(values)
    j = np.argmax(q)  # (2)
    return int(j)


def _may_be_as_good(one: float, other: float, examples: int | None, metric: str) -> bool:
    """Whether the 95 % interval of their gap holds 0: two shares of so many examples each."""
    if examples is None:
        return one == other
    n = _checks.integer("best_model", "examples", examples, 1)
    if not (0 <= one <= 1 and 0 <= other <= 1):
        raise ValueError(
            f"best_model: `examples` must be None where the objective is no share in [0, 1]. "
            f"Received: {metric} of {one:g} and {other:g}."
        )
    gap = bias_variance(one, other, examples={"train": n, "dev": n}).gaps[1]
    return gap.low <= 0 <= gap.high


def _table(models: Any) -> dict[str, Mapping[str, Any]]:
    if hasattr(models, "to_dict"):
        models = models.to_dict("index")
    if not isinstance(models, Mapping) or not all(isinstance(m, Mapping) for m in models.values()):
        raise TypeError(
            "best_model: `models` must be a dictionary of each model's metrics or a data frame, such as "
            f'{{"A": {{"accuracy": 0.9}}}}. Received: type {type(models).__name__}.'
        )
    if not models:
        raise ValueError("best_model: `models` must hold a model. Received: none.")
    return {str(name): metrics for name, metrics in models.items()}


def _aims(objective: Any, subject_to: Any) -> tuple[list[Bound], str, str]:
    texts = [subject_to] if isinstance(subject_to, str) else subject_to
    texts = [_checks.text("best_model", "subject_to", text) for text in texts]
    try:
        bounds = [Bound.parse(text) for text in texts]
        direction, _, metric = parse_objective(
            _checks.text("best_model", "objective", objective)
        ).partition(":")
    except SweepError as error:
        words = (
            str(error).replace("--objective", "`objective`").replace("--subject-to", "`subject_to`")
        )
        raise ValueError(f"best_model: {words}") from error
    return bounds, direction, metric


def _number(metrics: Mapping[str, Any], name: str) -> float:
    try:
        return float(metrics[name])
    except (KeyError, TypeError, ValueError):
        return np.nan
