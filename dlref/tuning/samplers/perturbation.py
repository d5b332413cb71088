"""Population-based training: who takes over from whom, and what becomes of the hyperparameters.

Source: Jaderberg et al., 2017: truncation selection, and perturbing or resampling. The arguments have the names that
they have in Ray Tune's `PopulationBasedTraining`.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keras_tuner.engine import hyperparameters as hp_types

from dlref.tuning.samplers.distributions import finite_values


@dataclass(frozen=True)
class Perturbation:
    """The plan of a search; what it draws is a function of the seed, the epoch and the member's number.

    Args:
        interval: epochs between two exchanges.
        quantile_fraction: of the members, that takes over, and that is taken over.
        resample_probability: with which a value is drawn anew from the space, instead of being multiplied.
        factors: one of which multiplies it.

    Example:
        >>> plan = Perturbation(interval=2, quantile_fraction=0.25)
        >>> plan.parents([3, 1, 0, 2], seed=0, epoch=2)  # best first
        {2: 3}
    """

    interval: int
    quantile_fraction: float = 0.25
    resample_probability: float = 0.25
    factors: tuple[float, ...] = (1.2, 0.8)

    def parents(
        self, ranked: Sequence[int], seed: int, epoch: int, lost: int = 0
    ) -> dict[int, int]:
        """From whom each of the last members takes over: one of as many best ones.

        Args:
            ranked: the members' numbers, best first.
            seed: of the search.
            epoch: after how many epochs.
            lost: how many of the last have diverged. Those take over after any epoch.
        """
        count = min(math.ceil(len(ranked) * self.quantile_fraction), len(ranked) // 2)
        best = ranked[: min(count, len(ranked) - lost)]
        last = max(lost, 0 if epoch % self.interval else count) if best else 0
        return {
            number: random.Random(f"{seed}/{epoch}/{number}/parent").choice(best)
            for number in ranked[len(ranked) - last :]
        }

    def explore(
        self, hps: Sequence[Any], values: Mapping[str, Any], seed: int, epoch: int, number: int
    ) -> dict[str, Any]:
        """New values of these hyperparameters, one by one."""
        found = {}
        for hp in hps:
            drawn = random.Random(f"{seed}/{epoch}/{number}/{hp.name}")
            if drawn.random() < self.resample_probability:
                found[hp.name] = hp.random_sample(f"{seed}/{epoch}/{number}/{hp.name}")
            else:
                found[hp.name] = multiplied(hp, values[hp.name], drawn.choice(self.factors))
        return found


def multiplied(hp: Any, value: Any, factor: float) -> Any:
    """A value times a factor, within the bounds; of a hyperparameter with steps, at least one step further.

    What lies on a mirrored log scale is multiplied as its distance from the other end, and what is no number stays.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Float("rate", 0.0, 0.5, step=0.1), hp.Float("learning_rate", 1e-4, 0.1, sampling="log")
        >>> [multiplied(hp.space[0], value, 1.2) for value in (0.1, 0.4, 0.5)]
        [0.2, 0.5, 0.5]
        >>> [multiplied(hp.space[1], value, 0.5) for value in (0.01, 0.00015)]
        [0.005, 0.0001]
    """
    if isinstance(hp, hp_types.Fixed) or type(value) not in (int, float):
        return value
    mirrored = getattr(hp, "sampling", None) == "reverse_log"
    ends = hp.min_value + hp.max_value if mirrored else 0.0
    target = ends - (ends - value) * factor if mirrored else value * factor
    values = finite_values(hp)
    if values is None:
        return min(max(target, hp.min_value), hp.max_value)
    nearest = min(values, key=lambda other: abs(other - target))
    if nearest == value and target != value:
        further = [other for other in values if (other - value) * (target - value) > 0]
        nearest = min(further, key=lambda other: abs(other - value), default=value)
    return nearest
