"""What a sweep is judged by: the optimizing metrics, the bounds on satisficing ones, and what is measured for both.

Sources: Flowchart C3 (optimizing and satisficing metric: the most accurate of the models that answer within 100 ms).
"""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from dlref.tuning.errors import SweepError

LARGER_IS_BETTER = ("accuracy", "auc", "precision", "recall", "score")
SMALLER_IS_BETTER = ("loss", "error", "crossentropy", "mse", "mae", "latency_ms", "parameters")
BOUND = re.compile(r"\s*([^<>=\s]+)\s*(<=|>=|<|>)\s*([^<>=\s]+)\s*")
WARM_UP, REPEATS = 3, 15


def parse_objective(objective: str) -> str:
    """`"val_loss"` as `"min:val_loss"`; a metric whose direction its name does not say needs one.

    Raises:
        SweepError: if the direction is not known.

    Example:
        >>> parse_objective("val_accuracy"), parse_objective("min:val_cost")
        ('max:val_accuracy', 'min:val_cost')
    """
    direction, colon, name = objective.partition(":")
    if colon and direction in ("min", "max") and name:
        return objective
    if not colon and objective.endswith(LARGER_IS_BETTER):
        return f"max:{objective}"
    if not colon and objective.endswith(SMALLER_IS_BETTER):
        return f"min:{objective}"
    raise SweepError(
        f"--objective {objective!r} must say whether it is to become small or large: "
        f"min:{name or objective} or max:{name or objective}."
    )


def parse_objectives(objectives: Iterable[str]) -> list[str]:
    """Each with its direction.

    Raises:
        SweepError: if a direction is not known, or a metric is named twice.
    """
    parsed = [parse_objective(objective) for objective in objectives]
    names = [objective.partition(":")[2] for objective in parsed]
    if twice := [name for name in names if names.count(name) > 1]:
        raise SweepError(f"--objective {twice[0]} must be given once.")
    return parsed


@dataclass(frozen=True)
class Bound:
    """A satisficing metric: good enough once it keeps its bound."""

    metric: str
    relation: str  # "<=", ">=", "<" or ">"
    limit: float

    @classmethod
    def parse(cls, text: str) -> "Bound":
        """`"latency_ms<=100"`.

        Raises:
            SweepError: if it is no metric, relation and finite number.

        Example:
            >>> Bound.parse("latency_ms <= 100")
            Bound(metric='latency_ms', relation='<=', limit=100.0)
        """
        match = BOUND.fullmatch(text)
        try:
            metric, relation, limit = match.groups() if match else ("", "", "nan")
            bound = cls(metric, relation, float(limit))
        except ValueError:
            bound = cls("", "", float("nan"))
        if not np.isfinite(bound.limit):
            raise SweepError(
                "--subject-to must be METRIC<=NUMBER or METRIC>=NUMBER, such as latency_ms<=100. "
                f"Received: {text!r}."
            )
        return bound

    def __str__(self) -> str:
        return f"{self.metric}{self.relation}{self.limit:.15g}"

    def holds(self, metrics: dict[str, float]) -> bool:
        """Whether the metric was measured and keeps the bound."""
        value = metrics.get(self.metric, float("nan"))
        if self.relation.startswith("<"):
            return value < self.limit or (value == self.limit and self.relation == "<=")
        return value > self.limit or (value == self.limit and self.relation == ">=")


def extra_metrics(names: Iterable[str], example: np.ndarray) -> dict[str, Callable[[Any], float]]:
    """What has to be measured of a trained model besides what Keras reports, by name.

    Args:
        names: of the objectives and of the bounded metrics.
        example: inputs, of which the first is predicted to measure `latency_ms`.
    """
    known = {"latency_ms": Latency(example), "parameters": lambda model: model.count_params()}
    return {name: known[name] for name in names if name in known}


class Latency:
    """Milliseconds that a model takes to predict one example: the median of several, after warming up.

    Functional models that differ in numbers only, such as a dropout rate, do the same work: each architecture is
    measured once.
    """

    def __init__(self, examples: np.ndarray) -> None:
        self.example = examples[:1]
        self.measured: dict[str, float] = {}

    def __call__(self, model: Any) -> float:
        functional = isinstance(model, keras.Sequential) or hasattr(model, "_operations_by_depth")
        if not functional:  # its configuration need not say what it computes
            return self._measure(model)
        architecture = json.dumps(_without_numbers(model.get_config()), default=str)
        if architecture not in self.measured:
            self.measured[architecture] = self._measure(model)
        return self.measured[architecture]

    def _measure(self, model: Any) -> float:
        seconds = []
        for _ in range(WARM_UP + REPEATS):
            began = time.perf_counter()
            np.asarray(model.predict_on_batch(self.example))  # waits for the device
            seconds.append(time.perf_counter() - began)
        return 1000 * statistics.median(seconds[WARM_UP:])


def _without_numbers(config: Any) -> Any:
    if isinstance(config, dict):
        return {k: _without_numbers(v) for k, v in config.items() if k not in ("name", "seed")}
    if isinstance(config, list | tuple):
        return [_without_numbers(value) for value in config]
    return "number" if isinstance(config, float) else config
