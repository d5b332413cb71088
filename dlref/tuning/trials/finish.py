"""Trials end, or report how far they are: many in one transaction."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sql

from dlref.tuning.samplers.brackets import RungPruner
from dlref.tuning.storage.read_rows import SYSTEM
from dlref.tuning.storage.write_rows import end, set_attrs, set_steps
from dlref.tuning.trials.claim import write_values
from dlref.tuning.trials.optuna_view import NOTES
from dlref.tuning.trials.rungs import judge
from dlref.tuning.trials.trial_result import STATES, Result, attributes, judged, scores

WORST = (
    sys.float_info.max
)  # by how much a bound is broken that was not measured; JSON knows no infinity


def finish(study: Any, results: Sequence[Result], retried: Sequence[str]) -> list[Result]:
    """Writes how trials ended.

    Args:
        study: a `Study`.
        results: of trials this process holds; others are dropped.
        retried: states in which a trial that has retries left waits to be run again.

    Returns:
        What is written of those that are not run again.
    """
    objectives = list(study.objectives)
    known = {result.number: judged(result, objectives) for result in results}
    own = {n: result for n, result in known.items() if n in study.session.claims}
    if not own:
        return []
    ended = study.session.run(lambda connection: _write(connection, study, own, retried))
    for number in own:
        study.session.claims.pop(number, None)
    return [own[number] for number in sorted(ended)]


def _write(
    connection: sql.Connection, study: Any, results: dict[int, Result], retried: Sequence[str]
) -> list[int]:
    session = study.session
    session.trial_store.lock(connection)
    objectives = list(study.objectives)
    numbers, ended, attrs, curves, constraints, changed, waiting = [], [], [], [], [], [], []
    for number, row in session.still_claimed(connection, list(results)).items():
        result, own = results[number], session.claims[number]
        runs = {"runs": own.runs + 1} if own.runs or result.state in retried else {}
        attrs.append((row, attributes(result, again=own.runs > 0) | runs))
        if own.trial.hyperparameters.values != own.values:
            changed.append(own)
        again = result.state in retried and not result.final
        if again and own.runs < study.max_retries_per_trial:
            waiting.append(row)
            continue
        numbers.append(number)
        ended.append((row, STATES[result.state], scores(result, objectives)))
        if len(objectives) == 1:
            curves.append((row, 0, result.curves.get(objectives[0], [])))
        if study.bounds and result.state == "finished":
            broken = [violation(bound, result.metrics) for bound in study.bounds]
            constraints.append((row, {"constraints": broken}))
    for own in changed:
        study.update_space(own.trial.hyperparameters)
    study.save_space(connection)
    write_values(connection, changed)
    set_attrs(connection, attrs)
    set_attrs(connection, constraints, SYSTEM)
    set_steps(connection, curves)
    end(connection, ended)
    if waiting:
        session.trial_store.wait(connection, waiting)
    return numbers


def report(
    connection: sql.Connection, study: Any, values: Mapping[int, Sequence[float]]
) -> set[int]:
    """Stores the objective after every epoch and asks the pruner."""
    session, optuna_view = study.session, study.optuna_view
    mine = session.still_claimed(connection, list(values))
    optuna_view.follow(connection, session.trial_store.id)
    known = {number: optuna_view.epochs(number) for number in mine}
    if isinstance(study.pruner, RungPruner):
        pruned = judge(connection, study, {number: values[number] for number in mine})
    else:
        pruned = {number for number in mine if optuna_view.prunes(number, values[number])}
    set_steps(connection, [(mine[n], first, values[n][first:]) for n, first in known.items()])
    notes = [(trial_id, {NOTES: optuna_view.notes(number)}) for number, trial_id in mine.items()]
    set_attrs(connection, notes)
    return pruned


def violation(bound: Any, metrics: dict[str, float]) -> float:
    """By how much a bound is broken; 0 or less if it is kept, as Optuna has it."""
    if bound.holds(metrics):
        return min(0.0, -abs(metrics[bound.metric] - bound.limit))
    distance = abs(metrics.get(bound.metric, WORST) - bound.limit)
    return max(distance, sys.float_info.min) if distance <= WORST else WORST
