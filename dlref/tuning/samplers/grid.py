"""All combinations of a space, one after the other."""

from collections.abc import Sequence
from typing import Any

from dlref.tuning.samplers.distributions import combinations
from dlref.tuning.samplers.sampler import Earlier, RandomSampler


class GridSampler(RandomSampler):
    """Every combination of the values of a space, once; a hyperparameter's default comes first.

    A range without a step has the ten values that keras-tuner gives it, and its default. What only some models declare
    is combined as soon as one of them has declared it.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Choice("optimizer", ["sgd", "adam"]), hp.Int("units", 16, 32, step=16)
        >>> drawn = GridSampler().sample(0, range(9), hp.space, lambda first: [])
        >>> [tuple(values.values()) for values in drawn]
        [('sgd', 16), ('sgd', 32), ('adam', 16), ('adam', 32)]
    """

    draws_new = False  # what a model is the first to declare has its default there

    def sample(
        self, seed: int, numbers: Sequence[int], space: list[Any], earlier: Earlier
    ) -> list[dict[str, Any]]:
        # All of them, for a model may have declared more since its trial was drawn.
        tried = [frozenset(values.items()) for values in earlier(0)]
        known, names = set(tried), {frozenset(dict(items)) for items in tried}
        found: list[dict[str, Any]] = []
        for values in combinations(space, _with_default):
            if len(found) == len(numbers):
                break
            # A model that did not declare the others is the same whatever they are.
            parts = (frozenset((n, values[n]) for n in own) for own in names if own <= {*values})
            if known.isdisjoint(parts):
                found.append(values)
        return found

    def draw(
        self, seed: int, number: int, space: Sequence[Any], attempt: int = 0
    ) -> dict[str, Any]:
        drawn = self.sample(seed, range(number + 1), list(space), lambda first: [])
        return drawn[min(number, len(drawn) - 1)]


def _with_default(hp: Any) -> list[Any]:
    """The values that keras-tuner gives a hyperparameter, its default first."""
    return list(dict.fromkeys([hp.default, *hp.values]))
