"""The rows of one study: trials are claimed, reported, finished and read many at a time, in Optuna's tables.

Every method is given the connection of a transaction. A row in `trial_heartbeats` marks a trial that has not ended,
so that finding those takes no longer in a study of ten thousand trials.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sql
from optuna.study import StudyDirection
from optuna.trial import TrialState

from dlref._compat.optuna import models
from dlref.tuning.errors import SweepError
from dlref.tuning.storage.heartbeat import GRACE_SECONDS
from dlref.tuning.storage.read_rows import ATTRS, BEATS, TRIALS, Row, reads
from dlref.tuning.storage.write_rows import set_attrs, to_json, upsert

STUDIES, DIRECTIONS = models.StudyModel.__table__, models.StudyDirectionModel.__table__
STUDY_ATTRS = models.StudyUserAttributeModel.__table__
STUDY_NOTES = models.StudySystemAttributeModel.__table__
METRIC_NAMES = "study:metric_names"  # where Optuna, and so its dashboard, looks for them
DIRECTION = {"min": StudyDirection.MINIMIZE, "max": StudyDirection.MAXIMIZE}


@dataclass
class Unfinished:
    """A trial that has not ended, and who holds it."""

    trial_id: int
    number: int
    state: TrialState
    seconds: float  # since its last heartbeat
    worker: dict[str, Any] | None
    deaths: list[int]  # what each death of a worker that held it counts


class TrialStore:
    """The study of a name in a storage; `id` is its row."""

    def __init__(self, name: str, study_id: int) -> None:
        self.name, self.id = name, study_id

    @classmethod
    def find(cls, connection: sql.Connection, name: str) -> "TrialStore | None":
        """The study of that name, or None."""
        found = connection.scalar(
            sql.select(STUDIES.c.study_id).where(STUDIES.c.study_name == name)
        )
        return None if found is None else cls(name, found)

    @classmethod
    def create(
        cls,
        connection: sql.Connection,
        name: str,
        objectives: dict[str, str],
        attrs: dict[str, Any],
    ) -> "TrialStore":
        """A new study; `objectives` gives "min" or "max" for the name of each."""
        made = connection.execute(sql.insert(STUDIES).values(study_name=name)).inserted_primary_key
        assert made is not None
        study_id = made[0]
        rows = [
            {"study_id": study_id, "objective": i, "direction": DIRECTION[direction]}
            for i, direction in enumerate(objectives.values())
        ]
        connection.execute(sql.insert(DIRECTIONS), rows)
        names = {"key": METRIC_NAMES, "value_json": to_json(list(objectives))}
        connection.execute(sql.insert(STUDY_NOTES).values(study_id=study_id, **names))
        trial_store = cls(name, study_id)
        trial_store.set_attrs(connection, attrs)
        return trial_store

    def delete(self, connection: sql.Connection) -> None:
        """Deletes the study and all its trials."""
        trials = sql.select(TRIALS.c.trial_id).where(TRIALS.c.study_id == self.id)
        for table in reversed(models.BaseModel.metadata.sorted_tables):
            if "trial_id" in table.c and table is not TRIALS:
                connection.execute(sql.delete(table).where(table.c.trial_id.in_(trials)))
        for table in reversed(models.BaseModel.metadata.sorted_tables):
            if "study_id" in table.c:
                connection.execute(sql.delete(table).where(table.c.study_id == self.id))

    def delete_idle(self, connection: sql.Connection) -> None:
        """Deletes the study.

        Raises:
            SweepError: if a worker has written a heartbeat lately.
        """
        self.lock(connection)
        running = [t for t in self.unfinished(connection) if t.state == TrialState.RUNNING]
        if any(trial.seconds < GRACE_SECONDS for trial in running):
            raise SweepError(
                f"the study {self.name!r} cannot be deleted: a worker has been at work on it in the last "
                f"{GRACE_SECONDS:.0f} s."
            )
        self.delete(connection)

    def lock(self, connection: sql.Connection) -> None:
        """Makes other workers wait until this transaction ends.

        Raises:
            SweepError: if the study was deleted.
        """
        row = sql.select(STUDIES.c.study_id).where(STUDIES.c.study_id == self.id).with_for_update()
        if connection.scalar(row) is None:
            raise SweepError(f"the study {self.name!r} is no more: another process has deleted it.")

    @reads
    def attrs(self, connection: sql.Connection) -> dict[str, Any]:
        """What the study says of itself."""
        rows = sql.select(STUDY_ATTRS.c.key, STUDY_ATTRS.c.value_json)
        found = connection.execute(rows.where(STUDY_ATTRS.c.study_id == self.id))
        return {key: json.loads(value) for key, value in found}

    def set_attrs(self, connection: sql.Connection, attrs: dict[str, Any]) -> None:
        """Writes what the study says of itself."""
        rows = [
            {"study_id": self.id, "key": key, "value_json": to_json(value)}
            for key, value in attrs.items()
        ]
        upsert(connection, STUDY_ATTRS, rows, ("study_id", "key"))

    def directions(self, connection: sql.Connection) -> list[str]:
        """The directions of the objectives, "min" or "max"."""
        rows = sql.select(DIRECTIONS.c.direction).where(DIRECTIONS.c.study_id == self.id)
        names = {direction: name for name, direction in DIRECTION.items()}
        return [names[direction] for direction in connection.scalars(rows.order_by("objective"))]

    def next_number(self, connection: sql.Connection) -> int:
        """The number of the next new trial, which is how many there are."""
        last = sql.select(TRIALS.c.number).where(TRIALS.c.study_id == self.id)
        found = connection.scalar(last.order_by(TRIALS.c.trial_id.desc()).limit(1))
        return 0 if found is None else found + 1

    def insert(self, connection: sql.Connection, numbers: Iterable[int]) -> list[Row]:
        """New trials, running."""
        rows = [
            {"study_id": self.id, "number": number, "state": TrialState.RUNNING}
            for number in numbers
        ]
        if not rows:
            return []
        made = sql.insert(TRIALS).returning(TRIALS.c.number, TRIALS.c.trial_id)
        found = sorted(tuple(row) for row in connection.execute(made, rows))
        return [Row(row[1], row[0], TrialState.RUNNING) for row in found]

    def hold(self, connection: sql.Connection, ids: Sequence[int], worker: dict[str, Any]) -> None:
        """The worker holds these trials from now on."""
        stamp = datetime.now(UTC).replace(tzinfo=None)
        running = {"state": TrialState.RUNNING, "datetime_start": stamp}
        connection.execute(sql.update(TRIALS).where(TRIALS.c.trial_id.in_(ids)).values(running))
        set_attrs(connection, [(trial_id, {"worker": worker}) for trial_id in ids])
        self.beat(connection, ids, make=True)

    def beat(self, connection: sql.Connection, ids: Sequence[int], make: bool = False) -> None:
        """Says that whoever holds these trials is alive."""
        if make:
            now = connection.execute(sql.select(sql.func.now())).scalar_one()
            stamp = now.replace(tzinfo=None)
            rows = [{"trial_id": trial_id, "heartbeat": stamp} for trial_id in ids]
            upsert(connection, BEATS, rows, ("trial_id",))
        else:
            beats = sql.update(BEATS).where(BEATS.c.trial_id.in_(ids))
            connection.execute(beats.values(heartbeat=sql.func.now()))

    def wait(self, connection: sql.Connection, ids: Sequence[int]) -> None:
        """These trials wait for a worker."""
        waiting = {"state": TrialState.WAITING}
        connection.execute(sql.update(TRIALS).where(TRIALS.c.trial_id.in_(ids)).values(waiting))
        set_attrs(connection, [(trial_id, {"worker": None}) for trial_id in ids])
        self.beat(connection, ids, make=True)

    @reads
    def unfinished(self, connection: sql.Connection) -> list[Unfinished]:
        """The trials that have not ended, by number."""
        worker, deaths = ATTRS.alias(), ATTRS.alias()
        source = BEATS.join(TRIALS, TRIALS.c.trial_id == BEATS.c.trial_id)
        for attr, key in ((worker, "worker"), (deaths, "deaths")):
            source = source.outerjoin(
                attr, (attr.c.trial_id == TRIALS.c.trial_id) & (attr.c.key == key)
            )
        columns = (TRIALS.c.trial_id, TRIALS.c.number, TRIALS.c.state, BEATS.c.heartbeat)
        query = sql.select(*columns, worker.c.value_json, deaths.c.value_json, sql.func.now())
        query = query.select_from(source).where(TRIALS.c.study_id == self.id)
        found = []
        for row_id, number, state, beat, holder, count, now in connection.execute(query):
            seconds = (now.replace(tzinfo=None) - beat).total_seconds()
            named, died = json.loads(holder or "null"), json.loads(count or "[]")
            found.append(Unfinished(row_id, number, state, seconds, named, died))
        return sorted(found, key=lambda trial: trial.number)
