"""keras-tuner's protocol: one trial is created, updated and ended at a time; trials are looked up and ranked."""

import functools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras_tuner
from keras_tuner.engine.trial import Trial, TrialStatus

from dlref.tuning.trials.keras_tuner_trial import direction_of
from dlref.tuning.trials.trial_result import Result

PAUSE = 0.5  # seconds before keras-tuner asks again for a trial
FAILED = (TrialStatus.FAILED, TrialStatus.INVALID)


def locked(method: Callable[..., Any]) -> Callable[..., Any]:
    """One thread at a time; unlike `keras_tuner.synchronized`, an error gives the lock back."""

    @functools.wraps(method)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self._lock:
            return method(self, *args, **kwargs)

    return wrapped


class TrialOracle(keras_tuner.Oracle):
    """What `keras_tuner.Oracle` does, by means of `claim` and `finish`."""

    def __init__(self, **kwargs: Any) -> None:
        self._lock = threading.RLock()
        super().__init__(**kwargs)

    @property
    def trials(self) -> Mapping[str, Trial]:
        """All trials by id, read from the storage as they are asked for; or what they were replaced with."""
        return self._replaced or Trials(self)

    @trials.setter
    def trials(self, value: Any) -> None:
        self._replaced = value  # keras-tuner's constructor sets an empty dictionary

    @locked
    def create_trial(self, tuner_id: str) -> Trial:
        if tuner_id in self.ongoing_trials:
            return self.ongoing_trials[tuner_id]
        self.tuner_ids.add(tuner_id)
        claimed = self.claim(1)
        if claimed:
            (trial,) = claimed
            self.ongoing_trials[tuner_id] = trial
            self.start_order.append(trial.trial_id)
            self._display.on_trial_begin(trial)
            return trial
        status = TrialStatus.STOPPED
        if self.waiting():
            time.sleep(PAUSE)
            status = TrialStatus.IDLE
        else:
            self.tuner_ids.discard(tuner_id)
        hyperparameters = self.hyperparameters.copy()
        hyperparameters.values = {}
        return Trial(hyperparameters, str(len(self.trials)), status)

    @locked
    def update_trial(self, trial_id: str, metrics: dict[str, Any], step: int = 0) -> Trial:
        trial = self.get_trial(trial_id)
        self._check_objective_found(metrics)
        for name, value in metrics.items():
            if not trial.metrics.exists(name):
                trial.metrics.register(name, direction_of(self.objective, name))
            trial.metrics.update(name, value, step=step)
        return trial

    @locked
    def end_trial(self, trial: Any = None, status: str = "COMPLETED", trial_id: Any = None) -> None:
        if isinstance(trial, str) or trial is None:  # keras-tuner's former arguments
            trial = Trial(
                self.get_trial(trial or trial_id).hyperparameters, trial or trial_id, status
            )
        own = self.get_trial(trial.trial_id)
        own.hyperparameters, own.message = trial.hyperparameters, trial.message
        own.status = trial.status
        self.update_space(own.hyperparameters)
        if own.status not in FAILED and own.metrics.exists(self.objective.name):
            self.score_trial(own)
        self.end_order.append(own.trial_id)
        for tuner_id in [k for k, t in self.ongoing_trials.items() if t.trial_id == own.trial_id]:
            del self.ongoing_trials[tuner_id]
        try:
            retried = () if own.status == TrialStatus.FAILED else ("failed", "diverged")
            self._finish([self.reported(own)], retried)
        finally:
            stored = self.load(int(own.trial_id))
            own.status, own.score, own.message = stored.status, stored.score, stored.message
            self._display.on_trial_end(own)

    def get_trial(self, trial_id: str) -> Trial:
        return self.load(int(trial_id))

    def remaining_trials(self) -> int | None:
        return None if self.max_trials is None else self.max_trials - len(self.trials)

    def reported(self, trial: Trial) -> Result:
        """The result of a trial whose metrics came by `update_trial`."""
        names = list(trial.metrics.metrics)
        metrics = {name: trial.metrics.get_best_value(name) for name in names}
        if trial.score is not None:
            metrics[self.objective.name] = trial.score  # what `score_trial` made of it
        curves = {
            name: [float(seen.mean()) for seen in trial.metrics.get_history(name)] for name in names
        }
        state = "failed" if trial.status in FAILED else "finished"
        best = trial.best_step if trial.score is not None else None
        return Result(int(trial.trial_id), state, curves, metrics, best, trial.message or "")


class Trials(Mapping[str, Trial]):
    """The trials of a study by id, read as they are asked for."""

    def __init__(self, study: Any) -> None:
        self._study = study

    def __getitem__(self, trial_id: str) -> Trial:
        return self._study.get_trial(trial_id)

    def __iter__(self) -> Iterator[str]:
        return (str(number) for number in range(len(self)))

    def __len__(self) -> int:
        session = self._study.session
        return session.run(session.trial_store.next_number, write=False)

    def values(self) -> Any:
        return self._study.read()

    def items(self) -> Any:
        return [(trial.trial_id, trial) for trial in self.values()]
