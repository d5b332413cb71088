"""Search over hyperparameters: keras-tuner's tuners, with whole populations of trials trained at once.

Sources: DLS-C2W3 (random, coarse to fine, many models in parallel); CS231n-6 (a diverged trial is left at once).

Differs from keras-tuner's tuners: trials whose models have one structure are trained together by one compiled program
(`populations`); a trial whose loss becomes NaN or infinite ends and is recorded as diverged, an exception in `build` or
`fit` with its reason, and neither stops the search nor is ever among the best; the initial weights and the dropout
masks of trial k are seeded by (seed, k), so that any trial can be repeated (`replay`); trials live in an Optuna storage
(`study.py`), which several processes and machines can share and which survives `kill -9`.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from dlref.tuning.listener import Listener, Printer, warn_if_none_succeeded
from dlref.tuning.populations.model.fast_build import of_few_lengths
from dlref.tuning.populations.model.keras_settings import kept
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.compiled_on_disk import kept_on_disk
from dlref.tuning.populations.training import checkpoint
from dlref.tuning.populations.training.trainer import Trainer
from dlref.tuning.populations.training.trial_builder import TrialBuilder
from dlref.tuning.samplers import factory
from dlref.tuning.samplers.declared_space import declared_space
from dlref.tuning.search.replay import in_populations
from dlref.tuning.search.single_trials import SingleTrials
from dlref.tuning.search.space_changes import digest, warn_of_changes
from dlref.tuning.search.trial_batch import TrialBatch
from dlref.tuning.study import Result, Study
from dlref.tuning.trials.check_arguments import checks_arguments
from dlref.tuning.trials.records import write_json

STUDY = ("hyperparameters", "tune_new_entries", "allow_new_entries", "subject_to")
STUDY += ("max_retries_per_trial", "max_consecutive_failed_trials")
PAUSE = 0.5  # seconds between two looks at what other workers are doing


class Search(SingleTrials):
    """Search with any sampler, with the arguments of `keras_tuner.Tuner`.

    Args:
        hypermodel: a `build(hp)` function or a `keras_tuner.HyperModel`. If it declares a hyperparameter `batch_size`
            and has no `fit` of its own, that is the size of the mini-batches.
        objective: as in keras-tuner, such as `"val_accuracy"`.
        max_trials: number of trials. Defaults to 10.
        seed: any integer, 0 included. Defaults to `None`: one is drawn.
        sampler: a word of `dlref sweep --search`, such as `"tpe"`, or an `optuna.samplers.BaseSampler`. Defaults to
            `None`: random.
        pruner: a word of `dlref sweep --pruner`, such as `"median"`, or an `optuna.pruners.BasePruner`, asked after
            every epoch. Defaults to `None`.
        storage: the URL of an Optuna storage, or an `optuna.storages.RDBStorage`, whose URL is taken. Defaults to
            `None`: a SQLite file in the project's directory.
        listener: a `Listener`. Defaults to `None`: messages are printed, unless `search` has `verbose=0`.
        extra_metrics: further metrics by name, each a function of the trained model. Defaults to `None`.
        max_population: the most trials that are trained at once. Defaults to `None`: as many as fit the memory.
        share: the share of the remaining trials that is claimed at once; below 1.0, other machines get some too.
            Defaults to 1.0.
        **kwargs: the other arguments of keras-tuner's tuners and oracles, such as `directory` and `project_name`.

    Raises:
        TypeError, ValueError: if an argument is of a wrong type, out of range or a word that is not known.
        SweepError: if the storage cannot be used, or holds another search.

    Example:
        >>> import keras
        >>> from dlref.tuning import Search, log_uniform
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        ...     model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 0.1)), "mse")
        ...     return model
        >>> tuner = Search(build, "val_loss", max_trials=2, sampler="tpe", directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), verbose=0)
        >>> len(tuner.oracle.get_best_trials(5))
        2
    """

    @checks_arguments
    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_trials: int = 10,
        seed: int | None = None,
        sampler: Any = None,
        pruner: Any = None,
        storage: Any = None,
        listener: Listener | None = None,
        extra_metrics: dict[str, Callable[[keras.Model], float]] | None = None,
        max_population: int | None = None,
        share: float = 1.0,
        **kwargs: Any,
    ) -> None:
        given = {name: kwargs.pop(name) for name in STUDY if name in kwargs}
        given |= {"sampler": sampler, "pruner": pruner, "storage": storage}
        if sampler == "grid" and hypermodel and given.get("tune_new_entries", True):
            given["hyperparameters"] = declared_space(hypermodel, given.get("hyperparameters"))
        study = Study(objective=objective, max_trials=max_trials, seed=seed, **given)
        study.model = digest(hypermodel)
        self._listens, self.listener = listener, listener or Listener()
        self.extra_metrics = extra_metrics or {}
        self.max_population, self.share = max_population, share
        self.claimed = max_population or factory.at_once(study.sampler, max_trials)
        self._results: dict[str, Result] = {}
        if kwargs.get("overwrite") and study.storage:  # keras-tuner deletes the directory alone
            place = kwargs.get("directory") or ".", kwargs.get("project_name") or "untitled_project"
            study._set_project_dir(*place)
            study.erase()
        super().__init__(study, hypermodel, **kwargs)
        self.seed = study.seed
        warn_of_changes(study, self.hypermodel, given.get("hyperparameters"))
        self.save()

    def _populate_initial_space(self) -> None:
        with of_few_lengths():
            super()._populate_initial_space()

    @kept()
    @kept_on_disk()
    def search(self, *fit_args: Any, **fit_kwargs: Any) -> None:
        """Trains until there are `max_trials` trials; takes the arguments of `keras.Model.fit`."""
        self.oracle.verbose = fit_kwargs.get("verbose", "auto")
        if self._listens is None:
            self.listener = Printer(self.epoch_objective) if self.oracle.verbose else Listener()
        self.on_search_begin()
        builder = TrialBuilder(self, Search, fit_args, fit_kwargs)
        self.save()
        self.oracle.expect(builder.epochs)
        batch = TrialBatch(self, self._trainer(builder), builder)
        while True:
            self.listener.check()
            trials = self.oracle.claim(self._how_many())
            if not trials and not self.oracle.waiting():
                break
            try:
                self._train(trials, batch, fit_args, fit_kwargs)
            except BaseException:
                self.oracle.release(trials)  # those that have ended stay
                raise
        self.oracle.session.remove_leftovers()
        self.on_search_end()
        if self._listens is None:
            warn_if_none_succeeded(self.oracle)

    def _how_many(self) -> int:
        left = None if self.share == 1 else self.oracle.remaining_trials()
        return max(1, min(self.claimed, math.ceil(self.share * left))) if left else self.claimed

    def _train(self, trials: list[Any], batch: TrialBatch, fit_args: Any, fit_kwargs: Any) -> None:
        if not trials:
            time.sleep(PAUSE)  # another worker may die and leave us its trials
            return
        self.listener.claimed(trials)
        self.oracle._display.trial_number |= {t.trial_id: int(t.trial_id) + 1 for t in trials}
        for trial in batch.run(trials):
            self.listener.check()
            self.on_trial_begin(trial)
            self._try_run_and_update_trial(trial, *fit_args, **fit_kwargs)
            if int(trial.trial_id) in self.oracle.session.claims:  # else it was given back
                self.on_trial_end(trial)

    @kept()
    @kept_on_disk()
    def replay(
        self, number: int, *fit_args: Any, **fit_kwargs: Any
    ) -> tuple[keras.Model | None, Result]:
        """Trains trial `number` once more, from its seed; nothing is recorded.

        Returns:
            The model with the weights of its best epoch, or None if it has none, and the result.
        """
        trial = self.oracle.load(number)
        builder = TrialBuilder(self, Search, fit_args, fit_kwargs)
        try:
            return in_populations(self, trial, builder, self._trainer(builder))
        except Unsupported:
            return self.replay_alone(trial, fit_args, fit_kwargs)

    def _trainer(self, builder: TrialBuilder) -> Trainer:
        return Trainer(builder, self.epoch_objective, self.seed, self.listener, self.max_population)

    def load_model(self, trial: Any) -> keras.Model:
        """The model of a trial that has finished, with the weights of its best epoch."""
        if not (reference := self.oracle.weights(int(trial.trial_id))):
            return super().load_model(trial)
        model = self.built(trial)
        shapes = [tuple(v.shape) for v in checkpoint.variables(model)]
        checkpoint.assign(model, checkpoint.read_weights(Path(self.project_dir), reference, shapes))
        return model

    def save(self) -> None:
        """Marks the project for keras-tuner, whose own tuners cannot resume it: the trials are in the storage."""
        self.oracle.save()
        write_json(Path(self._get_tuner_fname()), self.get_state())
        write_json(Path(self.project_dir) / "oracle.json", {"tuner": type(self).__name__})
