"""Optuna's samplers and pruners: they see the study through a copy in memory.

So a sampler reads the database no more than once, only new trials and those that were running are read again, and
no transaction is open while it computes. Trials have the same numbers in the copy; what samplers and pruners note
down on them is stored with the trials, but what Optuna pickles (the state of CMA-ES), which stays in this process.
"""

import random
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import keras_tuner
import optuna
import sqlalchemy as sql
from optuna.distributions import BaseDistribution, json_to_distribution
from optuna.trial import FrozenTrial, TrialState

from dlref._compat.optuna import LazyRandomState
from dlref.tuning.samplers.distributions import combinations, distribution, param_names, size
from dlref.tuning.storage.read_rows import PARAMS, STEPS, TRIALS, Row, models, read, reads
from dlref.tuning.storage.trial_store import DIRECTION

METRICS = "metrics"  # what a sampler of the user's may look at
NOTES = "notes"  # the attribute of a trial that keeps what samplers and pruners note of it
ENUMERATING = (optuna.samplers.GridSampler, optuna.samplers.BruteForceSampler)
LARGEST = 10_000  # combinations that are counted
PICKLED = ("cma:", "sepcma:", "cmawm:")


class OptunaView:
    """A study in memory that follows the one in the database.

    Args:
        name: of the study.
        directions: "min" or "max", one for each objective.
        sampler: of Optuna, or None.
        pruner: of Optuna, or None.
    """

    def __init__(self, name: str, directions: Sequence[str], sampler: Any, pruner: Any) -> None:
        self.storage = optuna.storages.InMemoryStorage()
        verbosity = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        named = [DIRECTION[direction] for direction in directions]
        made = optuna.create_study(storage=self.storage, study_name=name, directions=named)
        optuna.logging.set_verbosity(verbosity)
        pruner = pruner or optuna.pruners.NopPruner()
        self.study = optuna.Study(name, self.storage, sampler, pruner)
        self.id = made._study_id
        self.has_sampler, self.sampler = sampler is not None, self.study.sampler
        self.open: set[int] = set()  # numbers of the trials that had not ended when they were read
        self.count = 0

    def follow(self, connection: sql.Connection, study_id: int) -> None:
        """Reads the trials that are new, and those that had not ended."""
        condition = TRIALS.c.number >= self.count
        if self.open:
            condition |= TRIALS.c.number.in_(self.open)
        rows = read(connection, study_id, condition, keys=(NOTES, METRICS))
        for row, frozen in zip(rows, _frozen(connection, rows), strict=True):
            state, frozen.state = frozen.state, TrialState.RUNNING
            if row.number == self.count:
                self.storage.create_new_trial(self.id, frozen)
                self.count += 1
            else:
                notes = self.storage.get_trial(row.number).system_attrs
                frozen.system_attrs = notes | frozen.system_attrs
                self.storage._set_trial(row.number, frozen)
            if state.is_finished():
                self._end(row.number, state, frozen.values)
            else:
                self.open.add(row.number)
                self.storage.get_trial(row.number).state = state

    def _end(self, number: int, state: TrialState, values: list[float] | None) -> None:
        if self.has_sampler and not isinstance(self.sampler, ENUMERATING):
            trial = self.storage.get_trial(number)
            self.sampler.after_trial(self.study, trial, state, values)
        self.storage.set_trial_state_values(number, state, values)
        self.open.discard(number)

    def most(self, space: list[Any]) -> float:
        """How many trials the sampler can tell apart."""
        if isinstance(self.sampler, optuna.samplers.GridSampler):
            return self.sampler._n_min_trials
        if isinstance(self.sampler, optuna.samplers.BruteForceSampler) and size(space) <= LARGEST:
            return sum(1 for _ in combinations(space))
        return float("inf")

    def ask(self, number: int, seed: int, space: list[Any]) -> dict[str, Any]:
        """The sampler's values for trial `number`."""
        reseed(self.sampler, random.Random(f"{seed}/{number}").getrandbits(32))
        if isinstance(self.sampler, optuna.samplers.QMCSampler):  # the same point on any worker
            self.sampler._find_sample_id = lambda study, search_space: number
        hp = keras_tuner.HyperParameters()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            self.study._thread_local.cached_all_trials = None
            trial = optuna.Trial(self.study, number)
            for each, name in zip(space, param_names(space), strict=True):
                if hp.is_active(each):
                    kind = distribution(each)
                    value = each.default if kind is None else trial._suggest(name, kind)
                    hp.values[each.name] = value
        return hp.values

    def epochs(self, number: int) -> int:
        """For how many epochs the objective is known."""
        return len(self.storage.get_trial(number).intermediate_values)

    def note_steps(self, number: int, curve: Sequence[float]) -> None:
        """Notes the objective of a trial after every epoch."""
        for step in range(self.epochs(number), len(curve)):
            self.storage.set_trial_intermediate_value(number, step, float(curve[step]))

    def judge(self) -> None:
        """Lets a pruner that stops trials at rungs look at all of them."""
        pruner: Any = self.study.pruner
        trials = self.storage.get_all_trials(self.id, deepcopy=False)
        pruner.judge(trials, self.study.direction.name == "MAXIMIZE")

    def prunes(self, number: int, curve: Sequence[float]) -> bool:
        """Whether the pruner stops a trial, given its objective after every epoch."""
        stops = False
        for step in range(self.epochs(number), len(curve)):
            self.storage.set_trial_intermediate_value(number, step, float(curve[step]))
            self.study._thread_local.cached_all_trials = None
            trial = self.storage.get_trial(number)
            stops = self.study.pruner.prune(self.study, trial) or stops
        return stops

    def notes(self, number: int) -> dict[str, Any]:
        """What sampler and pruner have noted of a trial."""
        return _without_pickles(self.storage.get_trial(number).system_attrs)


def reseed(sampler: Any, seed: int, seen: set[int] | None = None) -> None:
    """Seeds every random state of a sampler, and of the samplers and strategies within it."""
    seen = set() if seen is None else seen
    if id(sampler) in seen or not hasattr(sampler, "__dict__"):
        return
    seen.add(id(sampler))
    if isinstance(sampler, LazyRandomState):
        sampler.rng.seed(seed)
        return
    for part in vars(sampler).values():
        if type(part).__module__.startswith("optuna."):
            reseed(part, seed, seen)


@reads
def _frozen(connection: sql.Connection, rows: Sequence[Row]) -> list[FrozenTrial]:
    """The trials as Optuna's, without the attributes that only we read."""
    ids = [row.trial_id for row in rows]
    params: dict[int, dict[str, tuple[Any, BaseDistribution]]] = {i: {} for i in ids}
    query = sql.select(PARAMS).where(PARAMS.c.trial_id.in_(ids)).order_by(PARAMS.c.param_id)
    for param in connection.execute(query):
        kind = json_to_distribution(param.distribution_json)
        params[param.trial_id][param.param_name] = kind.to_external_repr(param.param_value), kind
    steps: dict[int, dict[int, float]] = {i: {} for i in ids}
    convert = models.TrialIntermediateValueModel.stored_repr_to_intermediate_value
    for step in connection.execute(sql.select(STEPS).where(STEPS.c.trial_id.in_(ids))):
        value = convert(step.intermediate_value, step.intermediate_value_type)
        steps[step.trial_id][step.step] = value
    return [_freeze(row, params[row.trial_id], steps[row.trial_id]) for row in rows]


def _freeze(row: Row, params: dict[str, Any], steps: dict[int, float]) -> FrozenTrial:
    now = datetime.now()
    constraints = {"constraints": row.constraints} if row.constraints else {}
    return FrozenTrial(
        number=row.number,
        state=row.state,
        value=None,
        values=list(row.scores) or None,
        datetime_start=now,
        datetime_complete=now if row.state.is_finished() else None,
        params={name: value for name, (value, _) in params.items()},
        distributions={name: kind for name, (_, kind) in params.items()},
        user_attrs={METRICS: row.attrs[METRICS]} if METRICS in row.attrs else {},
        system_attrs=_without_pickles(row.attrs.get(NOTES) or {}) | constraints,
        intermediate_values=steps,
        trial_id=row.number,
    )


def _without_pickles(notes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in notes.items() if not key.startswith(PICKLED)}
