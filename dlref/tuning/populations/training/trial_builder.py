"""From trials to their models: each is built from its trial's seed, and read."""

import copy
import random
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import keras_tuner
import numpy as np

from dlref._compat import keras as keras_src
from dlref.tuning.populations.model import build_from_data, keras_settings
from dlref.tuning.populations.model.external_state import ExternalState
from dlref.tuning.populations.model.fast_build import fast_build, of_few_lengths
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.compile_cache import program_class
from dlref.tuning.populations.program.fit_arguments import Fit, parse
from dlref.tuning.populations.program.trial_models import TrialModel, read_trial_model, same_weights
from dlref.tuning.populations.training import own_fit
from dlref.tuning.populations.training.callbacks import Callbacks, check_callbacks, need_models

# A tuner that has its own of these trains trial by trial.
HOOKS = (
    *("run_trial", "_build_and_fit_model", "on_batch_begin", "on_batch_end", "on_epoch_begin"),
    *("on_epoch_end", "on_trial_begin", "on_trial_end", "load_model", "_build_hypermodel"),
)


def seed_everything(key: str) -> None:
    """Seeds weights, masks and shuffling, and forgets the models there were, but not the settings."""
    seed = random.Random(key).getrandbits(32)
    keras_settings.clear_session()
    if keras.backend.backend() == "tensorflow" or keras_src.random_seed is None:
        keras.utils.set_random_seed(seed)
    else:  # the same, but that it imports TensorFlow
        keras_src.set_global_attribute(keras_src.random_seed, seed)
        random.seed(seed)
        np.random.seed(seed)


class TrialBuilder:
    """What the trials of one search have in common.

    Args:
        tuner: a `dlref.tuning.Search`.
        base: the class whose hooks a population replaces.
        fit_args: positional arguments of `search`.
        fit_kwargs: its keywords.
    """

    def __init__(self, tuner: Any, base: type, fit_args: Any, fit_kwargs: Any) -> None:
        self.tuner, self.hypermodel = tuner, tuner.hypermodel
        self.fits: dict[int, Fit] = {}
        self._arguments = fit_args, fit_kwargs
        # Also the structures for which that was tried.
        self._builds_fast, self._compared = True, set[Any]()
        self._external_state = ExternalState()
        self.refused: Unsupported | None = None  # why no trial can be in a population
        x = fit_args[0] if fit_args else fit_kwargs.get("x")
        tuner.inputs = None if x is None else build_from_data.describe(x)
        try:
            self._check_tuner(base)
            program_class()
            self._fit = parse(fit_args, fit_kwargs)
            check_callbacks(self._fit.callbacks)
            if self._fit.train_set:
                tuner.inputs = build_from_data.describe(self._fit.train[0])
        except Unsupported as reason:
            self.refused = reason

    @property
    def epochs(self) -> int:
        """Of each trial; 0 if no trial can be in a population."""
        return 0 if self.refused else self._fit.epochs

    def trial_models(self, trial: Any) -> list[TrialModel]:
        """One for each execution.

        Raises:
            Unsupported: if the trial has to be trained by `fit`.
        """
        if self.refused:
            raise self.refused
        hp = trial.hyperparameters  # which draw, and keep, what this model is the first to declare
        size = self._batch_size(hp)
        self.fits.setdefault(size, self._with_batch_size(size))
        number, seed = int(trial.trial_id), self.tuner.oracle.seed
        return [
            self._trial_model(hp, f"{seed}/{number}/{execution}", number, execution, size)
            for execution in range(self.tuner.executions_per_trial)
        ]

    def _batch_size(self, hp: keras_tuner.HyperParameters) -> int:
        size = self._fit.batch_size
        if type(self.hypermodel).fit is not keras_tuner.HyperModel.fit:
            size = own_fit.batch_size(self.hypermodel, hp, *self._arguments)
        elif "batch_size" in hp:
            size = int(hp["batch_size"])
        return self._fit.batch_size if self._fit.train_set else size  # a data set has its own

    def alone(self, trial_models: list[TrialModel]) -> dict[int, str]:
        """The trials that none of the others may be trained with, and why; told once all are built."""
        found = {
            trial_model.number: self._external_state.changed(trial_model.external_state)
            for trial_model in trial_models
        }
        text = "`build` changes {} outside of the model, which reads it"
        return {number: text.format(name) for number, name in found.items() if name}

    def build(self, values: dict[str, Any], key: str) -> keras.Model:
        """The model of a trial, all of whose values are known."""
        return self._build(self._with(values), key)

    def variant(self, trial_model: TrialModel, values: dict[str, Any]) -> TrialModel:
        """The model of the same trial with other values."""
        hp, one = self._with(values), trial_model
        return self._trial_model(hp, one.key, one.number, one.execution, self._batch_size(hp))

    def _with(self, values: dict[str, Any]) -> keras_tuner.HyperParameters:
        hp = self.tuner.oracle.get_space()
        hp.values = dict(values)
        return hp

    def callbacks(self, trial_model: TrialModel, metrics: list[Any]) -> Callbacks:
        """Copies of the callbacks of `fit` for a member of a population, and a model if they look at one."""
        number, execution = trial_model.number, trial_model.execution
        copies = copy.deepcopy(self._fit.callbacks)
        if not need_models(copies):
            return Callbacks(copies, metrics)
        hp = self._with(trial_model.values)
        trial_id = self.tuner.oracle.load(number).trial_id
        trial = SimpleNamespace(trial_id=trial_id, hyperparameters=hp)
        self.tuner._configure_tensorboard_dir(copies, trial, execution)
        with of_few_lengths():
            model = self._build(hp, trial_model.key)
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        directory = Path(self.tuner.project_dir, "callbacks", f"{number}-{execution}")
        fit = self.fits[trial_model.batch_size]
        steps = -(-fit.examples // fit.batch_size)
        params = {"epochs": fit.epochs, "steps": steps, "verbose": 0}
        return Callbacks(copies, metrics, model, directory.resolve(), **params)

    def _build(self, hp: keras_tuner.HyperParameters, key: str) -> keras.Model:
        seed_everything(key)
        model = keras_tuner.Tuner._build_hypermodel(self.tuner, hp)
        if not isinstance(model, keras.Model):
            raise keras_tuner.errors.FatalTypeError(
                "build: it must return a compiled keras.Model. "
                f"Received: {model!r} (type {type(model).__name__})."
            )
        if not model.built:
            try:
                build_from_data.build(model, self.tuner.inputs)
            except Exception:
                model.built = False  # whatever its own `build` has said before
        return model

    def _trial_model(
        self, hp: keras_tuner.HyperParameters, key: str, number: int, execution: int, size: int
    ) -> TrialModel:
        identity = {"number": number, "execution": execution, "key": key, "batch_size": size}
        trial_model = None
        if self._builds_fast:
            # If it raises, the code needs a whole model, or fails either way.
            with suppress(Exception), fast_build():
                trial_model = self._read(self._build(hp, key), hp.values, identity)
        if trial_model is None or trial_model.spec.structure not in self._compared:
            with of_few_lengths():
                whole = self._read(self._build(hp, key), hp.values, identity)
            self._builds_fast = trial_model is not None and same_weights(trial_model, whole)
            self._compared.add(whole.spec.structure)
            return whole
        return trial_model

    def _read(
        self, model: keras.Model, values: dict[str, Any], identity: dict[str, Any]
    ) -> TrialModel:
        limit = self.tuner.max_model_size
        if limit and model.count_params() > limit:
            raise keras_tuner.errors.FailedTrialError(
                f"Oversized model: {model.count_params()} parameters, more than max_model_size={limit}"
            )
        return read_trial_model(model, self._external_state, values=dict(values), **identity)

    def _with_batch_size(self, size: int) -> Fit:
        follows = not self._fit.dev_set and self._fit.dev_batch_size == self._fit.batch_size
        dev = size if follows else self._fit.dev_batch_size
        return replace(self._fit, batch_size=size, dev_batch_size=dev)

    def _check_tuner(self, base: type) -> None:
        own = [name for name in HOOKS if getattr(type(self.tuner), name) is not getattr(base, name)]
        if own:
            raise Unsupported(f"the tuner has its own {own[0]}")
        if self.tuner.distribution_strategy is not None:
            raise Unsupported("there is a distribution_strategy")
