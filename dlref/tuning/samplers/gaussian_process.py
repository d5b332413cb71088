"""Bayesian optimization: a Gaussian process tells where a good value is likely.

The process and its bound are those of `keras_tuner.BayesianOptimization`: a Matérn kernel with nu = 2.5, of normalized
scores, and the values with the lowest mean - beta * deviation are tried next. Here each value of a choice has a
direction of its own, for they have no order, and the kernel's length has bounds that suit the cube.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from dlref._checks import integer, real
from dlref._compat.optuna import LazyRandomState

CANDIDATES, NEAR = 1000, 10  # points that are compared, and those around each good one
RESTARTS = 4  # of the fit of the kernel
# Of the kernel, in a cube of side 1: were it smaller, few points would tell nothing of others.
LENGTHS = (0.05, 10.0)
Space = dict[str, BaseDistribution]


class GaussianProcessSampler(optuna.samplers.BaseSampler):
    """Chooses the values whose result would be best if it were `beta` deviations better than expected.

    Args:
        initial_points: so many trials finish before the process is asked; those before are random. Defaults to 2.
        alpha: the variance of the noise of a score, all of which have variance 1. Defaults to 1e-4.
        beta: how many deviations; more explores more. Defaults to 2.6.
        seed: of the values drawn. Defaults to `None`.
        owner: who is named by an error. Defaults to `None`: this class.

    Raises:
        TypeError, ValueError: if an argument is no number or out of range.
    """

    def __init__(
        self,
        initial_points: int = 2,
        alpha: float = 1e-4,
        beta: float = 2.6,
        seed: int | None = None,
        owner: Any = None,
    ) -> None:
        owner = self if owner is None else owner
        self.initial_points = integer(owner, "num_initial_points", initial_points, 1)
        self.alpha = real(owner, "alpha", alpha, "(0, inf)")
        self.beta = real(owner, "beta", beta, "[0, inf)")
        self._random_state = LazyRandomState(seed)
        self._independent = optuna.samplers.RandomSampler(seed)
        self._kernels: dict[int, Any] = {}  # fitted to so many trials

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> Space:
        finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if len(finished) < self.initial_points:
            return {}
        return {name: kind for each in finished for name, kind in each.distributions.items()}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: Space
    ) -> dict[str, Any]:
        if not search_space:
            return {}
        rng, sign = self._random_state.rng, 1 if study.direction.name == "MINIMIZE" else -1
        finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        x = _points([each.params for each in finished], search_space)
        y = sign * np.array([each.value for each in finished], float)
        best = [finished[i].params for i in np.argsort(y, kind="stable")[:NEAR]]
        y = (y - y.mean()) / (y.std() or 1.0)
        process = self._process(len(y), x, y)
        ahead = [each.params for each in running if each.number != trial.number and each.params]
        if ahead:  # as if they had turned out worse than expected, lest they be tried again
            points = _points(ahead, search_space)
            mean, deviation = process.predict(points, return_std=True)
            x, y = np.concatenate([x, points]), np.concatenate([y, mean + deviation])
            process = self._process(len(finished), x, y)
        candidates = [_drawn(search_space, rng) for _ in range(CANDIDATES)]
        candidates += [_drawn(search_space, rng, near) for near in best for _ in range(NEAR)]
        points = _points(candidates, search_space)
        mean, deviation = process.predict(points, return_std=True)
        bound = mean - self.beta * deviation
        known = {row.tobytes() for row in x}
        bound[[row.tobytes() in known for row in points]] += 1e6  # only if there is nothing else
        return candidates[int(np.argmin(bound))]

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: Any
    ) -> Any:
        return self._independent.sample_independent(study, trial, param_name, param_distribution)

    def _process(self, count: int, x: np.ndarray, y: np.ndarray) -> Any:
        """The process of these points; its kernel is fitted once to so many finished trials."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import Matern

        known = self._kernels.get(count)
        process = GaussianProcessRegressor(
            known or Matern(length_scale_bounds=LENGTHS, nu=2.5),
            alpha=self.alpha,
            optimizer=None if known else "fmin_l_bfgs_b",
            n_restarts_optimizer=0 if known else RESTARTS,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            process.fit(x, y)
        self._kernels = {count: process.kernel_}
        return process


def _points(found: Sequence[dict[str, Any]], space: Space) -> np.ndarray:
    """Each trial's place in a cube; what it has no value for lies in the middle."""
    return np.array(
        [[p for n, k in space.items() for p in _place(k, params.get(n))] for params in found]
    )


def _place(kind: Any, value: Any) -> list[float]:
    if isinstance(kind, CategoricalDistribution):
        return [float(choice == value) for choice in kind.choices]
    if value is None or kind.low == kind.high:
        return [0.5]
    low, high, value = (
        np.log([kind.low, kind.high, value]) if kind.log else (kind.low, kind.high, value)
    )
    return [float((value - low) / (high - low))]


def _drawn(space: Space, rng: Any, near: dict[str, Any] | None = None) -> dict[str, Any]:
    """Random values; or the given ones, moved a little, and a tenth of the choices drawn anew."""
    found = {}
    for name, kind in space.items():
        old = (near or {}).get(name)
        if isinstance(kind, CategoricalDistribution):
            keep = old in kind.choices and rng.uniform() > 0.1
            found[name] = old if keep else kind.choices[rng.randint(len(kind.choices))]
            continue
        place = rng.uniform() if old is None else _place(kind, old)[0] + rng.normal(0, 0.1)
        found[name] = _value(kind, min(max(place, 0.0), 1.0))
    return found


def _value(kind: Any, place: float) -> Any:
    if kind.log:
        value = float(np.exp(np.log(kind.low) + place * (np.log(kind.high) - np.log(kind.low))))
    else:
        value = kind.low + place * (kind.high - kind.low)
    if kind.step is not None:
        value = kind.low + round((value - kind.low) / kind.step) * kind.step
    value = min(max(value, kind.low), kind.high)
    return int(value) if isinstance(kind, optuna.distributions.IntDistribution) else float(value)
