"""Each hyperparameter on its right scale: log, 1 - beta on a log scale, powers of two, linear, categories.

A value has three forms: as the tables show it (beta); as a coordinate on its axis (1 - beta, or the index among few
values, such as powers of two and categories); and as its place on the axis from 0 to 1, which is what parallel
coordinates show and what averages over neighbours are made with.
"""

from dataclasses import dataclass, field
from math import ceil, floor, isfinite, log, log10
from typing import Any, TypeGuard

import numpy as np
import optuna

from dlref.tuning.report.bilingual_text import label
from dlref.tuning.report.terminal_summary import format_value
from dlref.tuning.samplers.one_minus import ONE_MINUS, shown
from dlref.tuning.trials.records import Sweep, Trial

FEW = 10  # integers in a range that count as few values
JITTER = 0.25  # how far the points of one of few values are spread, so that they can be told apart


@dataclass(frozen=True)
class Scale:
    """The scale of one hyperparameter."""

    name: str
    kind: str  # "log", "one_minus", "linear", "powers", "integers" or "categories"
    low: float = (
        0.0  # of log and linear the ends of the axis, of powers and integers the first value
    )
    high: float = 1.0
    step: float = 1.0  # from one of the powers or integers to the next
    labels: list[str] = field(default_factory=list)  # of each of few values

    @property
    def stored(self) -> str:
        """The name it is stored under."""
        scope, slash, last = self.name.rpartition("/")
        return scope + slash + ONE_MINUS + last if self.kind == "one_minus" else self.name

    @property
    def discrete(self) -> bool:
        """Whether it has so few values that each has a column of its own."""
        return bool(self.labels)

    @property
    def whole(self) -> bool:
        """Whether a continuous axis has whole numbers only."""
        return self.kind == "linear" and isinstance(self.low, int) and isinstance(self.high, int)

    def at(self, trial: Trial) -> float | None:
        """The coordinate of the trial's value; None if it has none that fits."""
        value = trial.values.get(self.name)
        if self.kind == "categories":
            return None if value is None else self.labels.index(label(value))
        value = 1 - value if self.kind == "one_minus" and is_number(value) else value
        if not is_number(value) or (value <= 0 and self.kind in ("log", "one_minus", "powers")):
            return None
        if self.kind == "powers":
            return round(log(value / self.low) / log(self.step), 9)
        return (value - self.low) / self.step if self.kind == "integers" else value

    def places(self, coordinates: Any) -> np.ndarray:
        """Places from 0 to 1."""
        values = np.array(coordinates, float)
        if self.discrete:
            return values / max(len(self.labels) - 1, 1)
        low, high = self.low, self.high
        if self.kind != "linear":
            low, high, values = log10(low), log10(high), np.log10(values)
        places = (values - low) / ((high - low) or 1.0)
        return 1 - places if self.kind == "one_minus" else places

    def coordinates(self, places: np.ndarray) -> np.ndarray:
        """The coordinates at these places of a continuous axis."""
        places = 1 - places if self.kind == "one_minus" else places
        if self.kind == "linear":
            return self.low + places * (self.high - self.low)
        return self.low * (self.high / self.low) ** places

    def spread(self, trials: list[Trial]) -> np.ndarray:
        """The trials' coordinates for points in a plot: those of one of few values are spread a little."""
        found = np.array([self.at(trial) for trial in trials], float)
        if not self.discrete:
            return found
        shares = np.array([trial.number for trial in trials], float) * (5**0.5 - 1) / 2 % 1
        return found + JITTER * min(1, len(trials) / 30) * (2 * shares - 1)

    def ticks(self) -> tuple[list[float], list[str]]:
        """Where the axis has its ticks, and what they say."""
        if self.discrete:
            return list(range(len(self.labels))), self.labels
        if self.kind == "linear":
            values = np.linspace(self.low, self.high, 5).tolist()
            return values, [format_value(value) for value in values]
        values = log_ticks(self.low, self.high)
        said = [1 - value if self.kind == "one_minus" else value for value in values]
        return values, [f"{value:.15g}".replace("e-0", "e-") for value in said]

    def axis(self) -> dict[str, Any]:
        """The axis in a plot: the whole range that was searched."""
        axis: dict[str, Any] = {"title": {"text": label(self.name)}, "type": "linear"}
        values, texts = self.ticks()
        if self.discrete:
            ends = [-0.5, len(self.labels) - 0.5]
            return axis | {"range": ends, "tickvals": values, "ticktext": texts}
        if self.kind == "linear":
            margin = 0.04 * (self.high - self.low) or 0.5
            return axis | {"range": [self.low - margin, self.high + margin]}
        low, high = log10(self.low), log10(self.high)
        margin = 0.04 * (high - low) or 0.5
        axis |= {"type": "log", "range": [low - margin, high + margin]}
        if self.kind == "one_minus":
            axis["range"].reverse()
        return axis | {"tickvals": values, "ticktext": texts}

    def distribution(self) -> optuna.distributions.BaseDistribution:
        """The same scale in Optuna, over the coordinates."""
        last = len(self.labels) - 1
        if self.kind == "categories":
            return optuna.distributions.CategoricalDistribution(range(last + 1))
        if self.discrete:
            return optuna.distributions.IntDistribution(0, last)
        if self.whole:
            return optuna.distributions.IntDistribution(int(self.low), int(self.high))
        return optuna.distributions.FloatDistribution(
            self.low, self.high, log=self.kind != "linear"
        )


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten where there are two of them or more, else 1, 2, 5 of each as well."""
    first, last = floor(log10(low)), ceil(log10(high))
    stride = max(1, (last - first) // 6)
    for digits in ((1,), (1, 2, 5), tuple(range(1, 10))):
        found = [d * 10.0**k for k in range(first, last + 1, stride) for d in digits]
        ticks = [tick for tick in found if low * 0.999 <= tick <= high * 1.001]
        if len(ticks) > 1:
            return ticks
    return [low, high]


def scales(sweep: Sweep) -> list[Scale]:
    """The scales of the hyperparameters that were searched and have values to show, each once."""
    declared: dict[str, list[dict[str, Any]]] = {}
    for hp in sweep.space:
        if hp["class_name"] != "Fixed":
            declared.setdefault(hp["config"]["name"], []).append(hp["config"])
    made = (_scale(sweep, name, configs) for name, configs in declared.items())
    return [scale for scale in made if scale is not None]


def _scale(sweep: Sweep, stored: str, configs: list[dict[str, Any]]) -> Scale | None:
    name = shown(stored, 0)[0]
    values = [trial.values[name] for trial in sweep.trials if name in trial.values]
    if not values:
        return None
    if any("min_value" not in config for config in configs):
        options = [value for config in configs for value in config.get("values", [False, True])]
        labels = list(dict.fromkeys(label(value) for value in (*options, *values)))
        return Scale(name, "categories", labels=labels)
    config = configs[-1]
    ends = [config[end] for config in configs for end in ("min_value", "max_value")]
    log_scale = config.get("sampling") == "log" and min(ends) > 0
    kind = "linear" if not log_scale else "one_minus" if name != stored else "log"
    scale = Scale(name, kind)
    ends += [at for at in map(scale.at, sweep.trials) if at is not None]  # ranges may have changed
    low, high, step = min(ends), max(ends), config.get("step") or 1
    if kind == "log" and step > 1 and (steps := log(high / low) / log(step)) < 3 * FEW:
        return _few(name, "powers", low, step, 1 + round(steps))
    integers = all(isinstance(end, int) for end in ends)
    if kind == "linear" and integers and (steps := (high - low) / step) < FEW:
        return _few(name, "integers", low, step, 1 + round(steps))
    return Scale(name, kind, low, high)


def _few(name: str, kind: str, low: float, step: float, count: int) -> Scale:
    steps = range(count)
    values = [low * step**k if kind == "powers" else low + step * k for k in steps]
    texts = [format_value(value) for value in values]
    return Scale(name, kind, low, step=step, labels=texts)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether it is a finite number, and no boolean."""
    real = isinstance(value, int | float) and not isinstance(value, bool)
    return real and isfinite(value)
