"""A search by Hyperband over models of two structures; as a process it kills itself in the middle of a rung."""

import os
import signal
import sys

import keras

from dlref.tuning import Hyperband
from tests.populations.searching import Recorder, arguments, network

PLAN = {"max_epochs": 9, "factor": 3}  # brackets of 9, 5 and 3 trials


def build(hp):
    """Populations of two structures, so that each has to wait for the other at a rung."""
    rate = hp.Float("learning_rate", 1e-3, 0.3, sampling="log")
    hidden = keras.layers.Dense(hp.Int("units", 3, 5), hp.Choice("activation", ["relu", "tanh"]))
    return network(hidden, optimizer=keras.optimizers.Adam(rate))


class Counting(Recorder):
    """Counts how often each epoch of each trial is trained; may end it after so many epochs of populations."""

    def __init__(self, last=None, end=None):
        super().__init__()
        self.last, self.end = last, end

    def epoch_ended(self, numbers, epoch, logs):
        super().epoch_ended(numbers, epoch, logs)
        if len(self.epochs) == self.last:
            self.end()

    @property
    def trained(self):
        return sorted((number, epoch) for numbers, epoch in self.epochs for number in numbers)


def search(directory, model=build, heard=None, fit=None, **options):
    """The tuner and what its listener heard."""
    heard = heard or Counting()
    given = {**PLAN, "seed": 0, "directory": directory, "listener": heard}
    tuner = Hyperband(model, options.pop("objective", "val_loss"), **{**given, **options})
    tuner.search(**arguments(**{"shuffle": False, **(fit or {})}, epochs=tuner.plan.max_epochs))
    return tuner, heard


if __name__ == "__main__":
    search(
        sys.argv[1], heard=Counting(int(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL))
    )
