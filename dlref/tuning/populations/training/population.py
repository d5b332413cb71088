"""A population: models of one structure, trained at once by one program, each as if it were alone.

Every trial has its own weights, optimizer state, scalars and dropout masks. All meet the mini-batches in the same
order, a function of (seed, epoch). A trial ends by itself: when its loss is no finite number, when its
`EarlyStopping` says so, when the pruner does; what goes on is then compacted.
"""

import hashlib
import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from keras import ops, tree

from dlref.tuning.populations.program import stacking
from dlref.tuning.populations.program.fit_arguments import Fit
from dlref.tuning.populations.program.mini_batches import CHUNK, shuffled
from dlref.tuning.populations.program.trial_models import TrialModel
from dlref.tuning.populations.training.callbacks import Callbacks, need_weights
from dlref.tuning.populations.training.member_models import MemberModels
from dlref.tuning.populations.training.trial_history import TrialHistory, numbers

PATIENCE = 0.5  # seconds a call of the program may take before an interruption is looked for
FEW = 4  # steps, of which one call tells how long a step takes


class Population:
    """Models of one group, on their way through the epochs.

    Args:
        program: what trains them.
        trial_models: the members.
        fit: the data and the epochs.
        objective: a `keras_tuner.Objective`.
        seed: of the order of the examples and of the dropout masks.
        size: members that the program is compiled for: the first of them are copied until there are so many, and
            dropped again as what has ended is. Defaults to 0: as many as there are members.
        callbacks: those of a member. Defaults to none.
    """

    def __init__(
        self,
        program: Any,
        trial_models: list[TrialModel],
        fit: Fit,
        objective: Any,
        seed: int,
        size: int = 0,
        callbacks: Callable[[TrialModel], Callbacks] = lambda trial_model: Callbacks(),
    ) -> None:
        self.program, self.fit, self.objective = program, fit, objective
        self.histories = [
            TrialHistory(trial_model, callbacks=callbacks(trial_model))
            for trial_model in trial_models
        ]
        self.padded = any(trial_model.layouts != program.layouts for trial_model in trial_models)
        self.size = max(size, len(trial_models))
        trial_models = stacking.filled(trial_models, self.size)
        self.seed = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:8])
        self.name, self.epoch, self.exchanged = "", 0, 0  # after which epoch members took over
        self._logs: dict[str, np.ndarray] = {}
        self._readers: list[Any] | None = None
        self.began, self.epoch_seconds, self._compiled = 0.0, 0.0, False
        self._steps_per_call, self._per_step = 1, math.inf
        self._data = [
            tree.map_structure(stacking.tensor, data) for data in (fit.train, fit.dev) if data
        ]
        self.members = stacking.stack(program, trial_models)
        self._fresh_metrics = [np.asarray(value)[0] for value in self.members["metrics"]]
        self.best = [self.members["trainable"], self.members["rest"]]
        self.scalars = stacking.stack_scalars(program, trial_models)
        self.models: MemberModels | None = None  # that callbacks look at
        if any(history.callbacks.model for history in self.histories):
            self.models = MemberModels(self, whole=need_weights(fit.callbacks))

    def prepare(self, fits: list[Fit], early: bool = False) -> None:
        """Traces what populations of this size need, on the data of each, and begins to compile it."""
        for fit in fits:
            self.program.prepare(self.members, self.scalars, self._data, fit, early)

    @property
    def running(self) -> list[TrialHistory]:
        return [history for history in self.histories if history.status == "running"]

    def train_epoch(self, check: Callable[[], None]) -> dict[str, np.ndarray]:
        """One epoch of all members, and their logs, one value a member; to be judged then."""
        began = time.monotonic()
        self.began = self.began or began
        fit, steps = self.fit, -(-self.fit.examples // self.fit.batch_size)
        self._read()
        order = shuffled(fit, [self.seed, self.epoch])
        self._reset_metrics()
        done = 0
        while done < steps:
            check()
            part = range(done, min(done + self._steps_per_call, steps))
            start = time.monotonic()
            numbers = self.program.dropout_masks.draw([self.seed, self.epoch], part, fit.batch_size)
            self.members = self.program.train(
                self.members, self.scalars, self._data[0], order, numbers, part, fit.batch_size
            )
            np.asarray(self.members["metrics"][0])  # waits for it
            per_step = (time.monotonic() - start) / len(part)
            self._steps_per_call = max(1, min(CHUNK, int(PATIENCE / per_step)))
            done = part.stop
            # Else it was compiled in that time, or the call took longer than its steps.
            if (self._compiled or part.start) and len(part) >= min(FEW, steps):
                # The fastest, for now and then it waits for a core or for Python.
                self._per_step = min(self._per_step, per_step)
                left = steps * (fit.epochs - self.epoch) - done
                self.program.expect(self.size, fit.batch_size, left * self._per_step)
        logs = self._results(self.members["metrics"])
        if fit.dev is not None:
            check()
            self._reset_metrics()
            size = self.program.dev_batch_size(fit.dev_batch_size)
            metrics = self.program.test(self.members, self.scalars, self._data[1], size)
            logs |= {f"val_{name}": value for name, value in self._results(metrics).items()}
        self.epoch += 1
        self.epoch_seconds = time.monotonic() - began if self._compiled else 0.0
        self._compiled = True
        self._logs = logs
        return logs

    def begin(self) -> None:
        """Before the first epoch, or the first after an interruption."""
        if self.models:
            self.models.lend()
        for history in self.histories:
            history.call(partial(history.callbacks.begin, self.epoch))

    def _read(self) -> None:
        """The data of this epoch, where `fit` would read them anew for each."""
        if self._readers is None:
            sets = (self.fit.train_set, self.fit.dev_set)
            self._readers = [data_set and data_set.reader() for data_set in sets]
        for i, reader in enumerate(self._readers):
            if reader:
                self._data[i] = tree.map_structure(stacking.tensor, reader.epoch(self.epoch))

    def keep(self, alive: list[int]) -> None:
        """Goes on with some of the members alone, in a program of their number."""
        if not alive:  # the next population may need the memory
            self.members, self.scalars, self.best, self._data = {}, {}, [], []
            return
        self.histories, self.size = [self.histories[i] for i in alive], len(alive)
        leaves = self.members, self.scalars, self.best
        self.members, self.scalars, self.best = tree.map_structure(
            lambda a: ops.take(a, alive, axis=0), leaves
        )
        self._compiled, self._per_step = self.program.any_size, math.inf
        self.prepare([self.fit])

    def begin_epoch(self) -> None:
        """Lets callbacks do what they do before an epoch, such as to set its learning rate."""
        for history in self.running:
            history.call(partial(history.callbacks.epoch_begins, self.epoch))
        if self.models:
            self.models.take_back()

    def judge(self) -> None:
        """Takes note of the epoch that was trained: what ends with it, and what it is the best of."""
        improved = np.zeros(self.size, bool)
        running = [pair for pair in enumerate(self.histories) if pair[1].status == "running"]
        if self.models:
            self.models.lend()
        for i, history in running:
            mine = {name: float(values[i]) for name, values in self._logs.items()}
            improved[i] = history.judge(mine, self.objective, self.epoch)
        if self.models:
            self.models.take_back()
        for _, history in running:
            if history.callbacks.stop_training or self.epoch == self.fit.epochs:
                history.finish()
            history.seconds = time.monotonic() - self.began
        if improved.any():
            now = [self.members["trainable"], self.members["rest"]]
            # The program has used up what it began with.
            old = now if self.epoch == 1 else self.best
            self.best = self.program.select(stacking.tensor(improved), now, old)

    def _results(self, metrics: list[Any]) -> dict[str, np.ndarray]:
        count = len(self.histories)
        found = {n: np.asarray(v)[:count] for n, v in self.program.results(metrics).items()}
        return numbers(found, axes=1)

    def _reset_metrics(self) -> None:
        fresh = [stacking.tile(v, self.size) for v in self._fresh_metrics]
        self.members = {**self.members, "metrics": fresh}
