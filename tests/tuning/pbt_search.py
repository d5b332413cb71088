"""A search by population-based training over the flowers; as a process it kills itself in the middle of it."""

import os
import signal
import sys

import keras

from dlref.tuning import PopulationBased
from tests.populations.searching import arguments, network
from tests.tuning.hyperband_search import Counting

PLAN = {"max_trials": 8, "perturbation_interval": 2, "quantile_fraction": 0.25}
EPOCHS = 6


def build(hp):
    """What can change in training are a rate and a decay; batch normalization has a state that goes with weights."""
    optimizer = keras.optimizers.AdamW(
        hp.Float("learning_rate", 1e-4, 0.1, sampling="log"),
        weight_decay=hp.Float("weight_decay", 1e-4, 0.1, sampling="log"),
    )
    hidden = [keras.layers.Dense(5, "relu"), keras.layers.BatchNormalization()]
    return network(*hidden, optimizer=optimizer)


def search(directory, model=build, heard=None, fit=None, **options):
    """The tuner and what its listener heard."""
    heard = heard or Counting()
    given = {**PLAN, "seed": 0, "directory": directory, "listener": heard, **options}
    tuner = PopulationBased(model, given.pop("objective", "val_loss"), **given)
    tuner.search(**given_to_fit(**(fit or {})))
    return tuner, heard


def given_to_fit(**options):
    return arguments(**{"shuffle": False, "epochs": EPOCHS, **options})


if __name__ == "__main__":
    search(
        sys.argv[1], heard=Counting(int(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL))
    )
