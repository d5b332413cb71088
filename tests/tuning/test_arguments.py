"""Every argument of tuners and studies, with every kind of value: taken, or refused before anything is made."""

import inspect
import itertools
import math
from pathlib import Path

import keras
import keras_tuner
import numpy as np
import optuna
import pytest
from optuna.storages.journal import JournalFileBackend

from dlref.tuning import (
    BayesianOptimization,
    CoarseToFine,
    GridSearch,
    Hyperband,
    PopulationBased,
    RandomSearch,
    Search,
)
from dlref.tuning.listener import Listener
from dlref.tuning.samplers.sampler import CoarseToFineSampler
from dlref.tuning.study import Study
from dlref.tuning.trials.check_arguments import checks_arguments
from dlref.tuning.trials.load_sweep import load
from tests.errors.hostile import refuses
from tests.tuning.studies import lecture_space, make, numbers, optunas


def build(hp):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(hp.Float("learning_rate", 1e-3, 0.1)), "mse")
    return model


class Hyper(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp)


class Strategy:
    scope = extended = None


NONE, YES = {"None": None}, {"True": True, "False": False}
COUNTS = {"1": 1, "numpy's 3": np.int64(3)}
INTEGERS = {"0": 0, "-1": -1, **COUNTS}
NUMBERS = {"0.5": 0.5, "1.0": 1.0, "2.0": 2.0, "nan": math.nan, "inf": math.inf, "-inf": -math.inf}
TEXTS = {"text": "text", "empty": ""}
SEARCHES = "random coarse-to-fine tpe gp cmaes qmc grid nsga2 nsga3".split()
PRUNERS = "none median successive-halving hyperband".split()
WORDS = {word: word for word in (*SEARCHES, *PRUNERS)}
URLS = {"a file": "sqlite:///a", "a server": "postgresql://ada@host/db"}
PATHS = {"a path": Path("a")}
METRICS = {"val_loss": "val_loss", "mse": "mse"}
OBJECTIVES = {
    "an objective": keras_tuner.Objective("cost", "min"),
    "objectives": ["val_loss", keras_tuner.Objective("cost", "max")],
}
FUNCTIONS = {"a function": build, "a class": Listener}
SAMPLERS = {"a sampler": optuna.samplers.TPESampler(), "dlref's": CoarseToFineSampler()}
LOSSES = {"a loss": keras.losses.MeanSquaredError()}
LISTS = {"metrics": ["mse", "accuracy", keras.metrics.AUC()], "by output": {"a": ["acc"]}}
VALUES = {
    **{**NONE, **YES, **INTEGERS, **NUMBERS, **TEXTS, **WORDS, **URLS, **PATHS, **METRICS},
    **{**OBJECTIVES, **FUNCTIONS, **SAMPLERS, **LOSSES, **LISTS},
    "a pruner": optuna.pruners.MedianPruner(),
    "a pruner's class": optuna.pruners.MedianPruner,
    "a sampler's class": optuna.samplers.TPESampler,
    "Bayesian": keras_tuner.oracles.BayesianOptimizationOracle("val_loss"),
    "an optimizer": keras.optimizers.SGD(),
    "adam": "adam",
    "a listener": Listener(),
    "a hypermodel": Hyper(),
    "a hypermodel's class": Hyper,
    "a model": keras.Sequential(),
    "a space": lecture_space(),
    "up": keras_tuner.Objective("cost", "up"),
    "no objectives": [],
    "unknown names": ["text"],
    "bounds": ["latency_ms<=100", "auc>0.5"],
    "half a bound": ["latency_ms<="],
    "measures": {"size": len},
    "no measures": {"size": 3},
    "a strategy": Strategy(),
    "in memory": "sqlite://",
    "in memory by name": "sqlite:///:memory:",
    "in memory by mode": "sqlite:///file:a?mode=memory&uri=true",
    "MySQL": "mysql://ada:secret@host/db",
    "no file": optuna.storages.InMemoryStorage(),
    "bytes": b"tpe",
    "an array": np.ones(2),
    "anything": object(),
}
STRINGS = [name for name, value in VALUES.items() if isinstance(value, str)]
CALLABLE = [name for name, value in VALUES.items() if callable(value)]
TAKEN = {
    "hypermodel": ["None", "a hypermodel", *(set(CALLABLE) - {"a model", "a hypermodel's class"})],
    "objective": ["None", *METRICS, *OBJECTIVES],
    "max_trials": ["None", *COUNTS],
    "seed": ["None", *INTEGERS],
    "sampler": ["None", *SEARCHES, *SAMPLERS],
    "pruner": ["None", *PRUNERS, "a pruner"],
    "storage": ["None", *URLS, *PATHS],
    "listener": ["None", "a listener"],
    "extra_metrics": ["None", "measures"],
    "max_population": ["None", *COUNTS],
    "share": ["1", "0.5", "1.0"],
    "hyperparameters": ["None", "a space"],
    "allow_new_entries": YES,
    "tune_new_entries": YES,
    "max_retries_per_trial": ["0", *COUNTS],
    "max_consecutive_failed_trials": ["inf", *COUNTS],
    "subject_to": ["no objectives", "bounds"],
    "directory": ["None", "a path", *STRINGS],
    "project_name": ["None", *STRINGS],
    "overwrite": YES,
    "executions_per_trial": COUNTS,
    "max_model_size": ["None", *COUNTS],
    "optimizer": ["None", "an optimizer", "adam"],
    "loss": ["None", "mse", "measures", "no objectives", *CALLABLE],
    "metrics": ["None", "metrics", "by output", "measures", "no objectives"],
    "distribution_strategy": ["None", "a strategy"],
    "tuner_id": ["None", *STRINGS],
}


class Kept:
    @checks_arguments
    def __init__(self, **kwargs):
        self.given = kwargs


@pytest.mark.parametrize("argument", TAKEN)
def test_an_argument_is_taken_or_refused(argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    makers = [Study] * (argument in inspect.signature(Study).parameters)
    for maker, name in itertools.product([*makers, *TUNERS], VALUES):
        given, wrong = VALUES[name], name not in TAKEN[argument]
        if not wrong:
            kept = Kept(**{argument: given}).given[argument]
            assert kept is given or kept == given, name
        else:
            message = refuses(maker.__name__, argument, lambda m=maker, v=given: m(**{argument: v}))
            assert "\n" not in message and not (argument == "storage" and "secret" in message)
    assert not list(tmp_path.iterdir())


def test_every_argument_is_in_the_table():
    tuners = (Study, Search, keras_tuner.Tuner, keras_tuner.engine.base_tuner.BaseTuner)
    names = {name for tuner in tuners for name in inspect.signature(tuner).parameters}
    assert names - {"self", "oracle", "kwargs", "logger"} == set(TAKEN)


def test_nothing_is_deleted_before_all_is_checked(tmp_path):
    Search(build, "val_loss", directory=tmp_path, project_name="kept").oracle.close()
    files = {path: path.read_bytes() for path in (tmp_path / "kept").iterdir() if path.is_file()}
    refused = (
        "Search: `pruner` must be",
        r"Search\(\) got an unexpected keyword argument `nonsense`",
    )
    for wrong, message in zip(({"pruner": "hyper"}, {"nonsense": 1}), refused, strict=True):
        with pytest.raises((TypeError, ValueError), match=message):
            Search(
                build,
                "val_loss",
                directory=tmp_path,
                project_name="kept",
                overwrite=True,
                **wrong,
            )
    assert {path: path.read_bytes() for path in files} == files


def test_the_url_of_an_rdb_storage_is_taken(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    for storage in (optunas(url), optuna.storages._CachedStorage(optunas(url)), url):
        study = make(tmp_path, storage=storage)
        assert study.storage == url
        assert numbers(study.claim(1)) == [0]
        study.close()
    assert len(load(url).trials) == 1
    journal = optuna.storages.JournalStorage(JournalFileBackend(str(tmp_path / "journal")))
    with pytest.raises(TypeError, match="must be the URL of a database .*type JournalStorage"):
        make(tmp_path, storage=journal)


TUNERS = [Search, RandomSearch, CoarseToFine, GridSearch, BayesianOptimization]


@pytest.mark.parametrize("maker", [*TUNERS, Hyperband, PopulationBased])
def test_an_unknown_keyword_names_the_class_that_the_user_wrote(tmp_path, maker, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mine = type("Mine", (maker,), {})
    for tuner in (maker, mine):
        text = rf"^{tuner.__name__}\(\) got an unexpected keyword argument `max_trails`. Did you mean `max_trials`\?"
        with pytest.raises(TypeError, match=text):
            tuner(build, "val_loss", max_trails=3)
    with pytest.raises(
        TypeError, match=r"^Study\(\) got an unexpected keyword argument 'max_trails'"
    ):
        Study("val_loss", max_trails=3)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("maker", "meant"),
    [(Hyperband, "max_epochs"), (BayesianOptimization, "num_initial_points"), (Search, "sampler")],
)
def test_a_keyword_with_a_slip_is_guessed(maker, meant):
    with pytest.raises(TypeError, match=f"Did you mean `{meant}`"):
        maker(build, "val_loss", **{meant[:-1]: 3})


@pytest.mark.parametrize("maker", [*TUNERS[2:], PopulationBased])
def test_a_tuner_that_is_a_search_takes_no_sampler(maker):
    with pytest.raises(TypeError, match=f"^{maker.__name__}.*`sampler`.*Received: sampler='tpe'"):
        maker(build, "val_loss", sampler="tpe")


@pytest.mark.parametrize("maker", [GridSearch, BayesianOptimization, Hyperband])
def test_the_arguments_are_keras_tuners(maker):
    """In its order; the defaults too, except that failures in a row do not end a search."""
    theirs = inspect.signature(getattr(keras_tuner, maker.__name__)).parameters
    ours = inspect.signature(maker).parameters
    assert list(ours) == list(theirs)
    changed = {name for name in ours if ours[name].default != theirs[name].default}
    assert changed == {"max_consecutive_failed_trials"}


RELATED = [
    ({"pruner": "median", "objective": ["loss", "val_loss"]}, "pruner median takes one objective"),
    ({"sampler": "cmaes", "objective": ["loss", "val_loss"]}, "search cmaes takes one objective"),
    ({"sampler": "grid"}, "search grid: nesterov depends on another"),
    ({"sampler": "grid", "hyperparameters": None}, "`hyperparameters` must be given"),
    ({"sampler": "grid", "max_trials": None}, "`max_trials` must be a number"),
    ({"sampler": "coarse-to-fine", "max_trials": None}, "`max_trials` must be a number"),
]


@pytest.mark.parametrize(("options", "message"), RELATED)
def test_arguments_that_do_not_fit_together(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        make(tmp_path, **options)
