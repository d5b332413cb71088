"""A population on its way through the epochs: what ends is handed out, what a pruner stops ends."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from dlref.tuning.listener import Listener
from dlref.tuning.populations.program.threads import Task, ThreadPool, Work
from dlref.tuning.populations.program.trial_models import TrialModel
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
        paused: after that; whether the population is left for now, to be gone on with later.
        variants: other models that the program is to train as well, given those of one structure.
        exchange: after every epoch, before what has ended is handed out; members may take over from others. None:
            none ever does.
    """

    start: Callable[[Population], None] = lambda population: None
    epoch: Callable[[Population], None] = lambda population: None
    pruned: Callable[[Population], set[int]] | None = None
    paused: Callable[[Population], bool] = lambda population: False
    variants: Callable[[list[TrialModel]], list[TrialModel]] = lambda trial_models: []
    exchange: Callable[[Population], Any] | None = None


def train(population: Population, threads: ThreadPool, listener: Listener, hooks: Hooks) -> Task:
    """A task of `threads`, which yields `Ended` as members end."""
    if not population.epoch:
        hooks.start(population)
        population.begin()
    while True:
        if hooks.exchange and population.epoch:
            hooks.exchange(population)
        if ended := compact(population):  # also before an interruption, and not recorded
            yield Ended(population, ended)
        if hooks.pruned and population.epoch and population.running:
            stop = hooks.pruned(population)
            for history in population.running:
                if history.trial_model.number in stop:
                    history.end("pruned", f"after epoch {population.epoch}")
            if ended := compact(population):
                yield Ended(population, ended)
        if not population.running or hooks.paused(population):
            return
        if population.models:  # a user's callbacks are called in the thread of the search
            if population.epoch:
                hooks.epoch(population)
            population.begin_epoch()
        yield Work(partial(_epochs, population, threads, listener, hooks))
        if population.models:
            population.judge()


def go_on(
    population: Population,
    threads: ThreadPool,
    listener: Listener,
    hooks: Hooks,
    otherwise: Callable[[list[TrialModel]], Task],
) -> Task:
    """A task that goes on with a paused population; what fails is trained by `otherwise`, from what was written."""
    try:
        yield from train(population, threads, listener, hooks)
    except Exception:
        listener.check()
        yield from otherwise([history.trial_model for history in population.running])


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
        if hooks.pruned or hooks.exchange or population.models:
            return
