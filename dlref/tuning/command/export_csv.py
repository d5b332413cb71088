"""The trials of a sweep as CSV, for spreadsheets and data frames."""

import csv
import io
from typing import Any

from dlref.tuning.trials.records import Sweep

FIRST = ("trial", "status")
LAST = ("epochs", "best_epoch", "seconds", "population", "worker", "reason")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(sweep: Sweep) -> str:
    r"""One row for each trial, as RFC 4180 has it: commas, CRLF, quotes doubled, a header.

    Columns: the trial's number and status; every hyperparameter as it is shown; every metric, at the best epoch, the
    objectives first; epochs, seconds and the like; why it failed. A number is written so that reading it gives the
    same number. A text that a spreadsheet would take for a formula gets an apostrophe in front.

    Example:
        >>> cell("=cmd|' /C calc'!A1"), cell(-0.5), cell(None)
        ("'=cmd|' /C calc'!A1", '-0.5', '')
    """
    objectives = [objective.partition(":")[2] for objective in sweep.settings.objectives]
    measured = dict.fromkeys(name for trial in sweep.trials for name in trial.metrics)
    metrics = list(dict.fromkeys([*objectives, *measured]))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(cell(name) for name in (*FIRST, *sweep.names, *metrics, *LAST))
    for trial in sweep.trials:
        row = [trial.number, trial.status]
        row += [trial.values.get(name) for name in sweep.names]
        row += [trial.metrics.get(name) for name in metrics]
        epochs = max((len(curve) for curve in trial.curves.values()), default=None)
        row += [epochs, trial.best_epoch, trial.seconds, trial.population, trial.worker]
        writer.writerow(cell(value) for value in (*row, trial.reason))
    return stream.getvalue()


def cell(value: Any) -> str:
    """The text of a cell."""
    if value is None:
        return ""
    text = repr(value) if isinstance(value, float) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
