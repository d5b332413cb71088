"""What came out of a trial, whichever way it was trained."""

import math
import traceback
from copy import copy
from dataclasses import replace
from typing import Any

import keras_tuner
import numpy as np

from dlref._compat import keras_tuner as keras_tuner_src
from dlref.tuning.errors import SweepError, cause
from dlref.tuning.listener import Diverged
from dlref.tuning.populations.training.trial_history import numbers
from dlref.tuning.storage.whole_files import BROKEN
from dlref.tuning.study import Result
from dlref.tuning.trials.lineage import Change, values_in

WORST = ("diverged", "pruned", "finished")  # a trial is as its worst execution


def of_trained(histories: list[Any], objective: Any, weights: list[str]) -> Result:
    """The result of a trial from its executions in populations; `weights` says where those of each are."""
    for history in histories:
        if history.status == "failed":  # a callback has raised
            error = history.error or RuntimeError(history.message)
            return of_error(history.trial_model.number, error, history.seconds)
    status = next(s for s in WORST if any(history.status == s for history in histories))
    judged = [history for history in histories if history.best_epoch is not None]
    best = sorted(judged, key=lambda history: history.best, reverse=objective.direction == "max")
    return Result(
        number=histories[0].trial_model.number,
        state=status,
        curves=_mean_curves([history.curves for history in histories]),
        metrics=_mean_dicts([_at(history.curves, history.best_epoch) for history in judged]),
        best_epoch=best[0].best_epoch if best else None,
        message=next(
            (f"{history.status}: {history.message}" for history in histories if history.message), ""
        ),
        seconds=sum(history.seconds for history in histories),
        weights=weights[histories.index(best[0])] if best else "",
    )


def with_lineage(result: Result, lineage: list[Change], trial: Any) -> Result:
    """The result of a trial that may have taken over from others; its values become those of its best epoch."""
    epoch, hp = -1 if result.best_epoch is None else result.best_epoch, trial.hyperparameters
    hp.values = dict(values_in(lineage, hp.values, epoch))
    return replace(result, lineage=lineage)


def of_returned(number: int, returned: Any, objective: Any, seconds: float) -> Result:
    """The result of a trial from what `run_trial` returned: numbers, dictionaries or `History`s."""
    returned = _as_numbers(returned)
    runs = returned if isinstance(returned, list) else [returned]
    histories = [run.history for run in runs if hasattr(run, "history")]
    for logs in histories:
        if not objective.has_value(logs):
            raise NotReported(objective, logs)
    metrics = keras_tuner_src.convert_to_metrics_dict(returned, objective)
    check_finite(metrics, objective.name, "at the end")
    return Result(
        number=number,
        state="finished",
        curves=_mean_curves([_floats(logs) for logs in histories]),
        metrics={name: float(value) for name, value in metrics.items()},
        best_epoch=keras_tuner_src.get_best_step(returned, objective),
        seconds=seconds,
    )


def check_finite(logs: dict[str, Any] | None, name: str, where: str) -> None:
    """Raises `Diverged` if a value is NaN or infinite."""
    value = (logs or {}).get(name, 0.0)
    if not math.isfinite(value):
        raise Diverged(f"{name} was {float(value)} {where}")


class NotReported(ValueError):
    """A model reports `logs`, and no objective."""

    def __init__(self, objective: Any, logs: dict[str, Any]) -> None:
        parts = getattr(objective, "objectives", [objective])
        name = next(part.name for part in parts if not part.has_value(logs))
        text = (
            f"objective: {name!r} must be one of the values the model reports: {', '.join(logs)}."
        )
        if f"{name}[0]" in logs:
            text += ' Choose one class, or compile the metric with average="macro".'
        elif name.startswith("val_") and not any(known.startswith("val_") for known in logs):
            text += " Those of a development set need validation_data or validation_split."
        super().__init__(text)


def _as_numbers(returned: Any) -> Any:
    """What `run_trial` returned, with numbers alone."""
    if isinstance(returned, list):
        return [_as_numbers(each) for each in returned]
    if isinstance(returned, dict):
        return numbers(returned)
    if not hasattr(returned, "history"):
        return returned
    history = copy(returned)
    curves = numbers({name: np.asarray(values) for name, values in returned.history.items()}, 1)
    history.history = {name: values.tolist() for name, values in curves.items()}
    return history


def of_error(number: int, error: BaseException, seconds: float = 0.0) -> Result:
    """The result of a trial that failed: the reason in one line, and the traceback."""
    if isinstance(error, Diverged):
        return Result(number, "diverged", {}, {}, None, f"diverged: {error}", seconds)
    text = f"{type(error).__name__}: {cause(error)}"
    trace = "".join(traceback.format_exception(error))
    message = f"{text}\n\n{trace}".encode("utf-8", "replace").decode()
    final = isinstance(error, keras_tuner.errors.FailedTrialError)
    return Result(number, "failed", {}, {}, None, message, seconds, final=final)


def raise_if_fatal(error: BaseException, number: int, fatal: tuple[type, ...]) -> None:
    """Raises an error of a trial that ends the search: the disk or the storage has failed, not the trial."""
    if isinstance(error, OSError) and error.errno in BROKEN:
        raise SweepError(f"trial {number} cannot be kept: {error}") from error
    if isinstance(error, (SweepError, *fatal)):
        raise error


def _floats(logs: dict[str, Any]) -> dict[str, list[float]]:
    return {name: [float(value) for value in values] for name, values in logs.items()}


def _at(curves: dict[str, list[float]], epoch: int) -> dict[str, float]:
    return {name: values[epoch] for name, values in curves.items()}


def _mean_dicts(dicts: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([d[name] for d in dicts])) for name in (dicts[0] if dicts else ())}


def _mean_curves(curves: list[dict[str, list[float]]]) -> dict[str, list[float]]:
    """The mean over executions, as far as all of them came."""
    if not curves or len(curves) == 1:
        return curves[0] if curves else {}
    length = min(len(values) for history in curves for values in history.values())
    return {
        name: [float(v) for v in np.mean([history[name][:length] for history in curves], axis=0)]
        for name in curves[0]
    }
