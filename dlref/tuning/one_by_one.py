"""Trials that no population can train, each by `fit`: seeded, and recorded with its reason when it fails."""

import os
import tempfile
import time
import warnings
from typing import Any

import keras
import keras_tuner
from keras_tuner.src.distribute import utils as distribution
from keras_tuner.src.engine import tuner_utils
from keras_tuner.src.engine.hypermodel import get_hypermodel

from dlref.tuning import results
from dlref.tuning.listener import Diverged, not_finite
from dlref.tuning.populations.light import build
from dlref.tuning.populations.preparation import seed_everything
from dlref.tuning.study import Result


class OneByOne(keras_tuner.Tuner):
    """What a trial is when it is trained alone, by the hooks of `keras_tuner.Tuner`."""

    fatal: Any = keras_tuner.errors.FatalError  # what ends a search instead of a trial
    inputs: Any = None  # what models without an `Input` are built for, as `describe` has it
    _trial, _execution, _epoch = 0, 0, 0

    @property
    def guide(self) -> Any:
        """What the best epoch of a trial is chosen by: the objective, as far as `fit` reports it."""
        parts = getattr(self.oracle.objective, "objectives", [self.oracle.objective])
        reported = [part for part in parts if part.name not in self.extra_metrics]
        if len(reported) == len(parts):
            return self.oracle.objective
        return reported[0] if reported else keras_tuner.Objective("val_loss", "min")

    def __init__(self, oracle: Any, hypermodel: Any = None, **kwargs: Any) -> None:
        if hypermodel is None and type(self).run_trial is OneByOne.run_trial:
            raise ValueError(
                "hypermodel: it must be a function or a HyperModel, unless run_trial is overridden. "
                "Received `hypermodel=None`."
            )
        if distribution.has_chief_oracle():
            raise ValueError(
                "KERASTUNER_ORACLE_IP: it must not be set, for no process is the chief: those of one `storage`, "
                f"or of one directory, share a search. Received: {os.environ['KERASTUNER_ORACLE_IP']!r}."
            )
        super().__init__(oracle, hypermodel, **kwargs)

    def run_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> Any:
        """Trains one trial with `fit`."""
        self._trial, self._execution = int(trial.trial_id), 0
        hp, own_fit = trial.hyperparameters, type(self.hypermodel).fit
        if "batch_size" in hp and own_fit is keras_tuner.HyperModel.fit:
            fit_kwargs["batch_size"] = hp["batch_size"]
        return super().run_trial(trial, *fit_args, **fit_kwargs)

    def replay_alone(
        self, trial: Any, fit_args: Any, fit_kwargs: Any
    ) -> tuple[keras.Model | None, Result]:
        """Trains a trial again with `fit`; its weights go into a directory that is thrown away."""
        number, directory = int(trial.trial_id), self.directory
        with tempfile.TemporaryDirectory() as self.directory:
            try:
                returned = self.run_trial(trial, *fit_args, **fit_kwargs)
                result = results.of_returned(number, returned, self.guide, seconds=0.0)
                model = keras_tuner.Tuner.load_model(self, trial)
                result.metrics.update(self.measure(model))
                return model, result
            except (Exception, SystemExit) as error:
                self.listener.check()
                return None, results.of_error(number, error)
            finally:
                self.directory = directory

    def with_weights(self, trial: Any, weights: list[Any]) -> keras.Model:
        """The model of a trial, with these weights."""
        model = self.built(trial)
        for variable, value in zip(variables(model), weights, strict=True):
            variable.assign(value)
        return model

    def built(self, trial: Any) -> keras.Model:
        """The model of a trial, built."""
        model = self._try_build(trial.hyperparameters)
        if not model.built:
            build(model, self.inputs)
        return model

    def get_state(self) -> dict[str, Any]:
        """What keras-tuner keeps of a tuner."""
        return {"inputs": self.inputs}

    def set_state(self, state: dict[str, Any]) -> None:
        """Takes what was kept."""
        self.inputs = state.get("inputs")

    def measure(self, model: keras.Model) -> dict[str, float]:
        """The extra metrics of a trained model."""
        return {name: float(metric(model)) for name, metric in self.extra_metrics.items()}

    def on_batch_end(self, trial: Any, model: Any, batch: int, logs: Any = None) -> None:
        self.listener.check()
        results.check_finite(logs, "loss", f"in epoch {self._epoch + 1}, batch {batch + 1}")

    def on_epoch_begin(self, trial: Any, model: Any, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_epoch_end(self, trial: Any, model: Any, epoch: int, logs: Any = None) -> None:
        logs = logs or {}
        results.check_numbers(logs)
        if bad := not_finite(logs, self.guide):
            raise Diverged(f"{bad} after epoch {epoch + 1}")
        values = {name: [value] for name, value in logs.items()}
        self.listener.epoch_ended([int(trial.trial_id)], epoch + 1, values)

    def on_trial_end(self, trial: Any) -> None:
        result = self._results.pop(trial.trial_id, None)
        if result is None:  # of a subclass that trains in its own way
            super().on_trial_end(trial)
        else:
            self.oracle.finish([result])
            self.listener.trial_ended(result, trial)

    def _run_and_update_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> None:
        number, began = int(trial.trial_id), time.monotonic()
        returned = self.run_trial(trial, *fit_args, **fit_kwargs)
        if returned is None and trial.metrics.exists(self.oracle.objective.name):
            warnings.warn(
                "run_trial: it called `oracle.update_trial`, which keras-tuner has deprecated. "
                "Please remove the call and return the metrics instead.",
                DeprecationWarning,
                stacklevel=2,
            )
            self.oracle.score_trial(trial)
            self._results[trial.trial_id] = self.oracle.reported(trial)
            return
        tuner_utils.validate_trial_results(returned, self.guide, "Tuner.run_trial()")
        seconds = time.monotonic() - began
        result = results.of_returned(number, returned, self.guide, seconds)
        if self.extra_metrics:
            result.metrics.update(self.measure(super().load_model(trial)))
        self._results[trial.trial_id] = result

    def _try_run_and_update_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> None:
        try:
            self._run_and_update_trial(trial, *fit_args, **fit_kwargs)
        except (Exception, SystemExit) as error:
            self.listener.check()
            if isinstance(error, self.fatal):
                raise
            self._results[trial.trial_id] = results.of_error(int(trial.trial_id), error)

    def _build_hypermodel(self, hp: Any) -> keras.Model:
        # keras-tuner clears Keras' global state, the seed included, just before.
        seed_everything(f"{self.oracle.seed}/{self._trial}/{self._execution}")
        self._execution += 1
        return super()._build_hypermodel(hp)

    def _populate_initial_space(self) -> None:
        try:
            super()._populate_initial_space()
        except (Exception, SystemExit):
            hp = self.oracle.get_space()
            declare(self.hypermodel, hp)
            self.oracle.update_space(hp)


def variables(model: keras.Model) -> list[Any]:
    """What a file of weights holds of a model, in this order."""
    return [*model.trainable_variables, *model.non_trainable_variables]


def declared_space(hypermodel: Any, given: Any = None) -> keras_tuner.HyperParameters:
    """The hyperparameters that were given, and those that `hypermodel` declares for their default values."""
    hp = keras_tuner.HyperParameters() if given is None else given.copy()
    declare(get_hypermodel(hypermodel), hp)
    return hp


def declare(hypermodel: Any, hp: keras_tuner.HyperParameters) -> None:
    """Lets `hypermodel` declare its hyperparameters, as far as it gets."""
    try:
        hypermodel.build(hp)
    except (Exception, SystemExit):
        return  # What was declared until then is searched; each trial records its own failure.
