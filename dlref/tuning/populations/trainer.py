"""Trains specimens in as few populations as possible, and falls back where a model does not allow it.

What a structure does not allow is found by trying, and remembered: a scalar that decides in Python how a layer
computes has to be equal within a population; a layer that padding changes means one width to a population; an
operation that TensorFlow cannot vectorize makes the members take turns within the program. What then still fails is
left to `fit`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import keras

from dlref.tuning.listener import Listener
from dlref.tuning.populations import memory
from dlref.tuning.populations.anatomy import Path, dissect
from dlref.tuning.populations.course import Course
from dlref.tuning.populations.fitting import Fit
from dlref.tuning.populations.noise import Unsupported
from dlref.tuning.populations.population import Population
from dlref.tuning.populations.programs import Programs
from dlref.tuning.populations.specimen import Specimen, group, varied
from dlref.tuning.populations.stacking import check_padding

Build = Callable[[dict[str, Any], str], keras.Model]  # from hyperparameters' values and a key

NOT_VECTORIZED = ("pfor", "loop invariant")  # in TensorFlow's words


@dataclass
class Refused:
    """Specimens that populations cannot train, and why."""

    specimens: list[Specimen]
    reason: str


@dataclass
class Plan:
    """How models of one structure are trained, as far as is known by now."""

    varied: set[Path] = field(default_factory=set)
    fixed: set[Path] = field(default_factory=set)
    pad: bool = True
    loops: bool = False
    alone: str = ""  # why each has to be trained alone


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

    def _size(self, program: Any, members: list[Specimen], fit: Fit) -> int:
        """Most members of a population."""
        found = self._limits.get(members[0].anatomy.structure, len(members))
        return min(memory.capacity(program, fit), found, self.limit or found)

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
            size = self._size(program, members, fit)
            for i in range(0, len(members), size):
                for ended in self._train_population(program, members[i : i + size], fit, plan):
                    yield ended
                    for course in ended:
                        left.pop((course.specimen.number, course.specimen.execution))
            return
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except Exception as error:
            self.listener.check()
            rest = list(left.values())
            size = min(len(rest), self._limits.get(structure, len(rest))) // 2
            if memory.is_out_of_memory(error) and size:
                self._limits[structure] = size
                self.listener.note(f"out of memory: populations of {size} from here on")
            elif not self._fall_back(plan, rest, error):
                reason = str(error) if isinstance(error, Unsupported) else _line(error)
                plan.alone = "" if memory.is_out_of_memory(error) else reason
                yield Refused(rest, reason)
                return
        yield from self.train(rest, fits)

    def _fall_back(self, plan: Plan, members: list[Specimen], error: Exception) -> bool:
        """Changes the plan by what the error says; False if there is nothing left to try."""
        if plan.alone or memory.is_out_of_memory(error):
            return False
        inner = {path for path in plan.varied if path[0] != "optimizer"}
        if isinstance(error, Unsupported):
            if not plan.pad or "padding" not in str(error):
                return False
            plan.pad, told = False, "one population for each width"
        elif not plan.loops and any(text in str(error) for text in NOT_VECTORIZED):
            plan.loops, told = True, "the members of a population take turns"
        elif inner or plan.varied:
            plan.fixed |= inner or plan.varied
            plan.varied -= plan.fixed
            names = ", ".join(str(path[-1]) for path in sorted(plan.fixed, key=str))
            told = f"one population for each value of {names}"
        elif plan.pad and len({tuple(s.shapes) for s in members}) > 1:
            plan.pad, told = False, "one population for each width"
        else:
            return False
        self.listener.note(f"{told}: {_line(error)}")
        return True

    def _train_population(
        self, program: Any, members: list[Specimen], fit: Fit, plan: Plan
    ) -> Iterator[list[Course]]:
        population = Population(program, members, fit, self.objective, self.seed)
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
                    check_padding(population.members, population.courses)
            if ended := population.compact():
                yield ended


def _trials(count: int) -> str:
    return f"{count} trial" + ("s" if count > 1 else "")


def _line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:200]
