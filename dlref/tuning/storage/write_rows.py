"""Many rows of Optuna's tables at a time, written or replaced."""

import functools
import json
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sql
from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.trial import TrialState
from sqlalchemy.dialects import postgresql, sqlite

from dlref._compat.optuna import models
from dlref.tuning.storage.read_rows import ATTRS, BEATS, PARAMS, STEPS, TRIALS, VALUES


def upsert(
    connection: sql.Connection,
    table: sql.Table,
    rows: Sequence[dict[str, Any]],
    keys: Sequence[str],
) -> None:
    """Inserts rows, in place of those with the same keys."""
    if not rows:
        return
    statement = _upsert(connection.dialect.name, table, tuple(rows[0]), tuple(keys))
    connection.execute(statement, rows)


@functools.cache  # SQLAlchemy makes all columns anew for each statement
def _upsert(dialect: str, table: sql.Table, names: tuple[str, ...], keys: tuple[str, ...]) -> Any:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def set_attrs(
    connection: sql.Connection,
    attrs: Iterable[tuple[int, dict[str, Any]]],
    table: sql.Table = ATTRS,
) -> None:
    """Writes the attributes of each (trial id, attributes)."""
    rows = [
        {"trial_id": trial_id, "key": key, "value_json": to_json(value)}
        for trial_id, found in attrs
        for key, value in found.items()
    ]
    upsert(connection, table, rows, ("trial_id", "key"))


def set_params(
    connection: sql.Connection,
    params: Iterable[tuple[int, dict[str, tuple[Any, BaseDistribution]]]],
) -> None:
    """Writes the values of each (trial id, values) and the distributions they come from."""
    rows = [
        {
            "trial_id": trial_id,
            "param_name": name,
            "param_value": distribution.to_internal_repr(value),
            "distribution_json": distribution_to_json(distribution),
        }
        for trial_id, found in params
        for name, (value, distribution) in found.items()
    ]
    upsert(connection, PARAMS, rows, ("trial_id", "param_name"))


def set_steps(
    connection: sql.Connection, curves: Iterable[tuple[int, int, Sequence[float]]]
) -> None:
    """Writes the objective after every epoch of each (trial id, first epoch, values)."""
    convert = models.TrialIntermediateValueModel.intermediate_value_to_stored_repr
    rows = []
    for trial_id, first, values in curves:
        for step, (value, kind) in enumerate(map(convert, values), first):
            row = {"trial_id": trial_id, "step": step}
            rows.append(row | {"intermediate_value": value, "intermediate_value_type": kind})
    upsert(connection, STEPS, rows, ("trial_id", "step"))


def end(
    connection: sql.Connection, ended: Sequence[tuple[int, TrialState, Sequence[float]]]
) -> None:
    """Ends each (trial id, state, scores)."""
    if not ended:
        return
    stamp = datetime.now(UTC).replace(tzinfo=None)
    update = sql.update(TRIALS).where(TRIALS.c.trial_id == sql.bindparam("id"))
    update = update.values(state=sql.bindparam("to"), datetime_complete=stamp)
    connection.execute(update, [{"id": trial_id, "to": state} for trial_id, state, _ in ended])
    convert = models.TrialValueModel.value_to_stored_repr
    rows = []
    for trial_id, _, scores in ended:
        for objective, (value, kind) in enumerate(map(convert, scores)):
            row = {"trial_id": trial_id, "objective": objective}
            rows.append(row | {"value": value, "value_type": kind})
    upsert(connection, VALUES, rows, ("trial_id", "objective"))
    ids = [trial_id for trial_id, _, _ in ended]
    connection.execute(sql.delete(BEATS).where(BEATS.c.trial_id.in_(ids)))


def to_json(value: Any) -> str:
    """JSON without NaN and infinity, which browsers do not read: `"nan"`, `"inf"` and `"-inf"` in their place."""
    return json.dumps(_plain(value), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(float(value))
    return value
