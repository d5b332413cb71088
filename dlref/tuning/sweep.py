"""A sweep from the command to the report: `dlref sweep`."""

import contextlib
import gc
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from platform import python_version
from typing import Any

import keras
import keras_tuner
from keras_tuner.src.engine.hypermodel import get_hypermodel
from rich.text import Text

from dlref.tuning import digits, inputs
from dlref.tuning.progress import SweepProgress
from dlref.tuning.project import open_directory
from dlref.tuning.records import Settings, SweepError, load
from dlref.tuning.report import write_report
from dlref.tuning.summary import make_console, print_summary
from dlref.tuning.tuner import RandomSearch, declared_space

PACKAGES = ("dlref", "keras", "keras-tuner", "tensorflow", "jax", "numpy", "scikit-learn")
LARGER_IS_BETTER = ("accuracy", "auc", "precision", "recall", "score")
SMALLER_IS_BETTER = ("loss", "error", "crossentropy", "mse", "mae")


def run(
    target: str,
    data: str | None,
    directory: str,
    objective: str,
    trials: int,
    epochs: int,
    seed: int,
    overwrite: bool,
    quiet: bool,
    check_interruption: Callable[[], None],
) -> int:
    """Runs a sweep, or goes on with it, and reports on it.

    Args:
        target: `"digits"`, or `"FILE.py:FUNCTION"`.
        data: a .npz file, or None for the digits.
        directory: where the sweep is kept.
        objective: a metric, or `"min:METRIC"`, `"max:METRIC"`.
        trials: models to train.
        epochs: of each model.
        seed: of the values drawn, the training and the split of the data.
        overwrite: deletes the sweep that is in the directory.
        quiet: prints nothing.
        check_interruption: called at every batch; raises `KeyboardInterrupt` to end the sweep.

    Returns:
        The exit code: 0, or 1 if no trial succeeded.

    Raises:
        SweepError: if the model, the data, the objective or the directory cannot be used.
        KeyboardInterrupt: on Ctrl-C and SIGTERM; every trial that has ended is kept.
    """
    model, arrays, identity = load_inputs(target, data, seed)
    asked = Settings(
        target=target,
        data=data,
        trials=trials,
        epochs=epochs,
        seed=seed,
        directory=directory,
        objective=parse_objective(objective),
        backend=keras.backend.backend(),
        identity=identity,
        space=json.loads(json.dumps(declared_space(model).get_config()["space"])),
        versions=installed_versions(),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    console = make_console(quiet)
    sweep = open_directory(asked, overwrite)
    if sweep.trials:
        there = f"{directory}: {len(sweep.ended)} of {trials} trials are there already."
        console.print(Text(there), soft_wrap=True)
    with SweepProgress(console, sweep, check_interruption) as progress:
        search(make_tuner(model, sweep.settings, progress), arrays, epochs)
    return finish(directory, console)


def search(tuner: RandomSearch, data: inputs.Data, epochs: int) -> None:
    """Runs the trials that are left."""
    gc.freeze()  # keras-tuner collects garbage before every trial, all that was imported included
    x_train, y_train, *validation_data = data
    tuner.search(x_train, y_train, epochs=epochs, validation_data=tuple(validation_data), verbose=0)


def finish(directory: str, console: Any) -> int:
    """Writes the report of a sweep that has ended and prints its summary."""
    sweep = load(directory)
    report = write_report(sweep)
    print_summary(console, sweep)
    if len(sweep.trials) < sweep.settings.trials:
        console.print(
            f"The search space holds no values but those of these {len(sweep.trials)} trials."
        )
    console.print(Text(f"Report: {report}"), soft_wrap=True)
    return 0 if sweep.best else 1


def load_inputs(
    target: str, data: str | None, seed: int
) -> tuple[Any, inputs.Data, dict[str, str]]:
    """The model, its data, and what identifies both."""
    if target == "digits" and data is None:
        model, source = get_hypermodel(digits.build), inputs.digest_file(digits.__file__)
        arrays = inputs.Data(*digits.load_data())
    elif target == "digits":
        raise SweepError("digits has its own data: leave out --data.")
    elif data is None:
        raise SweepError(
            f"{target} needs --data FILE.npz with x_train, y_train, x_val and y_val, or x and y."
        )
    else:
        model, source = inputs.load_model(target)
        arrays = inputs.load_data(data, seed)
    function = target.rpartition(":")[2]
    return model, arrays, {"model": f"{function} {source}", "data": arrays.digest()}


def parse_objective(objective: str) -> str:
    """`"val_loss"` as `"min:val_loss"`; a metric whose direction its name does not say needs one.

    Raises:
        SweepError: if the direction is not known.
    """
    direction, colon, name = objective.partition(":")
    if colon and direction in ("min", "max") and name:
        return objective
    if not colon and objective.endswith(LARGER_IS_BETTER):
        return f"max:{objective}"
    if not colon and objective.endswith(SMALLER_IS_BETTER):
        return f"min:{objective}"
    raise SweepError(
        f"--objective {objective!r} must say whether it is to become small or large: "
        f"min:{name or objective} or max:{name or objective}."
    )


def make_tuner(model: Any, settings: Settings, progress: SweepProgress) -> RandomSearch:
    """The search in the sweep's directory, new or going on.

    Raises:
        SweepError: if keras-tuner cannot read its files there.
    """
    direction, _, metric = settings.objective.partition(":")
    directory = Path(settings.directory).resolve()
    options = {"directory": directory.parent, "project_name": directory.name}
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # keras-tuner says which file it reloads
            return RandomSearch(
                model,
                keras_tuner.Objective(metric, direction),
                max_trials=settings.trials,
                seed=settings.seed,
                listener=progress,
                **options,
            )
    except (RuntimeError, LookupError, TypeError, ValueError) as error:
        raise SweepError(
            f"{settings.directory} cannot be gone on with ({type(error).__name__}: {error}). "
            "Name another --directory, or start again with --overwrite."
        ) from error


def installed_versions() -> dict[str, str]:
    """What a sweep's result depends on, by name."""
    installed = {"python": python_version()}
    for package in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            installed[package] = metadata.version(package)
    return installed
