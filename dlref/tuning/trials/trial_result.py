"""How a trial ended, and what is stored of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from optuna.trial import TrialState

from dlref.tuning.trials.lineage import LINEAGE, Change

STATES = {
    "finished": TrialState.COMPLETE,
    "diverged": TrialState.FAIL,
    "failed": TrialState.FAIL,
    "pruned": TrialState.PRUNED,
}


@dataclass(frozen=True)
class Result:
    """How a trial ended.

    Args:
        number: of the trial.
        state: "finished", "diverged", "failed" or "pruned".
        curves: every metric, per epoch.
        metrics: the values that the trial is judged by: the logs of the best epoch, and further metrics.
        best_epoch: counted from 0, or None.
        message: why it diverged or failed, in its first line; the traceback follows.
        seconds: the time that it took; in a population, its share.
        population: such as "3 (41 trials, 100 wide)"; "" if it was trained alone.
        weights: the file of its best weights, below the project's directory, and the place in it.
        final: whether it is not run again, even if retries are left.
        lineage: what it has taken over from others; None: nothing could be.
    """

    number: int
    state: str
    curves: dict[str, list[float]]
    metrics: dict[str, float]
    best_epoch: int | None
    message: str = ""
    seconds: float = 0.0
    population: str = ""
    weights: str = ""
    final: bool = False
    lineage: Sequence[Change] | None = None

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(
                f"Result: `state` must be one of {', '.join(STATES)}. Received: {self.state!r}."
            )


def judged(result: Result, objectives: Sequence[str]) -> Result:
    """The result, failed if an objective is missing, diverged if one is no finite number."""
    if result.state != "finished":
        return result
    if missing := [name for name in objectives if name not in result.metrics]:
        received = ", ".join(result.metrics) or "nothing"
        message = (
            f"ValueError: objective: {missing[0]!r} must be one of the values the model reports. "
            f"Received: {received}."
        )
        return replace(result, state="failed", message=message)
    values = {name: float(result.metrics[name]) for name in objectives}
    if wrong := [name for name, value in values.items() if not math.isfinite(value)]:
        message = f"diverged: {wrong[0]} was {values[wrong[0]]} at the end"
        return replace(result, state="diverged", message=result.message or message)
    return result


def scores(result: Result, objectives: Sequence[str]) -> list[float]:
    """The values of the objectives, as Optuna keeps them; for a pruned trial the last one."""
    if result.state == "finished":
        return [float(result.metrics[name]) for name in objectives]
    last = result.curves.get(objectives[0], [])[-1:]
    pruned = result.state == "pruned" and len(objectives) == 1 and all(map(math.isfinite, last))
    return [float(value) for value in last] if pruned else []


def attributes(result: Result, again: bool) -> dict[str, Any]:
    """What is stored of a result; what is empty is left out, unless the trial has failed before."""
    reason, _, trace = result.message.partition("\n")
    curves = {name: [float(v) for v in values] for name, values in result.curves.items()}
    metrics = {name: float(value) for name, value in result.metrics.items()}
    best = None if result.best_epoch is None else int(result.best_epoch)
    found = {"curves": curves, "metrics": metrics, "best_epoch": best, "reason": reason}
    found |= {"traceback": trace.strip("\n"), "population": result.population}
    found |= {"weights": result.weights, "seconds": round(float(result.seconds), 6)}
    found |= {} if result.lineage is None else {LINEAGE: result.lineage}
    kept = {key: value for key, value in found.items() if again or value not in ({}, "", None)}
    return {"status": result.state} | kept
