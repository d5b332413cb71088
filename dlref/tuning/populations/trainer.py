"""Trains specimens in as few populations as possible; what a structure does not allow, its plan remembers."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras

from dlref.tuning.listener import Listener
from dlref.tuning.populations import memory
from dlref.tuning.populations.anatomy import dissect
from dlref.tuning.populations.course import Course
from dlref.tuning.populations.fitting import Fit
from dlref.tuning.populations.noise import Unsupported
from dlref.tuning.populations.plan import Plan, one_line
from dlref.tuning.populations.population import Population
from dlref.tuning.populations.programs import Programs
from dlref.tuning.populations.specimen import Specimen, group, varied
from dlref.tuning.populations.stacking import check_padding

Build = Callable[[dict[str, Any], str], keras.Model]  # from hyperparameters' values and a key


@dataclass
class Refused:
    """Specimens that populations cannot train, and why."""

    specimens: list[Specimen]
    reason: str


class Trainer:
    """Groups specimens, trains each group, and hands out what has ended.

    Args:
        build: makes the model of a trial.
        objective: a `keras_tuner.Objective`.
        seed: of the sweep.
        listener: hears of populations and epochs.
        limit: most members of a population, or None.
        on_start: called with a population before its first epoch.
        on_epoch: called after every epoch with the population; returns the numbers of the trials to stop.
    """

    def __init__(
        self,
        build: Build,
        objective: Any,
        seed: int,
        listener: Listener,
        limit: int | None = None,
        on_start: Callable[[Population], None] = lambda population: None,
        on_epoch: Callable[[Population], set[int]] = lambda population: set(),
    ) -> None:
        self.build, self.objective, self.seed, self.listener = build, objective, seed, listener
        self.limit, self.on_start, self.on_epoch = limit, on_start, on_epoch
        self.plans: dict[Any, Plan] = defaultdict(Plan)
        self._programs = Programs(build)
        self._limits: dict[Any, int] = {}  # found by running out of memory
        self._count = 0

    def train(
        self, specimens: list[Specimen], fits: dict[int, Fit]
    ) -> Iterator[list[Course] | Refused]:
        """Trains all on the data `fits` has for their size of mini-batch; yields courses as they end."""
        fixed = {structure: plan.fixed for structure, plan in self.plans.items()}
        uneven, even = [], []
        for s in specimens:
            (uneven if self.plans[s.anatomy.structure].pad else even).append(s)
        for members in [*group(uneven, fixed), *group(even, fixed, pad=False)]:
            structure = members[0].anatomy.structure
            plan = self.plans[structure]
            family = members  # which share a program
            if plan.pad and not plan.fixed:
                family = [s for s in uneven if s.anatomy.structure == structure]
            plan.varied |= set(varied(family)) - plan.fixed
            yield from self._train_group(members, family, fits)

    def _size(self, program: Any, structure: Any, fit: Fit) -> int:
        """Most members of a population."""
        fits = memory.capacity(program, fit)
        return min(fits, self._limits.get(structure, fits), self.limit or fits)

    def _train_group(
        self, members: list[Specimen], family: list[Specimen], fits: dict[int, Fit]
    ) -> Iterator[list[Course] | Refused]:
        structure = members[0].anatomy.structure
        plan, fit = self.plans[structure], fits[members[0].batch_size]
        if len(group(members, {structure: plan.fixed}, plan.pad)) > 1:
            yield from self.train(members, fits)  # the plan has changed since they were grouped
            return
        if plan.fixed or not plan.pad:
            family = members
        left = {(s.number, s.execution): s for s in members}
        try:
            if plan.alone:
                raise Unsupported(plan.alone)
            program = self._programs.find(family, fit.train, plan.varied, plan.loops)
            size = self._size(program, structure, fit)
            # One size for all groups of the structure: each other one would be another compilation.
            groups = Counter(s.batch_size for s in family)
            room = 0 if program.any_size else min(size, max(groups.values()))
            ahead = [fit, *(fits[other] for other in groups if other != fit.batch_size)]
            for i in range(0, len(members), size):
                part = members[i : i + size]
                for ended in self._train_population(program, part, ahead, room):
                    yield ended
                    for course in ended:
                        left.pop((course.specimen.number, course.specimen.execution))
            return
        except (KeyboardInterrupt, GeneratorExit):
            self._programs.cancel()
            raise
        except Exception as error:
            self.listener.check()
            rest = list(left.values())
            size = min(len(rest), self._limits.get(structure, len(rest))) // 2
            if memory.is_out_of_memory(error) and size:
                self._limits[structure] = size
                self.listener.note(f"out of memory: populations of {size} from here on")
            elif told := plan.fall_back(rest, error):
                self.listener.note(told)
            else:
                reason = str(error) if isinstance(error, Unsupported) else one_line(error)
                plan.alone = "" if memory.is_out_of_memory(error) else reason
                yield Refused(rest, reason)
                return
        yield from self.train(rest, fits)

    def _train_population(
        self, program: Any, members: list[Specimen], ahead: list[Fit], room: int
    ) -> Iterator[list[Course]]:
        fit = ahead[0]  # the others are those of groups that follow
        population = Population(program, members, fit, self.objective, self.seed, room)
        population.prepare(ahead)
        self._count += 1
        uneven = any(s.shapes != program.shapes for s in members)
        widths = " x ".join(map(str, dissect(program.model).widths[:-1]))
        population.name = f"{self._count} ({_trials(len(members))})"
        self.listener.note(
            f"population {self._count}: {_trials(len(members))}, mini-batch {fit.batch_size}"
            + (f", padded to {widths}" if uneven else "")
            + (", taking turns" if program.loops else "")
        )
        self.on_start(population)
        if ended := population.compact():  # before an interruption, and not recorded
            yield ended
        while population.running:
            stop = self.on_epoch(population) if population.epoch else set()
            for course in population.running:
                if course.specimen.number in stop:
                    course.end("pruned", f"after epoch {population.epoch}")
            if ended := population.compact():
                yield ended
            if population.running:
                numbers = [c.specimen.number for c in population.courses]
                logs = population.train_epoch(self.listener.check)
                self.listener.epoch_ended(numbers, population.epoch, logs)
                if uneven and population.epoch in (1, fit.epochs):
                    check_padding(program, population.members, population.courses)
            if ended := population.compact():
                yield ended


def _trials(count: int) -> str:
    return f"{count} trial" + ("s" if count > 1 else "")
