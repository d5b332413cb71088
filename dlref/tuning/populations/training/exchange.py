"""Population-based training: after some epochs the last members take over from the best, and go on with other values.

Source: Jaderberg et al., 2017. A member takes over its parent's weights, the other variables of its layers, the state
of its optimizer and its hyperparameters, some of which then change. Its dropout masks stay its own.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training.changeable import Changeable
from dlref.tuning.populations.training.population import Population
from dlref.tuning.populations.training.takeover import set_scalars, take_over
from dlref.tuning.populations.training.trial_history import TrialHistory
from dlref.tuning.samplers.perturbation import Perturbation
from dlref.tuning.trials.lineage import Change, values_in


class Exchange:
    """What is called with a population after each of its epochs but the last.

    Args:
        changeable: the hyperparameters that may change.
        plan: when members take over, from whom, and how values change.
        seed: of the search.
        lineages: gives the changes of each trial so far, as they are stored.
        recorded: the changes of each trial, if they are to be made once more. Defaults to None: the plan says.
        note: is told what a user should know. Defaults to nobody.
    """

    def __init__(
        self,
        changeable: Changeable,
        plan: Perturbation,
        seed: int,
        lineages: Callable[[], Mapping[int, Sequence[Change]]],
        recorded: Mapping[int, Sequence[Change]] | None = None,
        note: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.changeable, self.plan, self.seed, self.lineages = changeable, plan, seed, lineages
        self.recorded, self._note = recorded, note
        self._followed = WeakSet[Population]()

    def variants(self, trial_models: list[TrialModel]) -> list[TrialModel]:
        """What members of one structure may become, or have become before an interruption."""
        lineages, model = self.lineages(), self.changeable.model
        became = [
            model(each, change["after"])
            for each in trial_models
            for change in lineages.get(each.number, ())
        ]
        return self.changeable.variants(trial_models) + became

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
        self._make(population, changes)
        return True

    def _follow(self, population: Population) -> None:
        """Gives the members of a population that was interrupted the values that they had."""
        changed = [history for history in population.histories if history.lineage]
        if population in self._followed or not changed:
            return
        for history in changed:
            first, best = history.trial_model, history.best_epoch
            history.model = self.changeable.model(first, history.values)
            values = values_in(history.lineage, first.values, -1 if best is None else best)
            history.best_model = self.changeable.model(first, values)
        set_scalars(population)
        self._followed.add(population)

    def _decide(
        self, population: Population, there: Mapping[int, TrialHistory]
    ) -> dict[int, Change]:
        epoch, found = population.epoch, dict[int, Change]()
        for group, lost in _ranked(population, there):
            for number, parent in self.plan.parents(group, self.seed, epoch, lost).items():
                after = self._explored(population, there[parent], number)
                before = there[number].values
                found[number] = Change(epoch=epoch, parent=parent, before=before, after=after)
            if len(group) == 1 and epoch == self.plan.interval:
                self._note(f"trial {group[0]} has no other of its structure to take over from")
        return found

    def _explored(
        self, population: Population, parent: TrialHistory, number: int
    ) -> dict[str, Any]:
        """The parent's values, some of them changed: what its program cannot change stays."""
        values = parent.values
        hps = self.changeable.hyperparameters(parent.model, values)
        drawn = self.plan.explore(hps, values, self.seed, population.epoch, number)

        def fits(new: dict[str, Any]) -> bool:
            return self.changeable.fits(population, parent.model, {**values, **new})

        if not fits(drawn):
            drawn = {name: value for name, value in drawn.items() if fits({name: value})}
        return {**values, **drawn}

    def _make(self, population: Population, changes: Mapping[int, Change]) -> None:
        places = {h.trial_model.number: i for i, h in enumerate(population.histories)}
        parents = {
            places[n]: places[c["parent"]] for n, c in changes.items() if c["parent"] in places
        }
        if not parents:
            return
        before = [history.model for history in population.histories]
        for row in parents:
            history = population.histories[row]
            history.lineage = [*history.lineage, changes[history.trial_model.number]]
            history.status, history.message = "running", ""
            history.model = self.changeable.model(history.trial_model, history.values)
        self._followed.add(population)
        take_over(population, parents, before)
        if population.models:
            population.models.lend()


def _is_lost(history: TrialHistory) -> bool:
    return history.status == "diverged" and not history.handed_out


def _present(population: Population) -> dict[int, TrialHistory]:
    """The members that go on, or have diverged just now, by their numbers."""
    histories = population.histories
    return {h.trial_model.number: h for h in histories if h.status == "running" or _is_lost(h)}


def _ranked(
    population: Population, there: Mapping[int, TrialHistory]
) -> list[tuple[list[int], int]]:
    """The members that may take over from each other, best first, and how many of them have diverged."""
    groups, objective = defaultdict[Any, list[Any]](list), population.objective
    sign = -1 if objective.direction == "max" else 1
    for number, history in there.items():
        score = sign * history.curves[objective.name][-1]
        place = _is_lost(history), score if math.isfinite(score) else math.inf, number
        # The models that callbacks look at keep their widths.
        widths = tuple(history.model.shapes) if population.models else ()
        groups[widths].append(place)
    return [
        ([number for *_, number in sorted(group)], sum(lost for lost, *_ in group))
        for group in groups.values()
    ]
