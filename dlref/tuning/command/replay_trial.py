"""A trial once more: trained again from its number, or its model built with the weights it had."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dlref.tuning.command.inputs import Data
from dlref.tuning.command.options import Inputs, Options, installed_versions, load_data, load_model
from dlref.tuning.command.run_search import fit_arguments, make_tuner
from dlref.tuning.errors import SweepError, cause
from dlref.tuning.listener import Listener
from dlref.tuning.report.terminal_summary import format_value, make_console
from dlref.tuning.trials.records import Sweep, Trial

SAME = 1e-3  # relative; rounding in float32 grows over the epochs
DIFFERS = 3
WEIGHTS = ".weights.h5"


class Checking(Listener):
    """Ends a search on Ctrl-C, and hears nothing else."""

    def __init__(self, check_interruption: Callable[[], None]) -> None:
        self.check = check_interruption


def reopen(
    sweep: Sweep,
    storage: str | None,
    check_interruption: Callable[[], None] = lambda: None,
    data: Data | None = None,
) -> tuple[Any, Inputs]:
    """The tuner of a sweep that there is, and what it works on.

    Args:
        sweep: as its directory holds it.
        storage: URL of its database, or None for the file in the directory.
        check_interruption: raises `KeyboardInterrupt` to end.
        data: other data than the sweep's, or None.

    Raises:
        SweepError: if the model or the data are not what they were.
    """
    options = Options.of(sweep.settings, storage)
    for file in (options.target.rpartition(":")[0], None if data else options.data):
        if file and not Path(file).exists():
            where = sweep.settings.directory or sweep.settings.storage
            raise SweepError(
                f"{file} is not here. Run this where the sweep in {where} was started."
            )
    model, code = load_model(options.target)
    if code != sweep.settings.identity["model"]:
        raise SweepError(f"{options.target} has changed since the sweep in {options.directory}.")
    if data is None:
        data = load_data(options)
        if data.digest() != sweep.settings.identity["data"]:
            raise SweepError(f"{options.data} has changed since the sweep in {options.directory}.")
    found = Inputs(model, data, sweep.settings)
    return make_tuner(options, found, Checking(check_interruption)), found


def find(sweep: Sweep, number: int) -> Trial:
    """The trial with a number.

    Raises:
        SweepError: if there is none.
    """
    for trial in sweep.trials:
        if trial.number == number:
            return trial
    numbers = f"0 to {sweep.trials[-1].number}" if sweep.trials else "none"
    raise SweepError(f"there is no trial {number} in {sweep.settings.directory}, only {numbers}.")


def save_model(sweep: Sweep, number: int, storage: str | None, file: str) -> None:
    """Builds a trial's model with the weights of its best epoch, and saves it.

    Raises:
        SweepError: if the file's name does not end in .keras or .weights.h5, or the model cannot be built again, or
            Keras cannot save it.
    """
    check_name(file)
    tuner, _ = reopen(sweep, storage)
    model = tuner.load_model(tuner.oracle.get_trial(str(number)))
    write_model(model, file)
    make_console(stderr=True).print(Text(f"Saved: {file}"), soft_wrap=True)


def check_name(file: str | None) -> None:
    """Refuses the name of a file that Keras would not save a model or its weights to."""
    if file is not None and not file.endswith((".keras", WEIGHTS)):
        raise SweepError(
            f"--save must be a file that ends in .keras, or in {WEIGHTS} for the weights alone. Received: {file!r}."
        )


def write_model(model: Any, file: str) -> None:
    """Saves a model, or its weights alone.

    Raises:
        SweepError: if Keras cannot save the model; a file that was there stays.
    """
    path = Path(file)
    partial = path.with_name(f".{path.name}")
    try:
        model.save_weights(partial) if file.endswith(WEIGHTS) else model.save(partial)
        partial.replace(path)
    except (NotImplementedError, TypeError, ValueError) as error:
        hint = (
            "" if file.endswith(WEIGHTS) else f" A file that ends in {WEIGHTS} takes its weights."
        )
        raise SweepError(f"{file} cannot be written: {cause(error)}{hint}") from error
    finally:
        partial.unlink(missing_ok=True)


def replay(
    sweep: Sweep,
    number: int,
    storage: str | None,
    save: str | None,
    check_interruption: Callable[[], None],
) -> int:
    """Trains a trial again, alone and from its seed, and compares; nothing is recorded.

    Returns:
        The exit code: 0, or 3 if the result is another one.
    """
    check_name(save)
    recorded = find(sweep, number)
    tuner, found = reopen(sweep, storage, check_interruption)
    data = found.data
    model, result = tuner.replay(number, data.x_train, data.y_train, **fit_arguments(found))
    again = replace(recorded, status=result.state, message=result.message, metrics=result.metrics)
    console = make_console()
    console.print(comparison(recorded, again))
    if save and model is not None:
        write_model(model, save)
        console.print(Text(f"Saved: {save}"), soft_wrap=True)
    far = differences(recorded, again)
    if not far:
        console.print(f"Trial {number} gives the recorded result again.")
        return 0
    console.print(Text(f"Trial {number} gives another result: {', '.join(far)}."), soft_wrap=True)
    print_versions(console, sweep.settings.versions)
    return DIFFERS


def comparison(recorded: Trial, again: Trial) -> Table:
    """What was recorded, and what came out again."""
    table = Table()
    for column in ("", "recorded", "again"):
        table.add_column(column, justify="right" if column else "left")
    table.add_row("status", recorded.status, again.status)
    if recorded.reason or again.reason:
        table.add_row("reason", Text(recorded.reason), Text(again.reason))
    for name in dict.fromkeys([*recorded.metrics, *again.metrics]):
        cells = (format_value(trial.metrics.get(name, "")) for trial in (recorded, again))
        table.add_row(Text(name), *cells)
    return table


def differences(recorded: Trial, again: Trial) -> list[str]:
    """In what two trainings of one trial differ by more than rounding; times are not compared."""
    if recorded.status != again.status:
        return [f"{again.status} instead of {recorded.status}"]
    return [
        name
        for name, value in recorded.metrics.items()
        if name != "latency_ms"
        and not np.isclose(again.metrics.get(name, np.nan), value, rtol=SAME, atol=1e-8)
    ]


def print_versions(console: Console, there: dict[str, str]) -> None:
    """Which packages have other versions than those that the sweep was made with."""
    here = installed_versions()
    changed = [
        f"{k} {v} there, {here.get(k, 'none')} here" for k, v in there.items() if here.get(k) != v
    ]
    if changed:
        console.print(Text(f"Versions: {'; '.join(changed)}."), soft_wrap=True)
