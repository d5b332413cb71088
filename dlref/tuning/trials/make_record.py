"""The record of a trial, as tables and reports show it, from what is stored."""

from collections.abc import Callable
from typing import Any

from optuna.trial import TrialState

from dlref._stored import checked
from dlref.tuning.samplers.one_minus import shown
from dlref.tuning.storage.read_rows import Row
from dlref.tuning.trials.lineage import LINEAGE, Change
from dlref.tuning.trials.records import Trial

STATUS = {
    TrialState.COMPLETE: "finished",
    TrialState.FAIL: "failed",
    TrialState.PRUNED: "pruned",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}
STORED = {  # of a trial, and what it is; "nan" is a text there
    **{"values": dict[str, str | int | float | bool], "curves": dict[str, list[float | str]]},
    **{"metrics": dict[str, float | str], "status": str, "reason": str, "traceback": str},
    **{"best_epoch": int | None, "seconds": float, "population": str, "weights": str},
    **{"worker": dict[str, Any] | None, LINEAGE: list[Change]},
}


def make_record(row: Row, holds: Callable[[dict[str, float]], bool] | None = None) -> Trial:
    """The record of a trial.

    Args:
        row: as it is stored.
        holds: whether metrics keep the bounds. Defaults to `None`: as it is stored.
    """
    attrs = checked(row.attrs, STORED)
    ended = row.state.is_finished()
    status = attrs.get("status", STATUS[row.state]) if ended else STATUS[row.state]
    scores = row.scores if status == "finished" else ()
    raw = attrs.get("values") or {}
    metrics = {name: float(value) for name, value in attrs.get("metrics", {}).items()}
    parts = (attrs.get("reason", ""), attrs.get("traceback", ""))
    feasible = holds(metrics) if holds else all(c <= 0 for c in row.constraints)
    return Trial(
        number=row.number,
        status=status,
        score=scores[0] if scores else None,
        values=dict(shown(*item) for item in raw.items()),
        message="\n\n".join(part for part in parts if part) if ended else "",
        scores=scores,
        curves={k: [float(v) for v in curve] for k, curve in attrs.get("curves", {}).items()},
        metrics=metrics,
        best_epoch=attrs.get("best_epoch"),
        seconds=attrs.get("seconds", 0.0),
        population=attrs.get("population", ""),
        worker=(attrs.get("worker") or {}).get("name", ""),
        feasible=feasible,
        raw=raw,
        weights=attrs.get("weights", ""),
        lineage=attrs.get(LINEAGE, []),
    )
