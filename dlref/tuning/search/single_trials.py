"""Trials that no population can train, each by `fit`: seeded, and recorded with its reason when it fails."""

import os
import tempfile
import time
import warnings
from typing import Any

import keras
import keras_tuner

from dlref._compat import keras_tuner as keras_tuner_src
from dlref._stored import reading
from dlref.tuning.errors import SweepError
from dlref.tuning.listener import Diverged, not_finite
from dlref.tuning.populations.model.build_from_data import build, call
from dlref.tuning.populations.model.keras_settings import clear_session, kept
from dlref.tuning.populations.training import checkpoint
from dlref.tuning.populations.training.trial_builder import seed_everything
from dlref.tuning.samplers.declared_space import declare
from dlref.tuning.search import results
from dlref.tuning.study import Result


class SingleTrials(keras_tuner.Tuner):
    """What a trial is when it is trained alone, by the hooks of `keras_tuner.Tuner`."""

    fatal: Any = (keras_tuner.errors.FatalError,)  # what ends a search instead of a trial
    inputs: Any = None  # what models without an `Input` are built for, as `describe` has it
    _trial, _execution, _epoch = 0, 0, 0
    _reports_objective = False  # whether every epoch must

    @property
    def epoch_objective(self) -> Any:
        """What the best epoch of a trial is chosen by: the objective, as far as `fit` reports it."""
        parts = getattr(self.oracle.objective, "objectives", [self.oracle.objective])
        reported = [part for part in parts if part.name not in self.extra_metrics]
        if len(reported) == len(parts):
            return self.oracle.objective
        return reported[0] if reported else keras_tuner.Objective("val_loss", "min")

    def __init__(self, oracle: Any, hypermodel: Any = None, **kwargs: Any) -> None:
        if hypermodel is None and type(self).run_trial is SingleTrials.run_trial:
            raise ValueError(
                "hypermodel: it must be a function or a HyperModel, unless run_trial is overridden. "
                "Received `hypermodel=None`."
            )
        if keras_tuner_src.has_chief_oracle():
            raise ValueError(
                "KERASTUNER_ORACLE_IP: it must not be set, for no process is the chief: those of one `storage`, "
                f"or of one directory, share a search. Received: {os.environ['KERASTUNER_ORACLE_IP']!r}."
            )
        super().__init__(oracle, hypermodel, **kwargs)

    def run_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> Any:
        """Trains one trial with `fit`."""
        self._trial, self._execution = int(trial.trial_id), 0
        hp = trial.hyperparameters
        own_fit = type(self.hypermodel).fit is not keras_tuner.HyperModel.fit
        if "batch_size" in hp and not own_fit:
            fit_kwargs["batch_size"] = hp["batch_size"]
        own_run = type(self).run_trial is not SingleTrials.run_trial
        each_epoch = fit_kwargs.get("validation_freq", 1) == 1
        self._reports_objective = each_epoch and not own_fit and not own_run
        return super().run_trial(trial, *fit_args, **fit_kwargs)

    def replay_alone(
        self, trial: Any, fit_args: Any, fit_kwargs: Any
    ) -> tuple[keras.Model | None, Result]:
        """Trains a trial again with `fit`; its weights go into a directory that is thrown away."""
        number, directory = int(trial.trial_id), self.directory
        with tempfile.TemporaryDirectory() as self.directory:
            try:
                returned = self.run_trial(trial, *fit_args, **fit_kwargs)
                result = results.of_returned(number, returned, self.epoch_objective, seconds=0.0)
                model = SingleTrials.load_model(self, trial)
                result.metrics.update(self.measure(model))
                return model, result
            except (Exception, SystemExit) as error:
                self.listener.check()
                return None, results.of_error(number, error)
            finally:
                self.directory = directory

    def ancestors(self, trial: Any) -> list[Any]:
        """The trials that one is trained again with, itself included, each with the values that it began with."""
        return [trial]

    def with_weights(self, trial: Any, weights: list[Any]) -> keras.Model:
        """The model of a trial, with these weights."""
        checkpoint.assign(model := self.built(trial), weights)
        return model

    @kept()
    def built(self, trial: Any) -> keras.Model:
        """The model of a trial, built; without keras-tuner's collections of garbage, which take a second."""
        clear_session()
        model = self._build_hypermodel(trial.hyperparameters)
        if not model.built and self.inputs is not None:
            try:
                build(model, self.inputs)
            except Exception:  # its code takes no symbols
                call(model, self.inputs)
        return model

    def load_model(self, trial: Any) -> keras.Model:
        """The model of a trial that was trained alone, with the weights of its best epoch."""
        model, path = self.built(trial), self._get_checkpoint_fname(trial.trial_id)
        with reading(path, f"the weights of trial {trial.trial_id}", SweepError):
            model.load_weights(path)
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
        must = self._reports_objective or self.epoch_objective.has_value(logs)
        logs = results.numbers(logs)  # one for each class
        if must and not self.epoch_objective.has_value(logs):
            raise results.NotReported(self.epoch_objective, logs)
        if bad := not_finite(logs, self.epoch_objective):
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
        keras_tuner_src.validate_trial_results(returned, self.epoch_objective, "Tuner.run_trial()")
        seconds = time.monotonic() - began
        result = results.of_returned(number, returned, self.epoch_objective, seconds)
        if self.extra_metrics:
            result.metrics.update(self.measure(SingleTrials.load_model(self, trial)))
        self._results[trial.trial_id] = result

    def _try_run_and_update_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> None:
        try:
            self._run_and_update_trial(trial, *fit_args, **fit_kwargs)
        except results.NotReported as error:
            if not self.oracle.get_best_trials(1):  # it would be so in every trial
                raise SweepError(str(error)) from None
            self._results[trial.trial_id] = results.of_error(int(trial.trial_id), error)
        except (Exception, SystemExit) as error:
            self.listener.check()
            results.raise_if_fatal(error, int(trial.trial_id), self.fatal)
            self._results[trial.trial_id] = results.of_error(int(trial.trial_id), error)

    @kept()
    def _try_build(self, hp: Any) -> keras.Model:
        return super()._try_build(hp)

    def _build_hypermodel(self, hp: Any) -> keras.Model:
        # keras-tuner clears Keras' global state, the seed included, just before.
        seed_everything(f"{self.oracle.seed}/{self._trial}/{self._execution}")
        self._execution += 1
        return super()._build_hypermodel(hp)

    @kept()
    def _populate_initial_space(self) -> None:
        try:
            super()._populate_initial_space()
        except (Exception, SystemExit):
            hp = self.oracle.get_space()
            declare(self.hypermodel, hp)
            self.oracle.update_space(hp)
