"""Hyperband: brackets of trials, and the rungs at which a bracket keeps its best.

Source: Li et al., 2018. The numbers of trials and epochs are those of `keras_tuner.Hyperband`. A trial here is a
configuration: what a rung keeps goes on as the same trial.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState


@dataclass(frozen=True)
class Brackets:
    """The plan of a search: trials are numbered bracket by bracket, and iterations follow each other.

    Example:
        >>> plan = Brackets(max_epochs=9, factor=3)
        >>> [(plan.size(b, 0), plan.rungs(b)) for b in (2, 1, 0)]
        [(9, [(1, 3), (3, 1)]), (5, [(3, 2)]), (3, [])]
        >>> plan.trials
        17
    """

    max_epochs: int
    factor: int = 3
    iterations: int | None = 1  # None: without end

    @property
    def count(self) -> int:
        """How many brackets there are in an iteration."""
        epochs, count = float(self.max_epochs), 0
        while epochs >= 1:
            epochs, count = epochs / self.factor, count + 1
        return count

    def size(self, bracket: int, rung: int) -> int:
        """How many trials of a bracket are trained beyond so many of its rungs."""
        last = math.ceil(1 + math.log(self.max_epochs, self.factor)) / (bracket + 1)
        return math.ceil(last * self.factor ** (bracket - rung))

    def epochs(self, bracket: int, rung: int) -> int:
        """At which epoch a rung is; the last one ends the training."""
        return math.ceil(self.max_epochs / self.factor ** (bracket - rung))

    def rungs(self, bracket: int) -> list[tuple[int, int]]:
        """The epoch of each rung, and how many trials it keeps."""
        return [(self.epochs(bracket, r), self.size(bracket, r + 1)) for r in range(bracket)]

    @property
    def iteration(self) -> list[tuple[int, int]]:
        """Each bracket of an iteration, and how many trials begin in it."""
        return [(bracket, self.size(bracket, 0)) for bracket in reversed(range(self.count))]

    @property
    def trials(self) -> int | None:
        """Of all iterations, or None if they have no end."""
        return self.iterations and self.iterations * sum(size for _, size in self.iteration)

    def starts(self) -> Iterator[tuple[int, int, int]]:
        """The first trial of each bracket, the bracket, and how many trials it has; without end."""
        first = 0
        while True:
            for bracket, size in self.iteration:
                yield first, bracket, size
                first += size


class RungPruner(optuna.pruners.BasePruner):
    """Stops what a rung does not keep, once all trials of the bracket have come to it or ended.

    Args:
        plan: the brackets.
    """

    def __init__(self, plan: Brackets) -> None:
        self.plan = plan
        self.complete = False  # whether the space holds no more trials, though the plan has more
        self.dropped: dict[int, int] = {}  # the epoch of the rung that did not keep a trial
        self.waiting: dict[int, int] = {}  # the epoch of the rung a trial must wait at

    def prune(self, study: optuna.Study, trial: FrozenTrial) -> bool:
        self.judge(study.get_trials(deepcopy=False), study.direction.name == "MAXIMIZE")
        return self.dropped.get(trial.number, math.inf) <= len(trial.intermediate_values)

    def judge(self, trials: Sequence[FrozenTrial], maximize: bool) -> None:
        """Decides at all rungs that can be decided at."""
        self.dropped, self.waiting = {}, {}
        for first, bracket, size in self.plan.starts():
            members = trials[first : first + size]
            if not members:
                return
            if not all(trial.state.is_finished() for trial in members):
                self._judge(members, bracket, len(members) == size or self.complete, maximize)

    def target(self, number: int) -> int:
        """To which epoch a trial can be trained now."""
        known = {**self.waiting, **self.dropped}
        return known.get(number, self.plan.max_epochs)

    def _judge(
        self, alive: Sequence[FrozenTrial], bracket: int, complete: bool, maximize: bool
    ) -> None:
        for epoch, keep in self.plan.rungs(bracket):
            if not complete or any(_is_before(trial, epoch) for trial in alive):
                self.waiting |= {t.number: epoch for t in alive if not t.state.is_finished()}
                return
            # What is beyond the rung was kept, and what it has stopped stays so, whatever is known by now.
            beyond = [trial for trial in alive if len(trial.intermediate_values) > epoch]
            others = [
                (score, trial.number, trial)
                for trial in alive
                if len(trial.intermediate_values) <= epoch and trial.state != TrialState.PRUNED
                if (score := _score(trial, epoch, maximize)) < math.inf
            ]
            places = max(0, keep - len(beyond))
            kept = [*beyond, *(trial for *_, trial in sorted(others, key=lambda o: o[:2])[:places])]
            numbers = {trial.number for trial in kept}
            self.dropped |= {t.number: epoch for t in alive if t.number not in numbers}
            alive = kept


def _is_before(trial: FrozenTrial, epoch: int) -> bool:
    return not trial.state.is_finished() and len(trial.intermediate_values) < epoch


def _score(trial: FrozenTrial, epoch: int, maximize: bool) -> float:
    """The best of the first epochs, the lower the better; infinity for what failed on the way."""
    curve = first_epochs(trial.intermediate_values, epoch)
    failed = trial.state == TrialState.FAIL and len(curve) < epoch
    if not curve and trial.state == TrialState.COMPLETE:
        curve = [float(value) for value in trial.values[:1]]
    if failed or not curve or not all(map(math.isfinite, curve)):
        return math.inf
    return -max(curve) if maximize else min(curve)


def first_epochs(steps: Mapping[int, Any], epoch: int) -> list[float]:
    """The objective after each of the first epochs."""
    return [float(steps[step]) for step in sorted(steps) if step < epoch]
