"""The search of a sweep: the tuner in the sweep's directory, and the arguments it is called with."""

import contextlib
import io
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import keras_tuner

from dlref.tuning.command import hardware
from dlref.tuning.command.events import Events
from dlref.tuning.command.options import Inputs, Options
from dlref.tuning.errors import SweepError
from dlref.tuning.listener import Listener
from dlref.tuning.population_based import PopulationBased
from dlref.tuning.samplers.factory import POPULATION_BASED
from dlref.tuning.trials.objectives import Bound, extra_metrics
from dlref.tuning.trials.records import Settings
from dlref.tuning.tuner import Search

SHARED = (
    0.25  # of the trials that are left; those that other machines find when they come are the rest
)


def train(
    options: Options, found: Inputs, events: Events, max_population: int | None = None
) -> Callable[[], None]:
    """The search, ready to run.

    Args:
        options: what was asked for.
        found: the model, the data, and the settings of the sweep in its directory.
        events: hears of the search.
        max_population: the most trials to train at once, or None for as many as fit.

    Raises:
        SweepError: if the storage cannot be used.
    """
    tuner = make_tuner(options, found, events, max_population=max_population)
    tuner.oracle.describe(asdict(found.settings))
    if found.settings.search == "coarse-to-fine":
        events.find_zooms = lambda: tuner.oracle.zooms
    events.send("device", device=hardware.device())

    def search() -> None:
        try:
            tuner.search(found.data.x_train, found.data.y_train, **fit_arguments(found))
        finally:
            tuner.oracle.close()

    return search


def make_tuner(options: Options, found: Inputs, listener: Listener, **extra: Any) -> Search:
    """The tuner in the sweep's directory, new or going on.

    Raises:
        SweepError: if what is there cannot be gone on with.
    """
    settings = found.settings
    directory = Path(settings.directory).resolve()
    bounds = [Bound.parse(text).metric for text in settings.subject_to]
    names = [objective.partition(":")[2] for objective in settings.objectives]
    arguments: dict[str, Any] = {
        "objective": _objectives(settings),
        "max_trials": settings.trials,
        "seed": settings.seed,
        "sampler": settings.search,
        "pruner": settings.pruner,
        "storage": options.storage,
        "listener": listener,
        "share": SHARED if options.storage else 1.0,
        "subject_to": settings.subject_to,
        "extra_metrics": extra_metrics([*names, *bounds], found.data.x_val),
        "executions_per_trial": settings.executions_per_trial,
        "directory": directory.parent,
        "project_name": directory.name,
        **extra,
    }
    kind: type[Search] = Search
    if settings.search == POPULATION_BASED:
        kind = PopulationBased
        for name in ("sampler", "pruner", "executions_per_trial", "share"):  # it has its own
            del arguments[name]
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # keras-tuner says which file it reloads
            tuner = kind(found.model, **arguments)
    except SweepError:
        raise
    except (RuntimeError, LookupError, TypeError, ValueError) as error:
        raise SweepError(
            f"{settings.directory} cannot be gone on with ({type(error).__name__}: {error}). "
            "Name another --directory, or start again with --overwrite."
        ) from error
    tuner.fatal = ()  # a model that cannot be built is a failed trial, with its reason
    return tuner


def _objectives(settings: Settings) -> Any:
    pairs = [objective.partition(":") for objective in settings.objectives]
    objectives = [keras_tuner.Objective(name, direction) for direction, _, name in pairs]
    return objectives[0] if len(objectives) == 1 else objectives


def fit_arguments(found: Inputs) -> dict[str, Any]:
    """What `fit` is called with besides x and y."""
    settings = found.settings
    arguments: dict[str, Any] = {
        "epochs": settings.epochs,
        "validation_data": (found.data.x_val, found.data.y_val),
        "verbose": 0,
    }
    if settings.batch_size:
        arguments["batch_size"] = settings.batch_size
    if settings.early_stopping:
        direction, _, metric = settings.objective.partition(":")
        stop = keras.callbacks.EarlyStopping(
            metric, patience=settings.early_stopping, mode=direction
        )
        arguments["callbacks"] = [stop]
    return arguments
