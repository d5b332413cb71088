"""The values of trial k, as a function of the seed, k and each hyperparameter's name alone.

keras-tuner's own oracle draws from a running counter: `seed=0` is ignored, neighbouring seeds share most of their
values, and its files are rewritten in place. Here a search that was interrupted goes on with the values it would
have had, every file is replaced whole, and what a search goes on from are the trials' own files.
"""

from pathlib import Path
from typing import Any

import keras_tuner
from keras_tuner.src.engine.metrics_tracking import MetricsTracker
from keras_tuner.src.engine.trial import TrialStatus

from dlref.tuning.records import write_json


class Oracle(keras_tuner.oracles.RandomSearchOracle):
    """Draws trials at random; takes the arguments of `keras_tuner.oracles.RandomSearchOracle`.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Int("units", 50, 100)
        >>> oracle = Oracle(seed=0, objective="val_loss", max_trials=3, hyperparameters=hp)
        >>> [oracle.populate_space(trial)["values"]["units"] for trial in ("0", "1", "0")]
        [58, 61, 58]
    """

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(seed=seed, **kwargs)
        self.seed = self.seed if seed is None else seed
        self._max_collisions = 1000

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        for attempt in range(self._max_collisions):
            values = self._draw(f"{self.seed}/{int(trial_id)}/{attempt}")
            if not self._duplicate(values):
                return {"status": TrialStatus.RUNNING, "values": values}
        return {"status": TrialStatus.STOPPED, "values": None}

    def get_best_trials(self, num_trials: int = 1) -> list[Any]:
        """The best finished trials; unlike in keras-tuner never a failed one."""
        finished = [t for t in self.trials.values() if t.status == TrialStatus.COMPLETED]
        largest_first = self.objective.direction == "max"
        return sorted(finished, key=lambda t: t.score, reverse=largest_first)[:num_trials]

    def save(self) -> None:
        write_json(Path(self._get_oracle_fname()), self.get_state())

    def reload(self) -> None:
        super().reload()
        self.trials = dict(sorted(self.trials.items(), key=lambda item: int(item[0])))
        ended = (TrialStatus.COMPLETED, TrialStatus.FAILED)
        unfinished = [t for t in self.trials.values() if t.status not in ended]
        for trial in unfinished:
            trial.metrics = MetricsTracker()
        # keras-tuner takes the last of the queue first.
        self._retry_queue = [trial.trial_id for trial in reversed(unfinished)]

    def _draw(self, key: str) -> dict[str, Any]:
        drawn = keras_tuner.HyperParameters()
        for hp in self.hyperparameters.space:
            drawn.merge([hp])
            if drawn.is_active(hp):
                drawn.values[hp.name] = hp.random_sample(f"{key}/{hp.name}")
        return drawn.values

    def _save_trial(self, trial: Any) -> None:
        write_json(Path(self._get_trial_dir(trial.trial_id)) / "trial.json", trial.get_state())
