"""Hyperband: many trials get few epochs, the best of them more.

Sources: Li et al., 2018, as `keras_tuner.Hyperband` has it. The lecture's way of many models at once (Caviar, DLS-C2W3)
is what makes it fast here: the trials of all brackets are one population where their models allow it.
"""

import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_type_hints

import keras

from dlref._checks import integer
from dlref._stored import checked, reading
from dlref.tuning.samplers.brackets import Brackets, RungPruner
from dlref.tuning.storage.read_rows import TRIALS
from dlref.tuning.study import Result
from dlref.tuning.trials.keywords import refuse
from dlref.tuning.trials.records import write_json
from dlref.tuning.tuner import Search

FIXED = ("max_trials", "sampler", "pruner")


class Hyperband(Search):
    """Random trials of which each rung keeps the best, with the arguments of `keras_tuner.Hyperband`.

    A trial is a configuration, and its number of epochs is how far it came. What a rung keeps goes on with its weights
    and the state of its optimizer; what it does not keep is "pruned" and costs nothing more.

    Args:
        hypermodel: as in `Search`.
        objective: as in `Search`; one.
        max_epochs: of a trial that every rung keeps. Defaults to 100.
        factor: by how much a rung has more epochs, and fewer trials, than the one before. Defaults to 3.
        hyperband_iterations: how often all brackets are run. Defaults to 1. `None` or 0: until it is interrupted, or
            the space holds no more trials.
        seed: of all that is drawn. Defaults to `None`: one is drawn.
        hyperparameters: declared beforehand. Defaults to `None`.
        tune_new_entries: whether what `hypermodel` declares besides is searched too. Defaults to True.
        allow_new_entries: whether it may declare others. Defaults to True.
        max_retries_per_trial: how often a trial that failed is run again. Defaults to 0.
        max_consecutive_failed_trials: failures in a row that stop the search. Defaults to infinity.
        **kwargs: the other arguments of `Search`, except `max_trials`, `sampler` and `pruner`.

    Raises:
        TypeError, ValueError: if an argument is of a wrong type, out of range or not known.

    Example:
        >>> import keras
        >>> from dlref.tuning import Hyperband, log_uniform
        >>> def build(hp):
        ...     model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        ...     model.compile(keras.optimizers.SGD(log_uniform(hp, "learning_rate", 1e-4, 0.1)), "mse")
        ...     return model
        >>> tuner = Hyperband(build, "val_loss", max_epochs=4, factor=2, seed=0, directory=getfixture("tmp_path"))
        >>> x, y = keras.ops.ones((8, 1)), keras.ops.ones((8, 1))
        >>> tuner.search(x, y, validation_data=(x, y), verbose=0)
        >>> trials = tuner.oracle.trials.values()
        >>> [sum(trial.status == status for trial in trials) for status in ("COMPLETED", "STOPPED")]
        [6, 4]
    """

    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_epochs: int = 100,
        factor: int = 3,
        hyperband_iterations: int | None = 1,
        seed: int | None = None,
        hyperparameters: Any = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: float = math.inf,
        **kwargs: Any,
    ) -> None:
        refuse(self, kwargs, *FIXED, why="its brackets say so")
        if isinstance(objective, list) and len(objective) > 1:
            raise ValueError(
                f"Hyperband: `objective` must be one. Received: objective={objective!r}."
            )
        times = hyperband_iterations
        if times is not None:
            times = integer(self, "hyperband_iterations", times, 0) or None
        factor = integer(self, "factor", factor, 2)
        self.plan = Brackets(integer(self, "max_epochs", max_epochs, 1), factor, times)
        self._unused = ""
        super().__init__(
            hypermodel,
            objective,
            self.plan.trials,
            seed,
            pruner=RungPruner(self.plan),
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
            **kwargs,
        )

    def search(self, *fit_args: Any, **fit_kwargs: Any) -> None:
        """Trains all brackets; takes the arguments of `keras.Model.fit`, but says itself how many epochs there are."""
        if len(fit_args) > 3:
            raise TypeError(
                "Hyperband.search: what comes after `batch_size` must be given by name. "
                f"Received: {len(fit_args)} arguments without one."
            )
        epochs = self.plan.max_epochs
        words = [f"{n}={fit_kwargs.pop(n)}" for n in ("epochs", "initial_epoch") if n in fit_kwargs]
        self._unused = " and ".join(word for word in words if word != f"epochs={epochs}")
        super().search(*fit_args, **fit_kwargs, epochs=epochs)

    def on_search_begin(self) -> None:
        super().on_search_begin()
        if self._unused:
            self.listener.note(
                f"{self._unused} is not used: a trial has up to max_epochs={self.plan.max_epochs}"
            )

    def replay(
        self, number: int, *fit_args: Any, **fit_kwargs: Any
    ) -> tuple[keras.Model | None, Result]:
        """Trains trial `number` once more, as far as it came; nothing is recorded."""
        rows = self.oracle.rows(TRIALS.c.number == int(number), keys=("curves",))
        curves = rows[0].attrs.get("curves", {}) if rows else {}
        length = max(map(len, curves.values()), default=self.plan.max_epochs)
        return super().replay(number, *fit_args, **{**fit_kwargs, "epochs": length})

    def _try_run_and_update_trial(self, trial: Any, *fit_args: Any, **fit_kwargs: Any) -> None:
        """Trains a trial alone from rung to rung, each time from its seed; at a rung it may have to wait."""
        number, pruner = int(trial.trial_id), self.oracle.pruner
        self.oracle.report({number: []})  # so that the rungs that were decided meanwhile are known
        reached, result = self._left_at_rung(number)
        while True:
            target = pruner.target(number)
            if result is None or reached < target:
                words = {**fit_kwargs, "epochs": target}
                super()._try_run_and_update_trial(trial, *fit_args, **words)
                reached, result = target, self._results.pop(trial.trial_id)
            curve = self._curve(result, target)
            if result.state == "finished" and len(curve) >= target < self.plan.max_epochs:
                if number in self.oracle.report({number: curve}):
                    message = f"pruned: after epoch {target}"
                    result = replace(result, state="pruned", message=message)
                elif pruner.target(number) > target:
                    continue
                else:
                    write_json(self._rung_file(number), [reached, asdict(result)])
                    self.oracle.release([trial])
                    return
            self._rung_file(number).unlink(missing_ok=True)
            self._results[trial.trial_id] = result
            return

    def _curve(self, result: Result, epochs: int) -> list[float]:
        """The objective after every epoch; where only its value is known, that value after each."""
        name = self.epoch_objective.name
        lengths = [len(curve) for curve in result.curves.values()]
        value = result.metrics.get(name, math.inf)
        return result.curves.get(name, [value] * max(lengths, default=epochs))

    def _rung_file(self, number: int) -> Path:
        return Path(self.project_dir) / "checkpoints" / f"rung-{number}.json"

    def _left_at_rung(self, number: int) -> tuple[int, Result | None]:
        """To which epoch a trial was trained when it was given back at a rung, and what was known of it."""
        path = self._rung_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with reading(path, "a trial at a rung"):
                reached, result = json.loads(path.read_text("utf-8"))
                checked({"reached": reached, **result}, {"reached": int, **get_type_hints(Result)})
                return reached, Result(**result)
        except (OSError, ValueError):  # it begins anew
            return 0, None
