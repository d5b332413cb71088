"""The best trials on new data: have they gone stale?

Sources: DLS-C2W3 (intuitions about hyperparameters get stale: re-test occasionally).

Each of the best models is measured on the new development set with the weights it has, and again after training on the
new training set; `stale_models.py` compares them.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from rich.table import Table
from rich.text import Text

from dlref.tuning.command import inputs
from dlref.tuning.command.events import plain
from dlref.tuning.command.read_table import is_table
from dlref.tuning.command.replay_trial import check_name, reopen, write_model
from dlref.tuning.command.run_search import fit_arguments
from dlref.tuning.command.stale_models import Retested, Verdict, compare, verdict
from dlref.tuning.errors import SweepError
from dlref.tuning.report.terminal_summary import make_console
from dlref.tuning.trials.records import Sweep

CHUNKS = 20
STALE = 3


def retest(
    sweep: Sweep,
    data: str,
    top: int,
    as_json: bool,
    save: str | None,
    storage: str | None,
    check_interruption: Callable[[], None],
) -> int:
    """Measures and trains the `top` best trials on new data, and says whether they have gone stale.

    Returns:
        The exit code: 0, or 3 if the weights or the ranking have gone stale.

    Raises:
        SweepError: if no trial has finished, or the data do not fit the models.
    """
    check_name(save)
    if not sweep.best:
        raise SweepError(f"{sweep.settings.directory}: no trial has finished yet.")
    column = sweep.settings.target_column if is_table(data) else None
    new_data = inputs.load_data(data, sweep.settings.seed, column)
    tuner, found = reopen(sweep, storage, check_interruption, new_data)
    direction, _, metric = sweep.settings.objective.partition(":")
    sign = 1 if direction == "max" else -1
    trials = sweep.best[:top]
    stored, retrained = [], []
    kept = None  # the best after training again
    for trial in trials:
        check_interruption()
        old = tuner.load_model(tuner.oracle.get_trial(str(trial.number)))
        stored.append(measure(old, new_data, metric, data))
        fit = (new_data.x_train, new_data.y_train)
        new, result = tuner.replay(trial.number, *fit, **fit_arguments(found))
        if result.state not in ("finished", "diverged"):
            raise SweepError(f"trial {trial.number} {result.state} on {data}: {result.message}")
        reached = result.state == "finished"
        seen = measure(new, new_data, metric, data) if reached else np.full_like(stored[-1], np.nan)
        retrained.append(seen)
        means = [sign * values.mean() for values in retrained if not np.isnan(values).any()]
        if means and sign * seen.mean() == max(means):
            kept = new
    rows = compare([t.number for t in trials], [t.score for t in trials], stored, retrained, sign)
    found_stale = verdict(rows, retrained, sign)
    _tell(rows, metric, found_stale, as_json)
    if save and kept is not None:
        write_model(kept, save)
    return STALE if found_stale else 0


def measure(model: Any, data: inputs.Data, metric: str, file: str) -> np.ndarray:
    """The metric on each chunk of the development set.

    Raises:
        SweepError: if the data do not fit the model, or it does not report the metric.
    """
    name = metric.removeprefix("val_")
    count = min(CHUNKS, len(data.x_val) // 2)
    if count < 2:
        raise SweepError(f"{file}: the development set must hold at least 4 examples.")
    values = []
    chunks = (np.array_split(part, count) for part in (data.x_val, data.y_val))
    for x, y in zip(*chunks, strict=True):
        try:
            logs = model.evaluate(x, y, batch_size=len(x), verbose=0, return_dict=True)
        except Exception as error:  # Keras raises many kinds for a wrong shape
            reason = " ".join(str(error).split())[:300]
            raise SweepError(f"{file} does not fit the model: {reason}") from error
        if name not in logs:
            raise SweepError(
                f"{metric} cannot be measured on new data. The model reports: {', '.join(logs)}."
            )
        values.append(logs[name])
    return np.array(values)


def _tell(rows: list[Retested], metric: str, found: Verdict, as_json: bool) -> None:
    if not as_json:
        return _print(rows, metric, found)
    answer = {
        "metric": metric,
        "stale": found.weights,
        "worse_trained_again": found.hyperparameters,
        "overtaken_by": found.overtaking,
        "trials": [asdict(row) for row in rows],
    }
    print(json.dumps(plain(answer), indent=2))


def _print(rows: list[Retested], metric: str, found: Verdict) -> None:
    console = make_console()
    table = Table(title=f"{metric} on the new data, with 95 % intervals")
    for column in ("trial", "rank", "recorded", "its weights", "trained again", "gain", "new rank"):
        table.add_column(column, justify="right")
    for rank, row in enumerate(rows, 1):
        cells = (row.stored, row.retrained, row.gain)
        table.add_row(
            f"{row.trial}", f"{rank}", f"{row.recorded:.4g}", *map(str, cells), f"{row.rank}"
        )
    console.print(table)
    lines = [
        f"The weights of trial {_list(found.weights)} have gone stale: training on the new data improves them."
        if found.weights
        else "The weights hold: training on the new data improves none of them beyond chance.",
        f"The hyperparameters of trial {_list(found.hyperparameters)} have gone stale: trained again on the new data "
        "it is worse than with its old weights, or diverges."
        if found.hyperparameters
        else "",
        f"The ranking has gone stale: trial {_list(found.overtaking)} now beats trial {rows[0].trial}."
        if found.overtaking
        else f"The ranking holds: none of them beats trial {rows[0].trial} beyond chance.",
        "Search again on the new data."
        if found.overtaking or found.hyperparameters
        else "Train the best again on the new data: --save FILE.keras keeps what came out."
        if found.weights
        else "",
    ]
    for line in filter(None, lines):
        console.print(Text(line), soft_wrap=True)


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
