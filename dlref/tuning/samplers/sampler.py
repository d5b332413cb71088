"""The values of trial k: a function of the seed, k and each hyperparameter's name alone.

So a search gives the same trials on any number of workers, in any order and after any crash, and two seeds share
nothing. keras-tuner's own oracle draws from a running counter: `seed=0` is ignored, and neighbouring seeds share
most of their values.
"""

import hashlib
import json
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import keras_tuner

from dlref._checks import real
from dlref.tuning.samplers.distributions import combinations, size
from dlref.tuning.samplers.zoom import FEWEST, find_zooms, narrow

ATTEMPTS = 100  # draws of a trial before what is left of a finite space is listed
LARGEST = 2**20  # values of a finite space that are told apart

Earlier = Callable[[int], list[dict[str, Any]]]


class RandomSampler:
    """Draws each hyperparameter at random; values that a finite space has given already are drawn again.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Int("units", 50, 100)
        >>> sampler = RandomSampler()
        >>> [sampler.draw(0, number, hp.space)["units"] for number in (0, 1, 0)]
        [58, 61, 58]
    """

    counter_based = True  # needs no results, so many trials can be claimed at once

    def __init__(self) -> None:
        self._tried: set[bytes] = set()
        self._next = 0  # the values of the trials below are in `_tried`

    def draw(
        self, seed: int, number: int, space: Sequence[Any], attempt: int = 0
    ) -> dict[str, Any]:
        """What trial `number` draws, whether or not another trial has drawn the same."""
        drawn = keras_tuner.HyperParameters()
        for hp in self.narrowed(number, space):
            if drawn.is_active(hp):
                drawn.values[hp.name] = draw_one(hp, seed, number, attempt)
        return drawn.values

    def narrowed(self, number: int, space: Sequence[Any]) -> Sequence[Any]:
        """The space that trial `number` is drawn from."""
        return space

    def sample(
        self, seed: int, numbers: Sequence[int], space: list[Any], earlier: Earlier
    ) -> list[dict[str, Any]]:
        """The values of new trials; fewer than `numbers` if the space holds no others.

        Args:
            seed: of the search.
            numbers: of the trials, one after the other.
            space: the hyperparameters.
            earlier: gives the values of all trials from a number on.
        """
        if size(space) > LARGEST:
            return [self.draw(seed, number, space) for number in numbers]
        if numbers and self._next < numbers[0]:
            self._tried.update(map(_key, earlier(self._next)))
            self._next = numbers[0]
        tried, found = set(self._tried), []
        for number in numbers:
            values = self._untried(seed, number, space, tried)
            if values is None:
                break
            found.append(values)
            tried.add(_key(values))
        return found

    def _untried(
        self, seed: int, number: int, space: list[Any], tried: set[bytes]
    ) -> dict[str, Any] | None:
        for attempt in range(ATTEMPTS):
            values = self.draw(seed, number, space, attempt)
            if _key(values) not in tried:
                return values
        for part in (list(self.narrowed(number, space)), space):
            left = [each for each in combinations(part) if _key(each) not in tried]
            if left:
                return left[random.Random(f"{seed}/{number}/left").randrange(len(left))]
        return None


class CoarseToFineSampler(RandomSampler):
    """Draws from the whole space first, then from the region of the best trials.

    When the coarse stage is complete, each hyperparameter is narrowed on its own scale to where the best trials lie,
    with a margin. Every worker of a search zooms into the same region.

    Args:
        coarse: share of the trials that are drawn from the whole space, above 0 and below 1. Defaults to 0.5.
        best: share of those that tell where to zoom in, above 0 and at most 1; three at least. Defaults to 0.2.

    Raises:
        ValueError: if a share is out of range.

    Source: DLS-C2W3-ko.

    Example:
        >>> CoarseToFineSampler(coarse=0.25).coarse_trials(40)
        10
    """

    def __init__(self, coarse: float = 0.5, best: float = 0.2) -> None:
        super().__init__()
        self.coarse = real("CoarseToFineSampler", "coarse", coarse, "(0, 1)")
        self.best = real("CoarseToFineSampler", "best", best, "(0, 1]")
        self._first = math.inf
        self._zooms: list[dict[str, Any]] = []

    def coarse_trials(self, trials: int) -> int:
        """How many of so many trials are drawn from the whole space."""
        return math.ceil(self.coarse * trials)

    def find_zooms(
        self, ranked: Sequence[dict[str, Any]], space: list[Any]
    ) -> list[dict[str, Any]]:
        """Where to zoom in, given the values of the finished trials, best first."""
        count = max(FEWEST, math.ceil(self.best * len(ranked)))
        return find_zooms(ranked, count, space) if len(ranked) >= FEWEST else []

    def zoom_in(self, first: int, zooms: list[dict[str, Any]]) -> None:
        """Draws the trials from number `first` on from the narrowed ranges."""
        self._first, self._zooms = first, zooms

    def narrowed(self, number: int, space: Sequence[Any]) -> Sequence[Any]:
        return narrow(space, self._zooms) if number >= self._first else space


def draw_one(hp: Any, seed: int, number: int, attempt: int = 0) -> Any:
    """The value of one hyperparameter in trial `number`."""
    return hp.random_sample(f"{seed}/{number}/{attempt}/{hp.name}")


def _key(values: dict[str, Any]) -> bytes:
    return hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=16).digest()
