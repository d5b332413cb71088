"""The trials of a search, in a storage that processes and machines share and that survives `kill -9`.

A keras-tuner `Oracle`: trials can be created, updated and ended one by one, as keras-tuner does (`trials/oracle.py`);
`claim` and `finish` do it for whole populations, in one transaction each.

Differs from keras-tuner's oracles: the values of trial k are a function of the seed (0 included), k and each
hyperparameter's name (`samplers/sampler.py`); a trial whose worker died is run again, under its number; a trial that
failed or has no finite objective is never among the best; and nothing that has finished is lost or run twice.
"""

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from keras_tuner.engine.trial import Trial, TrialStatus

from dlref.tuning.samplers import factory
from dlref.tuning.storage.read_rows import TRIALS
from dlref.tuning.trials.check_arguments import checks_arguments
from dlref.tuning.trials.claim import ask, claim
from dlref.tuning.trials.finish import finish, report
from dlref.tuning.trials.objectives import Bound
from dlref.tuning.trials.open_study import OpenStudy
from dlref.tuning.trials.oracle import locked
from dlref.tuning.trials.ranking import best_trials
from dlref.tuning.trials.trial_result import Result
from dlref.tuning.trials.worker_session import Session

__all__ = ["Result", "Study"]


class Study(OpenStudy):
    """The trials of a search, as a `keras_tuner.Oracle`.

    Args:
        objective: as in keras-tuner. Defaults to `None`: the number that `fit` returns is minimized.
        max_trials: number of trials, or `None` for no limit. Defaults to 10.
        seed: any integer, 0 included. Defaults to `None`: the one that is stored, or a new one.
        sampler: a word of `dlref sweep --search`, such as `"tpe"`; or a `RandomSampler`, a `CoarseToFineSampler` or an
            `optuna.samplers.BaseSampler`. Defaults to `None`: random.
        pruner: a word of `dlref sweep --pruner`, such as `"median"`, or an `optuna.pruners.BasePruner`. Defaults to
            `None`: every trial is run to its end.
        storage: the URL of an Optuna storage, or an `optuna.storages.RDBStorage`, whose URL is taken. Defaults to
            `None`: study.sqlite3 in the project's directory.
        hyperparameters: declared beforehand. Defaults to `None`.
        allow_new_entries: whether a model may declare others. Defaults to True.
        tune_new_entries: whether those are searched too. Defaults to True.
        max_retries_per_trial: how often a trial that failed is run again. Defaults to 0.
        max_consecutive_failed_trials: failures in a row that stop the search. Defaults to infinity.
        subject_to: bounds that a trial must keep to be best, such as `"latency_ms<=100"`. Defaults to none.

    Raises:
        TypeError, ValueError: if an argument is of a wrong type, out of range or a word that is not known.
        SweepError: (when the storage is first used) if it cannot be used, or holds another search.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Int("units", 50, 100)
        >>> study = Study("val_loss", max_trials=3, seed=0, hyperparameters=hp)
        >>> study._set_project_dir(getfixture("tmp_path"), "units")
        >>> trials = study.claim(2)
        >>> [trial.hyperparameters["units"] for trial in trials]
        [58, 61]
        >>> study.finish([Result(0, "finished", {}, {"val_loss": 0.5}, best_epoch=0)])
        >>> [trial.score for trial in study.get_best_trials()]
        [0.5]
    """

    @checks_arguments
    def __init__(
        self,
        objective: Any = None,
        max_trials: int | None = 10,
        seed: int | None = None,
        sampler: Any = None,
        pruner: Any = None,
        storage: Any = None,
        hyperparameters: Any = None,
        allow_new_entries: bool = True,
        tune_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: float = math.inf,
        subject_to: Sequence[str] = (),
    ) -> None:
        self._session: Session | None = None
        self._asked_seed, self._failures = seed, 0
        super().__init__(
            objective=objective,
            max_trials=max_trials,
            hyperparameters=hyperparameters,
            allow_new_entries=allow_new_entries,
            tune_new_entries=tune_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        self._seed = random.getrandbits(31) if seed is None else seed
        parts = getattr(self.objective, "objectives", [self.objective])
        self.objectives = {each.name: each.direction for each in parts}
        factory.check(sampler, pruner, len(self.objectives))
        own = factory.OWN.get(sampler or "random") if isinstance(sampler, str | None) else None
        self.sampler: Any = own() if own else sampler  # `optuna_view` makes the others
        self.pruner = factory.make_pruner(pruner) if isinstance(pruner, str) else pruner
        self._hyperband, self._declared = pruner == "hyperband", list(self.hyperparameters.space)
        factory.check_plan(self.sampler, max_trials, self._declared if hyperparameters else None)
        self.storage, self.bounds = storage, [Bound.parse(text) for text in subject_to]
        self.draws = getattr(self.sampler, "counter_based", False)
        self.populates = type(self).populate_space is not Study.populate_space

    @locked
    def claim(self, count: int) -> list[Trial]:
        """Up to `count` trials to run: first started ones that nobody works on any more, then new ones.

        If the list is empty and `waiting()` is False, no trial is left to run.
        """
        claims = self.session.run(lambda connection: claim(connection, self, count))
        for claimed in claims:
            self.session.claims[int(claimed.trial.trial_id)] = claimed
        if missing := [claimed for claimed in claims if not self.draws and not claimed.values]:
            ask(self, missing)
        return [claimed.trial for claimed in claims]

    def waiting(self) -> bool:
        """Whether other workers hold trials: they may die, or a stage of the search may wait for them."""
        others = self.session.run(self.session.trial_store.unfinished, write=False)
        return any(trial.number not in self.session.claims for trial in others)

    def expect(self, epochs: int) -> None:
        """Learns how many epochs a trial has, which the pruner `"hyperband"` divides."""
        if self._hyperband:
            self.pruner, self._optuna_view = factory.make_pruner("hyperband", epochs), None

    @locked
    def report(self, values: Mapping[int, Sequence[float]]) -> set[int]:
        """The numbers of the trials that the pruner stops, given the objective of each after every epoch so far."""
        if self.pruner is None or not values:
            return set()
        return self.session.run(lambda connection: report(connection, self, values))

    def finish(self, results: Sequence[Result]) -> None:
        """Writes how trials ended; what another worker has taken over, or what has ended, is left as it is.

        Raises:
            RuntimeError: after `max_consecutive_failed_trials` failures in a row; everything is written.
        """
        self._finish(results, retried=("failed",))  # what diverged would diverge again

    @locked
    def release(self, trials: Sequence[Any]) -> None:
        """Gives trials back (of keras-tuner, or their numbers): whoever claims next runs them."""
        self.session.release([int(getattr(trial, "trial_id", trial)) for trial in trials])

    def load(self, number: int) -> Trial:
        """Trial `number`: the one this process works on, or what is stored.

        Raises:
            KeyError: if there is none.
        """
        claimed = self.session.claims.get(int(number))
        found = [claimed.trial] if claimed else self.read(TRIALS.c.number == int(number))
        if not found:
            raise KeyError(f"There is no trial {number}.")
        return found[0]

    def weights(self, number: int) -> str:
        """The file of a trial's best weights below the project's directory, and the place in it; or ""."""
        rows = self.rows(TRIALS.c.number == int(number), keys=("weights",))
        return rows[0].attrs.get("weights", "") if rows else ""

    def was_alone(self, number: int) -> bool:
        """Whether a trial has ended that was in no population."""
        rows = self.rows(TRIALS.c.number == int(number), keys=("status", "population"))
        return any("status" in row.attrs and not row.attrs.get("population") for row in rows)

    def get_best_trials(self, num_trials: int = 1) -> list[Trial]:
        """The best finished trials; those that keep the bounds come first."""
        if self._replaced:
            return super().get_best_trials(num_trials)
        return best_trials(self, num_trials)

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        values = self.sampler.draw(self.seed, int(trial_id), self.hyperparameters.space)
        return {"status": TrialStatus.RUNNING, "values": values}

    def _duplicate(self, values: dict[str, Any]) -> bool:
        return any(row.attrs.get("values") == values for row in self.rows(keys=("values",)))

    @locked
    def _finish(self, results: Sequence[Result], retried: Sequence[str]) -> None:
        for result in finish(self, results, retried):
            self._failures = self._failures + 1 if result.state in ("failed", "diverged") else 0
            if self._failures == self.max_consecutive_failed_trials:
                raise RuntimeError(
                    f"Number of consecutive failures exceeded the limit of {self._failures}.\n{result.message}"
                )
