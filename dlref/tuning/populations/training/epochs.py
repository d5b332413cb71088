"""A population on its way through the epochs: what ends is handed out, what a pruner stops ends."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from dlref.tuning.listener import Listener
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.flat_weights import Members
from dlref.tuning.populations.program.stacking import variables
from dlref.tuning.populations.program.threads import Lanes, Task, Work
from dlref.tuning.populations.program.trial_models import Specimen, is_padding
from dlref.tuning.populations.training.history import Course
from dlref.tuning.populations.training.population import Population


@dataclass
class Ended:
    """Members of a population that have ended, with their weights."""

    population: Population
    courses: list[Course]


@dataclass
class Refused:
    """Specimens that populations cannot train, and why."""

    specimens: list[Specimen]
    reason: str


@dataclass
class Hooks:
    """What is called with a population.

    Attributes:
        start: before its first epoch.
        epoch: before each of its other epochs, in any thread.
        pruned: after every epoch; returns the numbers of the trials to stop. None: none is ever stopped.
    """

    start: Callable[[Population], None] = lambda population: None
    epoch: Callable[[Population], None] = lambda population: None
    pruned: Callable[[Population], set[int]] | None = None


def train(population: Population, lanes: Lanes, listener: Listener, hooks: Hooks) -> Task:
    """A task of `lanes`, which yields `Ended` as members end."""
    hooks.start(population)
    if ended := population.compact():  # before an interruption, and not recorded
        yield Ended(population, ended)
    while population.running:
        yield Work(partial(_epochs, population, lanes, listener, hooks))
        if ended := population.compact():
            yield Ended(population, ended)
        stop = hooks.pruned(population) if hooks.pruned and population.running else set()
        for course in population.running:
            if course.specimen.number in stop:
                course.end("pruned", f"after epoch {population.epoch}")
        if ended := population.compact():
            yield Ended(population, ended)


def _epochs(
    population: Population,
    lanes: Lanes,
    listener: Listener,
    hooks: Hooks,
    check: Callable[[], None],
) -> None:
    """Trains until a member ends, or may be stopped."""
    count = len(population.running)
    while len(population.running) == count:
        if population.epoch:
            hooks.epoch(population)
        numbers = [c.specimen.number for c in population.courses]
        with population.program.placed():
            logs = population.train_epoch(check)
        lanes.post(partial(listener.epoch_ended, numbers, population.epoch, logs))
        if population.padded and population.epoch in (1, population.fit.epochs):
            check_padding(population.program, population.members, population.courses)
        if hooks.pruned:
            return


def check_padding(program: Any, members: Members, courses: list[Course]) -> None:
    """Raises `Unsupported` if a unit that pads a narrow net does not stay zero."""
    arrays = variables(program, members["trainable"], members["rest"])
    for i, course in enumerate(courses):
        if course.status == "diverged":
            continue  # 0 times infinity is no number
        for array, shape in zip(arrays, course.specimen.shapes, strict=True):
            if array[i].shape != shape and not is_padding(array[i], shape):
                raise Unsupported("padding changes these models")
