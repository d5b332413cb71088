"""Population-based training: after some epochs the last members take over from the best, and go on with other values.

Source: Jaderberg et al., 2017. A member takes over its parent's weights, the other variables of its layers, the state
of its optimizer and its hyperparameters, some of which then change. Its dropout masks stay its own.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training.changeable import Changeable
from dlref.tuning.populations.training.population import Population
from dlref.tuning.populations.training.takeover import set_scalars, take_over
from dlref.tuning.populations.training.trial_history import TrialHistory
from dlref.tuning.samplers.perturbation import Perturbation
from dlref.tuning.trials.lineage import Change


class Exchange:
    """What is called with a population after each of its epochs but the last.

    Args:
        changeable: the hyperparameters that may change.
        plan: when members take over, from whom, and how values change.
        seed: of the search.
        recorded: the changes of each trial, if they are to be made once more. Defaults to None: the plan says.
        note: is told what a user should know. Defaults to nobody.
    """

    def __init__(
        self,
        changeable: Changeable,
        plan: Perturbation,
        seed: int,
        recorded: Mapping[int, Sequence[Change]] | None = None,
        note: Any = lambda text: None,
    ) -> None:
        self.changeable, self.plan, self.seed = changeable, plan, seed
        self.recorded, self._note = recorded, note
        # Of each member its model with the values that it has now.
        self._models = WeakKeyDictionary[Population, dict[int, TrialModel]]()

    def __call__(self, population: Population) -> bool:
        """Lets members take over, where it is time; returns whether it was.

        A member that has just diverged takes over after any epoch, and goes on.
        """
        self._follow(population)
        epoch, there = population.epoch, _present(population)
        if not population.exchanged < epoch < population.fit.epochs or not there:
            return False
        if self.recorded is not None:
            changes = {n: c for n in there for c in self.recorded.get(n, ()) if c["epoch"] == epoch}
        elif epoch % self.plan.interval and not any(map(_is_lost, there.values())):
            return False
        else:
            changes = self._decide(population, there)
        population.exchanged = epoch
        self._make(population, there, changes)
        return True

    def _follow(self, population: Population) -> None:
        """Gives the members of a population that was interrupted the values that they had."""
        if population in self._models:
            return
        self._models[population] = known = {}
        for history in population.histories:
            model = history.trial_model
            changed = self.changeable.model(model, history.values) if history.lineage else model
            known[model.number] = changed
        if any(history.lineage for history in population.histories):
            set_scalars(population, self._rows(population))

    def _rows(self, population: Population) -> list[TrialModel]:
        known = self._models[population]
        return [known[history.trial_model.number] for history in population.histories]

    def _decide(
        self, population: Population, there: Mapping[int, TrialHistory]
    ) -> dict[int, Change]:
        epoch, found = population.epoch, dict[int, Change]()
        for group, lost in _ranked(there, population.objective):
            for number, parent in self.plan.parents(group, self.seed, epoch, lost).items():
                before, values = there[number].values, there[parent].values
                after = self._explored(population, there[parent].trial_model, values, number)
                found[number] = Change(epoch=epoch, parent=parent, before=before, after=after)
            if len(group) == 1 and epoch == self.plan.interval:
                self._note(f"trial {group[0]} has no other of its structure to take over from")
        return found

    def _explored(
        self, population: Population, parent: TrialModel, values: dict[str, Any], number: int
    ) -> dict[str, Any]:
        """The parent's values, some of them changed: what its program cannot change stays."""
        hps = self.changeable.hyperparameters(parent, values)
        drawn = self.plan.explore(hps, values, self.seed, population.epoch, number)
        fits = self.changeable.fits
        if not fits(population, parent, {**values, **drawn}):
            each = drawn.items()
            drawn = {n: v for n, v in each if fits(population, parent, {**values, n: v})}
        return {**values, **drawn}

    def _make(
        self,
        population: Population,
        there: Mapping[int, TrialHistory],
        changes: Mapping[int, Change],
    ) -> None:
        places = {h.trial_model.number: i for i, h in enumerate(population.histories)}
        parents = {
            places[n]: places[c["parent"]] for n, c in changes.items() if c["parent"] in there
        }
        if not parents:
            return
        before, known = self._rows(population), self._models[population]
        for row in parents:
            history = population.histories[row]
            number = history.trial_model.number
            history.lineage = [*history.lineage, changes[number]]
            history.status, history.message = "running", ""
            known[number] = self.changeable.model(history.trial_model, history.values)
        take_over(population, parents, before, self._rows(population))
        if population.models:
            population.models.lend()


def _is_lost(history: TrialHistory) -> bool:
    return history.status == "diverged" and not history.handed_out


def _present(population: Population) -> dict[int, TrialHistory]:
    """The members that go on, or have diverged just now, by their numbers."""
    histories = population.histories
    return {h.trial_model.number: h for h in histories if h.status == "running" or _is_lost(h)}


def _ranked(there: Mapping[int, TrialHistory], objective: Any) -> list[tuple[list[int], int]]:
    """The members of each width, best first, and how many of them have diverged."""
    groups, sign = defaultdict[Any, list[Any]](list), -1 if objective.direction == "max" else 1
    for number, history in there.items():
        score = sign * history.curves[objective.name][-1]
        place = _is_lost(history), score if math.isfinite(score) else math.inf, number
        groups[tuple(history.trial_model.shapes)].append(place)
    return [
        ([number for *_, number in sorted(group)], sum(lost for lost, *_ in group))
        for group in groups.values()
    ]
