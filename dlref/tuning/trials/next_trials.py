"""Which trials are new, and from which stage of the search they are drawn."""

from typing import Any

import sqlalchemy as sql
from optuna.trial import TrialState

from dlref.tuning.samplers.factory import early
from dlref.tuning.samplers.sampler import CoarseToFineSampler
from dlref.tuning.storage.read_rows import TRIALS, Row, read
from dlref.tuning.trials.ranking import rank

ZOOM = "zoom"  # the attribute of a study that says where it zooms in, and from which trial on


def new_numbers(connection: sql.Connection, study: Any, count: int) -> range:
    """The numbers of the next new trials, at most `count`; none while a stage is not complete.

    The first stage of a sampler that learns are a few trials, the first of which to end lets others follow.
    """
    first = study.session.trial_store.next_number(connection)
    room = count if study.max_trials is None else min(count, study.max_trials - first)
    if not study.draws:
        room = min(room, study.optuna_view.most(study.hyperparameters.space) - first)
        if room > 0 and not _has_result(connection, study):
            room = min(room, early(study.sampler, study.max_trials) - first)
    if isinstance(study.sampler, CoarseToFineSampler) and room > 0:
        room = min(room, _room(connection, study, first))
    return range(first, first + max(0, int(room)))


def _has_result(connection: sql.Connection, study: Any) -> bool:
    open_states = (TrialState.RUNNING, TrialState.WAITING)
    ended = sql.select(TRIALS.c.number).where(
        TRIALS.c.study_id == study.session.trial_store.id, TRIALS.c.state.not_in(open_states)
    )
    return connection.scalar(ended.limit(1)) is not None


def earlier_values(connection: sql.Connection, study: Any, first: int) -> list[dict[str, Any]]:
    """The values of the trials from number `first` on."""
    rows = read(
        connection, study.session.trial_store.id, TRIALS.c.number >= first, keys=("values",)
    )
    return [row.attrs["values"] for row in rows if "values" in row.attrs]


def _room(connection: sql.Connection, study: Any, first: int) -> float:
    """How many trials there may be before the next stage."""
    session, sampler = study.session, study.sampler
    attrs = session.trial_store.attrs(connection)
    if ZOOM not in attrs:
        border = attrs["coarse_trials"]
        if first < border:
            return border - first
        rows = read(connection, session.trial_store.id, TRIALS.c.number < border)
        if not all(row.state.is_finished() for row in rows):
            return 0
        zooms = sampler.find_zooms(_ranked(study, rows), study.hyperparameters.space)
        attrs = {ZOOM: {"first": border, "zooms": zooms}}
        session.trial_store.set_attrs(connection, attrs)
    sampler.zoom_in(attrs[ZOOM]["first"], attrs[ZOOM]["zooms"])
    return float("inf")


def _ranked(study: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """The values of the finished trials, best first."""
    directions = list(study.objectives.values())
    finished = [row for row in rows if row.state == TrialState.COMPLETE]
    best = sorted(finished, key=lambda row: rank(row, directions))
    return [row.attrs["values"] for row in best]
