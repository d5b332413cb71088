"""The best trials of a study: finished ones, those that keep their bounds first."""

from typing import Any

import sqlalchemy as sql
from keras_tuner.engine.trial import Trial
from optuna.trial import TrialState

from dlref.tuning.storage.read_rows import TRIALS, VALUES, Row


def rank(row: Row, directions: list[str]) -> tuple[bool, float, int]:
    """The smaller, the better: a row of a finished trial."""
    return broken(row.constraints), cost(row.scores, directions), row.number


def cost(scores: tuple[float, ...], directions: list[str]) -> float:
    """What is to become small: the sum of the objectives, as in keras-tuner."""
    return sum(
        -score if direction == "max" else score
        for score, direction in zip(scores, directions, strict=True)
    )


def broken(constraints: list[float]) -> bool:
    """Whether a bound is broken."""
    return any(constraint > 0 for constraint in constraints)


def best_trials(study: Any, count: int) -> list[Trial]:
    """The best finished trials of a study."""
    session, directions = study.session, list(study.objectives.values())
    finished = (TRIALS.c.study_id == session.trial_store.id, TRIALS.c.state == TrialState.COMPLETE)
    query = sql.select(TRIALS.c.number, VALUES.c.value).where(
        *finished, VALUES.c.trial_id == TRIALS.c.trial_id
    )
    if len(directions) == 1 and not study.bounds:
        order = VALUES.c.value.desc() if directions == ["max"] else VALUES.c.value
        query = query.order_by(order, TRIALS.c.number).limit(count)
        numbers = [row[0] for row in session.run(lambda c: c.execute(query).all(), write=False)]
    else:
        rows = study.rows(TRIALS.c.state == TrialState.COMPLETE, keys=("status",))
        numbers = [row.number for row in sorted(rows, key=lambda row: rank(row, directions))][
            :count
        ]
    found = {int(trial.trial_id): trial for trial in study.read(TRIALS.c.number.in_(numbers))}
    return [found[number] for number in numbers]
