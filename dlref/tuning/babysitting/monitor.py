"""Measures a run as it goes, within a share of its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

import keras
import numpy as np
from keras import ops

from dlref.tuning.babysitting.activations import Activity
from dlref.tuning.babysitting.loss_meter import LossMeter, Mark, guessing, penalty
from dlref.tuning.babysitting.measurements import Measurements
from dlref.tuning.babysitting.update_ratio import UpdateRatio

SHARE = 0.015  # of the time of training for samples, and as much for looks at the units
MOST_SAMPLES = 500  # about, in each tenfold of the training's time
STRETCH = 1000  # updates; an epoch may be a day


class Budget:
    """When the next measurement may begin, so that all of them take a share of the time and no more.

    Args:
        share: of the time. Defaults to 0.015.
    """

    def __init__(self, share: float = SHARE) -> None:
        self.share, self.began, self.spent, self.due = share, time.perf_counter(), 0.0, 0.0

    @contextmanager
    def spend(self, free: bool = False) -> Iterator[None]:
        """Counts the time of the block; not where it is `free`: what happens once is not repeated."""
        began = time.perf_counter()
        yield
        now = time.perf_counter()
        if free:
            return
        self.spent += now - began
        self.due = max(
            self.began + (self.spent + now - began) / self.share,
            now + (now - self.began) / MOST_SAMPLES,
        )

    def allows(self) -> bool:
        """Whether a measurement fits in now."""
        return time.perf_counter() >= self.due


class Monitor:
    """The measurements of one training.

    Args:
        model: the model, built and compiled.
        x: examples for a look at the units, or None.
        target: the error rate that is possible.
    """

    def __init__(self, model: keras.Model, x: Any, target: float) -> None:
        self.model = model
        self.meter, self.ratio = LossMeter(model), UpdateRatio(model)
        self.activity = None if x is None else Activity(model, x)
        self.measurements = Measurements(target=target, penalty=penalty(model), step=self.updates())
        self.measurements.data_broken = any(not np.isfinite(each).all() for each in _floats(x))
        guess = guessing(model)
        if guess is not None:
            self.measurements.classes, self.measurements.expected = guess
        self.fresh = self.measurements.step == 0
        self.open = self.in_epoch = False  # whether a sample has begun, and an epoch
        self.mark = self.stretch = Mark()
        self.stretch_step = self.measurements.step

    def updates(self) -> int:
        """How many there have been, earlier trainings of the model included."""
        return int(ops.convert_to_numpy(self.model.optimizer.iterations))

    def begin_epoch(self) -> None:
        """The metrics start anew."""
        self.mark = self.stretch = Mark()
        self.measurements.step = self.stretch_step = self.updates()
        self.in_epoch = True

    def first_loss(self, loss: float | None) -> None:
        """Of the first mini-batch: it was computed before the update."""
        measurements = self.measurements
        measurements.first = None if loss is None else loss - measurements.penalty
        if not self.fresh or self.updates() != 1:  # trained before, or several steps at once
            measurements.classes = 0

    def begin_sample(self) -> None:
        """Before an update."""
        self.open = True
        self.ratio.start()

    def end_sample(self, in_epoch: bool = True) -> dict[str, Any]:
        """After it; the metrics of an epoch that is over have been measured anew on the development set."""
        measurements = self.measurements
        measurements.step, self.open = self.updates(), False
        sample: dict[str, Any] = {"step": measurements.step}
        if in_epoch:  # the mean of all batches since the last sample
            measurements.loss = sample["loss"] = self.meter.since(self.mark)
            self.mark = self.meter.mark()
        ratio = self.ratio.finish()
        if ratio is not None and isfinite(ratio):
            measurements.ratios.append(ratio)
            sample["update_ratio"] = ratio
        if in_epoch and measurements.step - self.stretch_step >= STRETCH:
            self._end_stretch(self.meter.since(self.stretch))
            self.stretch, self.stretch_step = self.meter.mark(), measurements.step
        measurements.rate = sample["learning_rate"] = self.rate()
        return sample

    def rate(self) -> float:
        """The learning rate."""
        return float(ops.convert_to_numpy(self.model.optimizer.learning_rate))

    def end_epoch(self, logs: dict[str, float]) -> None:
        """Keeps what `fit` has measured."""
        measurements = self.measurements
        measurements.step, measurements.rate, measurements.penalty = (
            self.updates(),
            self.rate(),
            penalty(self.model),
        )
        measurements.epochs.append(logs)
        measurements.loss = logs.get("loss", measurements.loss)
        self.in_epoch = False
        if self.stretch == Mark():  # as long as the epoch
            self._end_stretch(logs.get("loss"))

    def look(self) -> None:
        """At the units."""
        if self.activity is not None:
            self.measurements.layers = self.activity.measure()

    def change(self) -> None:
        """Hyperparameters are other ones now."""
        now = self.meter.mark() if self.in_epoch else Mark()
        self.measurements.change(within_epoch=now != Mark())
        self.mark = self.stretch = now
        self.stretch_step = self.updates()

    def _end_stretch(self, loss: float | None) -> None:
        measurements = self.measurements
        if loss is not None:
            measurements.stretches.append(loss)
            measurements.early = measurements.early or len(measurements.ratios)


def _floats(x: Any) -> list[Any]:
    arrays = [] if x is None else keras.tree.flatten(x)
    return [each for each in arrays if np.issubdtype(each.dtype, np.floating)]
