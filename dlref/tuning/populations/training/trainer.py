"""Trains models in as few populations as possible; what a structure does not allow, its fall-backs remember."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

from dlref.tuning.errors import SweepError
from dlref.tuning.listener import Listener
from dlref.tuning.populations.model.model_spec import read_spec
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program import memory
from dlref.tuning.populations.program.compile_cache import CompileCache
from dlref.tuning.populations.program.fit_arguments import Fit
from dlref.tuning.populations.program.threads import Task, ThreadPool, count
from dlref.tuning.populations.program.trial_models import TrialModel, group, varied
from dlref.tuning.populations.training.epochs import Ended, Hooks, Refused, go_on, train
from dlref.tuning.populations.training.fallbacks import Fallbacks, failure, in_words, sizes
from dlref.tuning.populations.training.population import Population
from dlref.tuning.populations.training.trial_builder import TrialBuilder

SPARE = 1.1  # members that a program may have room for, as a share of those there are


class Trainer:
    """Groups models, trains the groups side by side, and hands out what has ended.

    Args:
        builder: makes the model of a trial, and its callbacks.
        objective: a `keras_tuner.Objective`.
        seed: of the sweep.
        listener: hears of populations and epochs.
        limit: most members of a population, or None.
    """

    def __init__(
        self,
        builder: TrialBuilder,
        objective: Any,
        seed: int,
        listener: Listener,
        limit: int | None = None,
    ) -> None:
        self.objective, self.seed, self.listener = objective, seed, listener
        self._callbacks, self._count = builder.callbacks, 0
        self.limit, self.hooks = limit, Hooks()
        self.fallbacks: dict[Any, Fallbacks] = defaultdict(Fallbacks)
        self._compile_cache = CompileCache(builder.build)
        self._limits: dict[Any, int] = {}  # found by running out of memory
        self._foreseen: dict[Any, int] = {}  # members that are compiled for before they are there

    def train(self, parts: list[list[TrialModel]], fits: dict[int, Fit], paused: Any = ()) -> Task:
        """Trains all on the data `fits` has for their size of mini-batch; yields `Ended` and `Refused`.

        Members of different parts share no population. What was `paused` goes on first.
        """
        groups = [(members, part) for part in parts for members in self._groups(part)]
        # A pruner compares with what has ended before: one after the other, it decides the same every time.
        threads = 1 if self.hooks.pruned else max(1, min(count(), len(groups)))
        self._threads = ThreadPool(threads, self.listener.check)
        retry = partial(self._one_after_the_other, fits=fits)
        again = [go_on(each, self._threads, self.listener, self.hooks, retry) for each in paused]
        return self._threads.run(chain(again, self._tasks(groups, fits)))

    def foresee(self, first: list[TrialModel], count: int, fits: dict[int, Fit]) -> None:
        """Begins to compile for `count` models of which these are the first, if they differ in scalars alone."""
        structure, fit = first[0].spec.structure, fits[first[0].batch_size]
        fallbacks, size = self.fallbacks[structure], min(count, self.limit or count)
        shapes = {tuple(member.shapes) for member in first}
        alike = len(self._groups(first)) == len(shapes) == 1
        known = structure in self._foreseen or structure in self._limits
        if not alike or fallbacks.alone or known:
            return
        fallbacks.varied |= set(varied(first + self.hooks.variants(first))) - fallbacks.fixed
        with suppress(Exception):  # it comes again when they are trained
            program = self._compile_cache.find(first, fit.train, fallbacks.varied, fallbacks.loops)
            if memory.capacity(program, fit) >= size:
                population = Population(program, first, fit, self.objective, self.seed, size)
                population.prepare([fit], early=True)
                self._foreseen[structure] = size

    def _groups(self, trial_models: list[TrialModel]) -> list[list[TrialModel]]:
        """Those that take long come first, lest they be waited for at the end."""
        fixed = {structure: fallbacks.fixed for structure, fallbacks in self.fallbacks.items()}
        uneven, even = [], []
        for member in trial_models:
            (uneven if self.fallbacks[member.spec.structure].pad else even).append(member)
        groups = [*group(uneven, fixed), *group(even, fixed, pad=False)]
        return sorted(groups, key=lambda members: members[0].batch_size)

    def _tasks(
        self, groups: list[tuple[list[TrialModel], list[TrialModel]]], fits: dict[int, Fit]
    ) -> Iterator[Task]:
        """One for each group and the part it is of."""
        for members, part in groups:
            structure = members[0].spec.structure
            fallbacks = self.fallbacks[structure]
            family = members  # which share a program
            if fallbacks.pad and not fallbacks.fixed:
                family = [member for member in part if member.spec.structure == structure]
            fallbacks.varied |= set(varied(family + self.hooks.variants(family))) - fallbacks.fixed
            yield self._train_group(members, family, fits)

    def _one_after_the_other(self, trial_models: list[TrialModel], fits: dict[int, Fit]) -> Task:
        groups = [(members, trial_models) for members in self._groups(trial_models)]
        for task in self._tasks(groups, fits):
            yield from task

    def _size(self, program: Any, structure: Any, fit: Fit) -> int:
        """Most members of a population."""
        fits = max(1, memory.capacity(program, fit) // self._threads.count)
        return min(fits, self._limits.get(structure, fits), self.limit or fits)

    def _room(self, structure: Any, most: int) -> int:
        """How many members to compile for: a few more, if that is what was foreseen."""
        foreseen = self._foreseen.get(structure, 0)
        return foreseen if most <= foreseen <= SPARE * most else most

    def _train_group(
        self, members: list[TrialModel], family: list[TrialModel], fits: dict[int, Fit]
    ) -> Task:
        structure = members[0].spec.structure
        fallbacks, fit = self.fallbacks[structure], fits[members[0].batch_size]
        if len(group(members, {structure: fallbacks.fixed}, fallbacks.pad)) > 1:
            # The fall-backs have changed since they were grouped.
            yield from self._one_after_the_other(members, fits)
            return
        if fallbacks.fixed or not fallbacks.pad:
            family = members
        left = {(member.number, member.execution): member for member in members}
        known = self._known(structure)
        try:
            if fallbacks.alone:
                raise Unsupported(fallbacks.alone)
            every = family + self.hooks.variants(family)
            program = self._compile_cache.find(every, fit.train, fallbacks.varied, fallbacks.loops)
            size = self._size(program, structure, fit)
            # One size for all groups of the structure: another one would have to be compiled.
            groups = Counter(member.batch_size for member in family)
            room = 0 if program.any_size else min(size, self._room(structure, max(groups.values())))
            ahead = [fit, *(fits[other] for other in groups if other != fit.batch_size)]
            for i in range(0, len(members), size):
                part = members[i : i + size]
                for found in self._train_population(program, part, ahead, room):
                    yield found
                    if isinstance(found, Ended):
                        for history in found.histories:
                            left.pop((history.trial_model.number, history.trial_model.execution))
            return
        except (KeyboardInterrupt, GeneratorExit, SweepError):  # no model is to blame
            self._compile_cache.cancel()
            raise
        except Exception as error:
            self.listener.check()
            rest = list(left.values())
            if known == self._known(structure) and (refused := self._learn(rest, error)):
                yield refused
                return
        # From here on with what was learnt, by this group or before by another one that it began beside.
        yield from self._one_after_the_other(rest, fits)

    def _learn(self, rest: list[TrialModel], error: Exception) -> Refused | None:
        """Changes how models of this structure are trained; refuses them if nothing is left to try."""
        structure = rest[0].spec.structure
        fallbacks = self.fallbacks[structure]
        size = min(len(rest), self._limits.get(structure, len(rest))) // 2
        if memory.is_out_of_memory(error) and size:
            self._limits[structure] = size
            self.listener.note(f"out of memory: populations of {size} from here on")
        elif told := fallbacks.fall_back(rest, error):
            self.listener.note(told)
        else:
            reason = failure(error)
            fallbacks.alone = "" if memory.is_out_of_memory(error) else reason
            return Refused(rest, reason)
        return None

    def _known(self, structure: Any) -> Any:
        """What groups of a structure have learnt by failing."""
        fallbacks = self.fallbacks[structure]
        return fallbacks.changes, fallbacks.alone, self._limits.get(structure)

    def _train_population(
        self, program: Any, members: list[TrialModel], ahead: list[Fit], room: int
    ) -> Task:
        fit = ahead[0]  # the others are those of groups that follow
        callbacks = partial(self._callbacks, metrics=program.model.metrics)
        population = Population(program, members, fit, self.objective, self.seed, room, callbacks)
        population.prepare(ahead)
        self._count += 1
        widths = sizes(read_spec(program.model).widths[:-1])
        population.name = f"{self._count} ({in_words(len(members))})"
        self.listener.note(
            f"population {self._count}: {in_words(len(members))}, mini-batch {fit.batch_size}"
            + (f", padded to {widths}" if population.padded else "")
            + (", taking turns" if program.loops else "")
        )
        yield from train(population, self._threads, self.listener, self.hooks)
