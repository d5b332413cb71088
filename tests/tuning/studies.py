"""Studies as the tests of storage, sampler, study and records need them."""

import keras_tuner
import optuna
import sqlalchemy

from dlref.tuning.study import Result, Study

WITHOUT_KERAS = """
import sys, types
package = types.ModuleType("dlref")  # the real one imports its layers and optimizers
package.__path__ = ["dlref"]
sys.modules["dlref"] = package
"""


def lecture_space():
    """Every kind of hyperparameter, one of them conditional."""
    hp = keras_tuner.HyperParameters()
    hp.Float("learning_rate", 1e-4, 1.0, sampling="log")
    hp.Float("one_minus_momentum", 1e-3, 0.1, sampling="log")
    hp.Int("units", 50, 100)
    hp.Int("batch_size", 32, 256, step=2, sampling="log")
    hp.Choice("optimizer", ["sgd", "adam"])
    with hp.conditional_scope("optimizer", ["sgd"]):
        hp.Float("nesterov", 0.0, 1.0, step=0.25)
    hp.Boolean("shuffle")
    hp.Fixed("epochs", 10)
    return hp


def make(directory, name="study", **options):
    """A study in `directory`; without a space of its own it searches the lecture's."""
    arguments = {"objective": "val_loss", "max_trials": 100, "seed": 0}
    study = Study(**{**arguments, "hyperparameters": lecture_space(), **options})
    study._set_project_dir(directory, name)
    study.verbose = 0
    return study


def optunas(url):
    """Optuna's own storage, which leaves no connection open to be found by Python's garbage collector."""
    return optuna.storages.RDBStorage(url, {"poolclass": sqlalchemy.NullPool})


def finished(number, score=1.0, **fields):
    """The result of a trial that went well."""
    curve = [float(score) + 1, float(score)]
    arguments = {"curves": {"loss": curve, "val_loss": curve}, "metrics": {"val_loss": score}}
    return Result(number, "finished", **{**arguments, "best_epoch": 1, **fields})


def failed(number, message="ValueError: no\n\nTraceback ...", state="failed"):
    """The result of a trial that did not."""
    return Result(number, state, {}, {}, None, message)


def numbers(trials):
    return [int(trial.trial_id) for trial in trials]


def space(**kinds):
    """A space of `name=(method, *arguments)`."""
    hp = keras_tuner.HyperParameters()
    for name, (method, *arguments) in kinds.items():
        getattr(hp, method)(name, *arguments)
    return hp
