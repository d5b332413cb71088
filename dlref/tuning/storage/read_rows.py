"""Optuna's tables, and many of their rows at a time, read into plain data."""

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sql
from optuna.trial import TrialState
from sqlalchemy.exc import SQLAlchemyError

from dlref._compat.optuna import models
from dlref.tuning.errors import Damaged, SweepError

P = ParamSpec("P")
T = TypeVar("T")
TRIALS, PARAMS = models.TrialModel.__table__, models.TrialParamModel.__table__
ATTRS, SYSTEM = models.TrialUserAttributeModel.__table__, models.TrialSystemAttributeModel.__table__
VALUES, STEPS = models.TrialValueModel.__table__, models.TrialIntermediateValueModel.__table__
BEATS = models.TrialHeartbeatModel.__table__
CHUNK = 5000  # rows named in one statement; SQLite allows 32766


@dataclass
class Row:
    """A trial as it is stored."""

    trial_id: int
    number: int
    state: TrialState
    scores: tuple[float, ...] = ()
    attrs: dict[str, Any] = field(default_factory=dict)
    constraints: list[float] = field(default_factory=list)


def reads(function: Callable[P, T]) -> Callable[P, T]:
    """Turns what goes wrong with damaged rows into `Damaged`."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (SweepError, SQLAlchemyError):
            raise
        except Exception as error:
            raise Damaged(f"{type(error).__name__}: {error}") from error

    return wrapped


@reads
def read(
    connection: sql.Connection,
    study_id: int,
    *conditions: sql.ColumnElement[bool],
    keys: Sequence[str] = (),
) -> list[Row]:
    """The trials of a study, by number.

    Args:
        connection: of a transaction.
        study_id: of the study.
        *conditions: on the table of trials; none means all.
        keys: of the attributes to read; none means all.
    """
    where = (TRIALS.c.study_id == study_id, *conditions)
    columns = (TRIALS.c.trial_id, TRIALS.c.number, TRIALS.c.state)
    rows = {
        row[0]: Row(*row)
        for row in connection.execute(sql.select(*columns).where(*where).order_by(TRIALS.c.number))
    }
    if not rows:
        return []

    def of(table: sql.Table, *names: str) -> Iterable[Any]:
        if not conditions or len(rows) > CHUNK:
            chosen = [column == TRIALS.c.trial_id for column in (table.c.trial_id,)] + [*where]
        else:
            chosen = [table.c.trial_id.in_(rows)]
        query = sql.select(table.c.trial_id, *(table.c[name] for name in names)).where(*chosen)
        if keys and table is ATTRS:
            query = query.where(table.c.key.in_(keys))
        return connection.execute(query)

    for trial_id, key, text in of(ATTRS, "key", "value_json"):
        rows[trial_id].attrs[key] = json.loads(text)
    for trial_id, key, text in of(SYSTEM, "key", "value_json"):
        if key == "constraints":
            rows[trial_id].constraints = json.loads(text)
    convert = models.TrialValueModel.stored_repr_to_value
    scores = sorted(of(VALUES, "objective", "value", "value_type"), key=lambda row: row[:2])
    for trial_id, _, value, kind in scores:
        rows[trial_id].scores += (float(convert(value, kind)),)
    return list(rows.values())
