"""Trials are claimed: many in one transaction, with the values they are run with."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sql
from keras_tuner.engine.trial import TrialStatus
from optuna.trial import TrialState

from dlref.tuning.samplers.distributions import params
from dlref.tuning.storage.read_rows import TRIALS, Row, read
from dlref.tuning.storage.write_rows import set_attrs, set_params
from dlref.tuning.trials.next_trials import earlier_values, new_numbers
from dlref.tuning.trials.optuna_view import NOTES
from dlref.tuning.trials.rungs import able_to_go_on, note_exhausted
from dlref.tuning.trials.worker_session import Claim

READ = ("values", "runs", "deaths", "reason", "traceback")


def claim(connection: sql.Connection, study: Any, count: int) -> list[Claim]:
    """Up to `count` trials that this process is to run."""
    session = study.session
    session.trial_store.lock(connection)
    study.follow_space(session.trial_store.attrs(connection))
    free, alone = (
        able_to_go_on(connection, study, ids) for ids in session.take_leftovers(connection)
    )
    ids = free[:count]
    rows = _new_rows(connection, study, count - len(ids))
    drawn = list(rows)
    if not ids and not rows:
        ids = alone[:1]
    if ids:
        for row in read(connection, session.trial_store.id, TRIALS.c.trial_id.in_(ids), keys=READ):
            if study.draws and "values" not in row.attrs:  # its worker died before Optuna answered
                space = study.hyperparameters.space
                row.attrs["values"] = study.sampler.draw(study.seed, row.number, space)
                drawn.append(row)
            rows.append(row)
    if rows:
        session.trial_store.hold(connection, [row.trial_id for row in rows], session.worker.token)
    found = {}
    for row in rows:
        row.state = TrialState.RUNNING
        trial = study.make_trial(row)
        values = dict(trial.hyperparameters.values)
        found[row.number] = Claim(row.trial_id, trial, values, row.attrs.get("runs", 0))
    if study.draws:
        write_values(connection, [found[row.number] for row in drawn])
    return [found[number] for number in sorted(found)]


def ask(study: Any, claims: Sequence[Claim]) -> None:
    """Lets Optuna's sampler choose the values of trials that are claimed already."""
    session, optuna_view = study.session, study.optuna_view
    session.run(
        lambda connection: optuna_view.follow(connection, session.trial_store.id), write=False
    )
    numbers = {int(claimed.trial.trial_id): claimed for claimed in claims}
    for number, claimed in numbers.items():
        values = optuna_view.ask(number, study.seed, study.hyperparameters.space)
        claimed.trial.hyperparameters.values, claimed.values = values, dict(values)

    def write(connection: sql.Connection) -> None:
        write_values(connection, claims)
        notes = [
            (claimed.trial_id, {NOTES: optuna_view.notes(n)}) for n, claimed in numbers.items()
        ]
        set_attrs(connection, notes)

    session.run(write)


def write_values(connection: sql.Connection, claims: Sequence[Claim]) -> None:
    """Stores the values of trials: exactly, and as Optuna's parameters."""
    chosen = [(claimed.trial_id, claimed.trial.hyperparameters) for claimed in claims]
    set_attrs(connection, [(trial_id, {"values": hp.values}) for trial_id, hp in chosen])
    set_params(connection, [(trial_id, params(hp)) for trial_id, hp in chosen])


def _new_rows(connection: sql.Connection, study: Any, count: int) -> list[Row]:
    numbers = new_numbers(connection, study, count)
    values = _new_values(connection, study, numbers) if study.draws else [None] * len(numbers)
    if numbers:
        note_exhausted(connection, study, len(values) < len(numbers))
    rows = study.session.trial_store.insert(connection, numbers[: len(values)])
    for row, drawn in zip(rows, values, strict=True):
        if drawn is not None:
            row.attrs["values"] = drawn
    return rows


def _new_values(connection: sql.Connection, study: Any, numbers: range) -> list[dict[str, Any]]:
    if study.populates:  # a subclass says what a trial's values are, as in keras-tuner
        found = []
        for number in numbers:
            answer = study.populate_space(str(number))
            if answer["status"] != TrialStatus.RUNNING:
                break
            found.append(answer["values"])
        return found
    space = study.hyperparameters.space
    return study.sampler.sample(
        study.seed, numbers, space, lambda first: earlier_values(connection, study, first)
    )
