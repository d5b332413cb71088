"""Random search that can be repeated, and that no failed trial stops.

Sources: DLS-C2W3; CS231n-6 (a diverged trial is left at once).

Differs from `keras_tuner.RandomSearch`: a trial whose loss becomes NaN or infinite ends at that batch and is
recorded as diverged; an exception in `build` or `fit` is recorded with its reason; neither stops the search
(keras-tuner stops after three in a row), and neither is ever among the best trials; the initial weights, the
shuffling and the dropout masks of trial k are seeded by (seed, k), so that any trial can be repeated. For the
values drawn see `oracle.py`.

One process works on a directory at a time. What `kill -9` or a power failure leaves behind is not promised here.
"""

import math
import random
import traceback
from pathlib import Path
from typing import Any

import keras
import keras_tuner
from keras_tuner.src.engine import tuner_utils
from keras_tuner.src.engine.trial import TrialStatus

from dlref.tuning.oracle import Oracle
from dlref.tuning.records import write_json

ORACLE_ARGUMENTS = (
    "hyperparameters", "tune_new_entries", "allow_new_entries", "max_retries_per_trial"
)  # fmt: skip


class Diverged(keras_tuner.errors.FailedTrialError):
    """The loss or the objective of a trial is no finite number."""


class Listener:
    """Hears of a search as it goes on. What `check` raises ends the search."""

    def trial_began(self, trial: Any) -> None: ...

    def epoch_ended(self) -> None: ...

    def trial_ended(self, trial: Any) -> None: ...

    def check(self) -> None: ...


class RandomSearch(keras_tuner.RandomSearch):
    """Random search, with the arguments of `keras_tuner.RandomSearch`.

    Args:
        hypermodel: a `build(hp)` function or a `keras_tuner.HyperModel`. If it declares a hyperparameter `batch_size`
            and has no `fit` of its own, `fit` is given that mini-batch size.
        objective: as in keras-tuner, such as `"val_accuracy"`.
        max_trials: number of trials. Defaults to 10.
        seed: any integer, 0 included. Defaults to `None`: one is drawn.
        listener: a `Listener`. Defaults to `None`.
        max_consecutive_failed_trials: failures in a row that stop the search. Defaults to infinity.
        **kwargs: the other arguments of `keras_tuner.RandomSearch`, such as `directory` and `project_name`.

    Example:
        >>> import keras
        >>> from dlref.tuning import RandomSearch, log_uniform
        >>> def build(hp):
        ...     model = keras.Sequential([keras.layers.Dense(1)])
        ...     model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 0.1)), "mse")
        ...     return model
        >>> tuner = RandomSearch(build, "val_loss", max_trials=2, seed=0, directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), verbose=0)
        >>> len(tuner.oracle.get_best_trials(5))
        2
    """

    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_trials: int = 10,
        seed: int | None = None,
        listener: Listener | None = None,
        max_consecutive_failed_trials: float = math.inf,
        **kwargs: Any,
    ) -> None:
        oracle = Oracle(
            seed=seed,
            objective=objective,
            max_trials=max_trials,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
            **{name: kwargs.pop(name) for name in ORACLE_ARGUMENTS if name in kwargs},
        )
        self.listener = listener or Listener()
        self._trial, self._execution, self._epoch = 0, 0, 0
        keras_tuner.Tuner.__init__(self, oracle, hypermodel, **kwargs)
        self.seed = oracle.seed
        self.save()

    def run_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> Any:
        self._trial, self._execution = int(trial.trial_id), 0
        hp, own_fit = trial.hyperparameters, type(self.hypermodel).fit
        if "batch_size" in hp and own_fit is keras_tuner.HyperModel.fit:
            fit_kwargs["batch_size"] = hp["batch_size"]
        results = super().run_trial(trial, *fit_args, **fit_kwargs)
        self._check_results(results)
        return results

    def on_trial_begin(self, trial: Any) -> None:
        self.listener.check()
        self.listener.trial_began(trial)

    def on_epoch_begin(self, trial: Any, model: Any, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_batch_end(self, trial: Any, model: Any, batch: int, logs: Any = None) -> None:
        self.listener.check()
        _check_finite(logs, "loss", f"in epoch {self._epoch + 1}, batch {batch + 1}")

    def on_epoch_end(self, trial: Any, model: Any, epoch: int, logs: Any = None) -> None:
        _check_finite(logs, "val_loss", f"after epoch {epoch + 1}")
        self.listener.epoch_ended()

    def on_trial_end(self, trial: Any) -> None:
        super().on_trial_end(trial)
        self.listener.trial_ended(self.oracle.get_trial(trial.trial_id))

    def save(self) -> None:
        if not self._is_worker():
            self.oracle.save()
        write_json(Path(self._get_tuner_fname()), self.get_state())

    def _build_hypermodel(self, hp: Any) -> keras.Model:
        # keras-tuner clears Keras' global state, the seed included, just before.
        key = f"{self.oracle.seed}/{self._trial}/{self._execution}"
        keras.utils.set_random_seed(random.Random(key).getrandbits(32))
        self._execution += 1
        return super()._build_hypermodel(hp)

    def _try_run_and_update_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> None:
        try:
            self._run_and_update_trial(trial, *fit_args, **fit_kwargs)
            trial.status = TrialStatus.COMPLETED
        except Diverged as error:
            trial.status, trial.message = TrialStatus.FAILED, f"diverged: {error}"
        except (Exception, SystemExit) as error:
            self.listener.check()
            trial.status, trial.message = TrialStatus.INVALID, _describe(error)

    def _populate_initial_space(self) -> None:
        try:
            super()._populate_initial_space()
        except (Exception, SystemExit):
            hp = self.oracle.get_space()
            _declare(self.hypermodel, hp)
            self.oracle.update_space(hp)

    def _check_results(self, results: Any) -> None:
        objective = self.oracle.objective
        for result in results:
            logs = getattr(result, "history", None)
            if logs is not None and not objective.has_value(logs):
                raise ValueError(
                    f"objective: {objective.name!r} must be one of the values the model reports. "
                    f"Received from fit: {', '.join(logs)}."
                )
        metrics = tuner_utils.convert_to_metrics_dict(results, objective)
        _check_finite(metrics, objective.name, "at the end")


def declared_space(hypermodel: Any) -> keras_tuner.HyperParameters:
    """The hyperparameters that `hypermodel` declares for their default values."""
    hp = keras_tuner.HyperParameters()
    _declare(hypermodel, hp)
    return hp


def _declare(hypermodel: Any, hp: keras_tuner.HyperParameters) -> None:
    try:
        hypermodel.build(hp)
    except (Exception, SystemExit):
        return  # What was declared until then is searched; each trial records its own failure.


def _check_finite(logs: dict[str, Any] | None, name: str, where: str) -> None:
    value = (logs or {}).get(name, 0.0)
    if not math.isfinite(value):
        raise Diverged(f"{name} was {float(value)} {where}")


def _describe(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}".strip()
    trace = "".join(traceback.format_exception(error))
    return f"{text}\n\n{trace}".encode("utf-8", "replace").decode()
