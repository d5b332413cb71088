"""A population on its way through the epochs: what ends is handed out, what a pruner stops ends."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dlref.tuning.listener import Listener
from dlref.tuning.populations.program.threads import Task, ThreadPool, Work
from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training.callbacks import can_go_on
from dlref.tuning.populations.training.compaction import compact
from dlref.tuning.populations.training.padding_check import check_padding
from dlref.tuning.populations.training.population import Population
from dlref.tuning.populations.training.trial_history import TrialHistory


@dataclass
class Ended:
    """Members of a population that have ended, with their weights."""

    population: Population
    histories: list[TrialHistory]


@dataclass
class Refused:
    """Models that populations cannot train, and why."""

    trial_models: list[TrialModel]
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


def train(population: Population, threads: ThreadPool, listener: Listener, hooks: Hooks) -> Task:
    """A task of `threads`, which yields `Ended` as members end."""
    hooks.start(population)
    population.begin()
    if ended := compact(population):  # before an interruption, and not recorded
        yield Ended(population, ended)
    while population.running:
        if population.models:  # a user's callbacks are called in the thread of the search
            if population.epoch and can_go_on(population.fit.callbacks):
                hooks.epoch(population)
            population.begin_epoch()
        yield Work(partial(_epochs, population, threads, listener, hooks))
        if population.models:
            population.judge()
        if ended := compact(population):
            yield Ended(population, ended)
        stop = hooks.pruned(population) if hooks.pruned and population.running else set()
        for history in population.running:
            if history.trial_model.number in stop:
                history.end("pruned", f"after epoch {population.epoch}")
        if ended := compact(population):
            yield Ended(population, ended)


def _epochs(
    population: Population,
    threads: ThreadPool,
    listener: Listener,
    hooks: Hooks,
    check: Callable[[], None],
) -> None:
    """Trains until a member ends, or may be stopped, or callbacks are called."""
    count = len(population.running)
    while len(population.running) == count:
        if population.epoch and not population.models:
            hooks.epoch(population)
        numbers = [history.trial_model.number for history in population.histories]
        with population.program.placed():
            logs = population.train_epoch(check)
            if not population.models:
                population.judge()
        threads.post(partial(listener.epoch_ended, numbers, population.epoch, logs))
        if population.padded and population.epoch in (1, population.fit.epochs):
            check_padding(population.program, population.members, population.histories)
        if hooks.pruned or population.models:
            return
