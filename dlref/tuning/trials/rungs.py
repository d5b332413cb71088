"""Rungs of Hyperband in a study: which trials go on, and which have to wait for others of their bracket."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sql

from dlref.tuning.samplers.brackets import RungPruner
from dlref.tuning.storage.read_rows import TRIALS

COMPLETE = "space_exhausted"  # the attribute of a study whose space holds no more trials


def judge(
    connection: sql.Connection, study: Any, curves: Mapping[int, Sequence[float]]
) -> set[int]:
    """The trials among `curves` that the last rung they have come to does not keep; all of them are noted down."""
    pruner, optuna_view = study.pruner, study.optuna_view
    attrs = study.session.trial_store.attrs(connection)
    pruner.complete = attrs.get(COMPLETE, False)
    for number, curve in curves.items():
        optuna_view.note_steps(number, curve)
    optuna_view.judge()
    return {n for n, curve in curves.items() if pruner.dropped.get(n, len(curve) + 1) <= len(curve)}


def able_to_go_on(connection: sql.Connection, study: Any, ids: Sequence[int]) -> list[int]:
    """Those of the waiting trials, by their rows, that no rung makes wait.

    What this process has paused together comes together, when none of it has to wait. That cannot be forever: of all
    that is paused, what has the fewest epochs waits for trials that are not.
    """
    if not isinstance(study.pruner, RungPruner) or not ids:
        return [*ids]
    study.optuna_view.follow(connection, study.session.trial_store.id)
    judge(connection, study, {})
    query = sql.select(TRIALS.c.number, TRIALS.c.trial_id).where(TRIALS.c.trial_id.in_(ids))
    rows = {row[0]: row[1] for row in connection.execute(query.order_by(TRIALS.c.number))}
    waiting, epochs = study.pruner.waiting, study.optuna_view.epochs
    found = []
    for group in [*study.paused, *({number} for number in rows)]:
        if not any(number in rows and waiting.get(number) == epochs(number) for number in group):
            found += [rows.pop(number) for number in sorted(group) if number in rows]
        else:
            rows = {number: row for number, row in rows.items() if number not in group}
    return found


def note_exhausted(connection: sql.Connection, study: Any, exhausted: bool) -> None:
    """Notes whether the space holds no more trials, so that a bracket does not wait for them."""
    if isinstance(study.pruner, RungPruner) and exhausted != study.pruner.complete:
        study.session.trial_store.set_attrs(connection, {COMPLETE: exhausted})
        study.pruner.complete = exhausted
